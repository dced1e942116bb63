"""The third tier: turn what is selected into an instance, importing its engine only now."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from brubeck_core.config.convert import convert
from brubeck_core.config.layers import misplaced
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.errors import (
    OptionTypeError,
    RefusedOptionsError,
    UnknownOptionError,
    WrongTypeError,
    asked_by,
    blaming,
    label,
)
from brubeck_core.plugin.importing import import_target
from brubeck_core.plugin.kinds import KINDS
from brubeck_core.plugin.loader import find_entry, load_registration
from brubeck_core.plugin.trace import trace

if TYPE_CHECKING:
    from brubeck_core.config import Config, Setting
    from brubeck_core.plugin.host import PluginHost
    from brubeck_core.plugin.registrations import Registration


def resolve(kind: str, setting: Setting, config: Config, host: PluginHost) -> Any:
    """Return the implementation of `kind` that a setting selects.

    Args:
        kind: a key of `KINDS`.
        setting: a name, ``name@distribution``, ``"package.module:Class"``, a class, or an
            instance, which is returned as it is.
        config: has the options, in the table of the name.
        host: where the plugin is registered, so that its lifecycle hooks take part.

    Raises `ConfigError`, one of `brubeck_core.plugin.errors`.
    """
    value = setting.value
    because = asked_by(kind, setting)
    if value is None:
        raise ConfigError(f"no {label(kind)} is selected; set {kind} in brubeck.toml")
    if not isinstance(value, str | type):
        return _checked(kind, value, because)
    if isinstance(value, type):
        return _make(kind, value, {}, value.__qualname__, because)
    if ":" in value:
        options = config.options(kind, value)
        target = import_target(value, "the setting", because)
        if not isinstance(target, type) and not options:
            return _checked(kind, target, because)
        return _make(kind, target, options, value, because)
    registration, who = select(kind, setting, host)
    options = read_options(registration, config)
    target = load_target(registration, who, because)
    return _make(kind, target, options, who, because)


def select(kind: str, setting: Setting, host: PluginHost) -> tuple[Registration, str]:
    """Return the registration that a setting names, and what messages call the plugin."""
    entry = find_entry(kind, setting, host.index)
    return load_registration(entry, asked_by(kind, setting), host), entry.label


def load_target(registration: Registration, who: str, because: str) -> object:
    """Import the implementation behind a registration."""
    return import_target(registration.target, who, because, registration.requires)


def read_options(registration: Registration, config: Config) -> dict[str, Setting]:
    """Return the options in the plugin's table, checked and converted as it declares them.

    Raises `UnknownOptionError` or `OptionTypeError`.
    """
    table = config.options(registration.kind, registration.name)
    if registration.options is None:
        return table
    checked: dict[str, Setting] = {}
    for name, setting in table.items():
        key = f"{registration.kind}.{registration.name}.{name}"
        option = registration.option(name)
        if option is None:
            raise UnknownOptionError(key, setting, registration, misplaced(name))
        try:
            value = convert(setting, option.type)
        except ValueError as error:
            raise OptionTypeError(key, option, setting, str(error)) from None
        checked[name] = type(setting)(value, setting.origin)
    return checked


def interface_of(kind: str) -> type:
    """Return the abstract base class of a kind."""
    module, _, name = KINDS[kind].interface.partition(":")
    interface: type = getattr(import_module(module), name)
    return interface


def check_class(kind: str, found: object, because: str) -> None:
    """Raise `WrongTypeError` unless `found` is a complete implementation of the kind."""
    interface = interface_of(kind)
    if isinstance(found, type) and issubclass(found, interface) and not inspect.isabstract(found):
        return
    wanted: frozenset[str] = getattr(interface, "__abstractmethods__", frozenset())
    lacks = [name for name in wanted if not _implements(found, name)]
    raise WrongTypeError(kind, found, interface, lacks, because)


def _implements(found: object, method: str) -> bool:
    attribute = getattr(found, method, None)
    return callable(attribute) and not getattr(attribute, "__isabstractmethod__", False)


def _make(kind: str, target: object, options: Mapping[str, Setting], who: str, because: str) -> Any:
    check_class(kind, target, because)
    assert isinstance(target, type)
    values = {name: setting.value for name, setting in options.items()}
    try:
        inspect.signature(target).bind(**values)
    except TypeError as error:
        raise RefusedOptionsError(who, options, error, because) from error
    with blaming(who, f"making a {target.__qualname__}", because):
        try:
            instance = target(**values)
        except ValueError as error:
            # A `ConfigError` among them; where options were given, say who gave them.
            if isinstance(error, ConfigError) and not options:
                raise
            raise RefusedOptionsError(who, options, error, because) from error
    trace(f"{who}: made a {target.__qualname__}")
    return instance


def _checked(kind: str, instance: object, because: str) -> object:
    check_class(kind, type(instance), because)
    return instance
