"""One value of the configuration, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and its origin.

    Args:
        value: the value; for a selection a name, a class or an instance.
        origin: who said so, such as ``"brubeck.toml, key connection.use"``, ``"environment
            variable BRUBECK_CONCURRENCY"``, ``"option --concurrency"`` or ``"default"``.
        text: whether the value is still the text that the environment or the command line
            gave, to be converted by the declared type.
    """

    value: Any
    origin: str = DEFAULT
    text: bool = False

    @property
    def is_default(self) -> bool:
        """Say whether nobody chose this value."""
        return self.origin == DEFAULT

    def describe(self, name: str, *, secret: bool = False) -> str:
        """Return ``name = value (origin)``, the form in which messages quote a setting."""
        if secret:
            return f"{name} ({self.origin})"
        return f"{name} = {show(self.value)} ({self.origin})"


def show(value: object) -> str:
    """Return a value as TOML would write it; classes and instances by their names."""
    if value is None:
        return "not set"
    if isinstance(value, str):
        import json  # only messages need it

        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    return f"<{type(value).__module__}.{type(value).__qualname__}>"
