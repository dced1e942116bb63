"""The second tier: load the module behind one entry point and ask it what it registers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brubeck_core.config import Setting
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.errors import (
    AmbiguousPluginError,
    ApiVersionError,
    NotOfferedError,
    PluginNotInstalledError,
    UnknownPluginError,
    asked_by,
    blaming,
)
from brubeck_core.plugin.importing import import_target
from brubeck_core.plugin.kinds import CATALOGUE, EXTENSION, KINDS
from brubeck_core.plugin.registrations import Registration

if TYPE_CHECKING:
    from brubeck_core.config import Config
    from brubeck_core.plugin.host import PluginHost
    from brubeck_core.plugin.index import Entry, PluginIndex


def find_entry(kind: str, setting: Setting, index: PluginIndex) -> Entry:
    """Return the one installed plugin that a setting names, as ``name`` or ``name@distribution``.

    Raises `UnknownPluginError`, `PluginNotInstalledError`, `AmbiguousPluginError` or
    `ApiVersionError`.
    """
    name, _, distribution = setting.value.partition("@")
    found = [e for e in index.find(kind, name) if not distribution or e.is_from(distribution)]
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousPluginError(kind, setting, found)
    for entry in index.for_other_api(kind, name):
        if not distribution or entry.is_from(distribution):
            raise ApiVersionError(kind, setting, entry)
    if f"{kind}.{name}" in CATALOGUE and not distribution:
        raise PluginNotInstalledError(kind, name, setting)
    raise UnknownPluginError(kind, setting, index)


def load_plugin(entry: Entry, because: str, host: PluginHost) -> tuple[object, bool]:
    """Import and register what is behind an entry; return it, and whether it is new to `host`.

    Raises `TargetNotFoundError`, `MissingLibraryError`, `BrokenPluginError` or
    `MisspeltHookError`.
    """
    plugin = import_target(entry.value, entry.label, because)
    return plugin, host.register(plugin, entry.label)


def load_registration(entry: Entry, because: str, host: PluginHost) -> Registration:
    """Return the registration that an entry announces; its plugin stays registered in `host`.

    Raises as `load_plugin` does, and `NotOfferedError`. After an error nothing stays registered.
    """
    plugin, is_new = load_plugin(entry, because, host)
    hook = KINDS[entry.kind].hook
    try:
        with blaming(entry.label, f"{hook}()", because):
            offered = _offered(plugin, hook, host)
        if entry.name not in offered:
            raise NotOfferedError(entry, offered, because)
    except ConfigError:
        if is_new:
            host.unregister(plugin)
        raise
    return offered[entry.name]


def load_extensions(config: Config, host: PluginHost) -> None:
    """Load the extensions of ``plugins = [...]``, in that order.

    Raises as `find_entry` and `load_plugin` do.
    """
    setting = config.setting("plugins")
    for name in setting.value:
        named = Setting(name, setting.origin)
        load_plugin(find_entry(EXTENSION, named, host.index), asked_by(EXTENSION, named), host)


def named_selections(config: Config) -> Iterator[tuple[str, Setting]]:
    """Yield the kinds for which a plugin is selected by its name, with the setting."""
    for kind in KINDS:
        setting = config.selection(kind)
        if isinstance(setting.value, str) and ":" not in setting.value:
            yield kind, setting


def _offered(plugin: object, hook: str, host: PluginHost) -> dict[str, Registration]:
    offered: dict[str, Registration] = {}
    for registrations in host.call(plugin, hook):
        for registration in registrations:
            if not isinstance(registration, Registration):
                raise TypeError(f"it returned {registration!r} instead of a registration")
            if KINDS[registration.kind].hook != hook:
                raise TypeError(f"it returned a registration of another kind: {registration!r}")
            offered[registration.name] = registration
    return offered
