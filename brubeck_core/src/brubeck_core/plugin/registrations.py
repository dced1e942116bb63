"""What a plugin says about itself: small frozen values, no engine imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Option:
    """One key a plugin understands in its config table.

    Args:
        name: the key, as in ``[renderer.jinja2] directories = [...]``; it is handed to the
            target as a keyword argument.
        type: `str`, `int`, `float`, `bool`, `list` (of texts; a single text is a list of
            one), `dict`, or `object` for anything. A value of another type is refused; text from
            the environment is converted.
        help: one line for `brubeck config`.
        secret: never show the value.
    """

    name: str
    type: type = str
    help: str = ""
    secret: bool = False


#: The options of a renderer that derives from `brubeck_core.builtin.file_renderer.FileRenderer`.
TEMPLATE_FILE_OPTIONS = (
    Option("directories", list, "Where templates are; the first match wins."),
    Option("packages", list, 'Packages with templates: "package" or "package:folder".'),
    Option("auto_reload", bool, "Compile changed templates again; as debug unless set."),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """One named implementation that a plugin offers.

    Args:
        name: what config says to select it: ``renderer = "jinja2"``.
        target: ``"package.module:Class"``, imported only when it is selected. The class is
            called with the options set in config as keyword arguments.
        options: the keys its config table may have. None accepts every key.
        summary: one line for `brubeck plugins`.
        requires: what to name when an import fails, as ``{"jinja2": "Jinja2"}`` (import
            name to distribution name); used to tell a missing library from a broken plugin.
    """

    kind: ClassVar[str]

    name: str
    target: str
    options: tuple[Option, ...] | None = ()
    summary: str = ""
    requires: tuple[tuple[str, str], ...] = ()

    def option(self, name: str) -> Option | None:
        """Return the option called `name`, if it is declared."""
        return next((o for o in self.options or () if o.name == name), None)

    def __post_init__(self) -> None:
        module, colon, attribute = self.target.partition(":")
        if not (module and colon and attribute):
            raise ValueError(
                f"the target of {self.kind}.{self.name} is {self.target!r}; "
                "it has to be 'package.module:Class'"
            )


@dataclass(frozen=True, slots=True)
class ConcurrencyRegistration(Registration):
    """A concurrency backend; see `brubeck_core.interfaces.concurrency`."""

    kind: ClassVar[str] = "concurrency"


@dataclass(frozen=True, slots=True)
class ConnectionRegistration(Registration):
    """A connection; see `brubeck_core.interfaces.connection`."""

    kind: ClassVar[str] = "connection"


@dataclass(frozen=True, slots=True)
class RendererRegistration(Registration):
    """A template renderer; see `brubeck_core.interfaces.renderer`."""

    kind: ClassVar[str] = "renderer"


@dataclass(frozen=True, slots=True)
class UserStoreRegistration(Registration):
    """A user store; see `brubeck_core.interfaces.users`."""

    kind: ClassVar[str] = "user_store"


@dataclass(frozen=True, slots=True)
class CacheRegistration(Registration):
    """A cache; see `brubeck_core.interfaces.cache`."""

    kind: ClassVar[str] = "cache"


@dataclass(frozen=True, slots=True)
class QuerysetRegistration(Registration):
    """A queryset; see `brubeck_core.interfaces.queryset`."""

    kind: ClassVar[str] = "queryset"
