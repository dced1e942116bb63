"""Import what a plugin or a setting points to, and explain what is in the way."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module

from brubeck_core.config.suggest import did_you_mean
from brubeck_core.plugin.errors import MissingLibraryError, TargetNotFoundError, blaming
from brubeck_core.plugin.trace import trace


def import_target(
    target: str, who: str, because: str, requires: Iterable[tuple[str, str]] = ()
) -> object:
    """Import ``"package.module"`` or ``"package.module:attribute"``.

    Args:
        target: what to import.
        who: the plugin, for messages.
        because: the setting that asks for it, for messages.
        requires: import names and distribution names of the libraries it needs.

    Raises `TargetNotFoundError`, `MissingLibraryError` or `BrokenPluginError`.
    """
    trace(f"{who}: import {target}")
    name, _, attributes = target.partition(":")
    with blaming(who, f"importing {name}", because):
        try:
            found: object = import_module(name)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if name == missing or name.startswith(f"{missing}."):
                raise TargetNotFoundError(who, target, f"module {missing!r}", because) from error
            if _is_own_or_standard(missing, name):
                raise
            library = dict(requires).get(missing.partition(".")[0])
            raise MissingLibraryError(who, missing, library, because) from error
    for attribute in filter(None, attributes.split(".")):
        try:
            found = getattr(found, attribute)
        except AttributeError as error:
            near = did_you_mean(attribute, [n for n in dir(found) if not n.startswith("_")])
            missing = f"{attribute!r} in {name}"
            raise TargetNotFoundError(who, target, missing, because, near) from error
    return found


def _is_own_or_standard(missing: str, module: str) -> bool:
    top = missing.partition(".")[0]
    return top == module.partition(".")[0] or top in sys.stdlib_module_names
