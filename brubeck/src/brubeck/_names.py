"""Modules whose names live elsewhere, and are imported when they are first asked for (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

_CORE = "brubeck_core"


def lazy_names(
    module: str,
    homes: Mapping[str, str],
    *,
    own: Iterable[str] = (),
    dropped: Mapping[str, str] | None = None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make `__getattr__` and `__dir__` of a module.

    Args:
        module: the module's `__name__`.
        homes: the module that each name is imported from. A name from a plugin that is not
            installed raises `ImportError` with the pip line that brings it, and is left out of
            `dir()` and of ``from module import *``.
        own: the public names that the module defines itself.
        dropped: names that must not come back, and why; they raise `ImportError` with that.
    """
    reasons = dropped or {}

    def get(name: str) -> Any:
        if name == "__all__":
            return sorted({*own, *(name for name in homes if _is_installed(homes[name]))})
        if name in homes:
            value = _import(f"{module}.{name}", homes[name], name)
            setattr(sys.modules[module], name, value)
            return value
        if name in reasons:
            raise ImportError(f"{module}.{name} is gone: {reasons[name]}", name=module)
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    def list_names() -> list[str]:
        return sorted({*vars(sys.modules[module]), *get("__all__")})

    return get, list_names


def _import(wanted: str, home: str, name: str) -> Any:
    package = home.partition(".")[0]
    try:
        module = import_module(home)
    except ModuleNotFoundError as error:
        if error.name == package:
            raise ImportError(
                f"{wanted} comes with {_distribution(package)}, which is not installed: "
                f"pip install {_requirement(package)}",
                name=package,
            ) from None
        if error.name != home:
            # The plugin is there; what it needs is not, and says so itself.
            raise
    else:
        if hasattr(module, name):
            return getattr(module, name)
    raise ImportError(
        f"{wanted} is not in the {_distribution(package)} that is installed: "
        f"pip install --upgrade {_requirement(package)}",
        name=home,
    )


def _is_installed(home: str) -> bool:
    """Say whether `home` can be imported; of a plugin nothing is imported to find out."""
    package = home.partition(".")[0]
    return find_spec(home if package == _CORE else package) is not None


def _distribution(package: str) -> str:
    return package.replace("_", "-")


def _requirement(package: str) -> str:
    """Return what to tell pip: every plugin of this project is an extra of `brubeck`."""
    if package == _CORE:
        return _distribution(package)
    return f'"brubeck[{package.removeprefix("brubeck_")}]"'
