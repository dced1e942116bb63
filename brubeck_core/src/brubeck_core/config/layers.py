"""One layer of settings: a mapping, checked and flattened to paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache
from importlib import import_module
from typing import Any

from brubeck_core.config.convert import convert
from brubeck_core.config.schema import KEYS, OWN, SELECTIONS, TABLES, Key
from brubeck_core.config.setting import Setting, show
from brubeck_core.config.suggest import did_you_mean
from brubeck_core.errors import ConfigError

#: The way to a setting: ``("debug",)``, ``("limits", "max_body")``, or for the option of a
#: plugin ``("renderer", "jinja2", "directories")``.
KeyPath = tuple[str, ...]
Values = dict[KeyPath, Setting]

#: In a table, the key that selects: ``[connection] use = "wsgi"``.
USE = "use"


class Rank(IntEnum):
    """Which layer wins; the higher number does."""

    LAUNCHER = 1
    PYPROJECT = 2
    FILE = 3
    ENVIRONMENT = 4
    ARGUMENT = 5
    COMMAND_LINE = 6


@dataclass(frozen=True, slots=True)
class Layer:
    """The settings that one source gives."""

    rank: Rank
    values: Values


def flatten(
    table: Mapping[str, Any], origin: Callable[[str], str], *, text: bool = False
) -> Values:
    """Return the settings of a table by their paths, checked.

    Args:
        table: as TOML gives it. None stands for "not given".
        origin: makes the origin of a setting from its dotted key.
        text: whether values are text to convert.

    Raises `ConfigError` for unknown keys and wrong types.
    """
    values: Values = {}
    for name, value in table.items():
        if value is None:
            continue
        if name in SELECTIONS:
            values |= _selection(name, value, origin, text)
        elif name in TABLES:
            values |= _table(name, value, origin, text)
        elif name == OWN:
            values |= _own(value, origin, text)
        elif name in KEYS:
            setting = Setting(value, origin(name), text)
            values[(name,)] = _checked(KEYS[name], setting)
        else:
            known = [*KEYS, *TABLES, OWN]
            raise _unknown(f"{name!r} is not a setting of Brubeck", name, known, origin(name))
    return values


def always(origin: str) -> Callable[[str], str]:
    """Return an origin for `flatten` that is the same for every key."""
    return lambda key: origin


def table_type(table: str) -> Any:
    """Return the dataclass whose fields are the keys of a table of the core."""
    module, _, name = TABLES[table].partition(":")
    # Imported here: the launcher reads settings before anything else is imported.
    return getattr(import_module(module), name)


@cache
def table_defaults(table: str) -> dict[str, Any]:
    """Return the keys of a table of the core, with their defaults."""
    return {field.name: field.default for field in fields(table_type(table))}


def misplaced(name: str) -> str:
    """Explain TOML's commonest trap, when `name` is a core setting in the table of another."""
    if name not in KEYS:
        return ""
    return f" The setting {name} has to stand above the first [table] of the file."


def _selection(kind: str, value: object, origin: Callable[[str], str], text: bool) -> Values:
    if type(value) is not dict:
        return {(kind,): _selected(kind, Setting(value, origin(kind), text))}
    values: Values = {}
    for name, entry in value.items():
        key = f"{kind}.{name}"
        if name == USE:
            if entry is not None:
                values[(kind,)] = _selected(kind, Setting(entry, origin(key), text))
        elif isinstance(entry, dict):
            for option, setting in entry.items():
                path = (kind, name, option)
                values[path] = Setting(setting, origin(f"{key}.{option}"), text)
        else:
            raise ConfigError(
                f"{Setting(entry, origin(key)).describe(key)}: the table [{kind}] selects with "
                f"use = ...; options stand in the table of the plugin they are for, "
                f"[{kind}.NAME] {name} = ...{misplaced(name)}"
            )
    return values


def _selected(kind: str, setting: Setting) -> Setting:
    if setting.value == "" or isinstance(setting.value, bool | int | float | list):
        raise ConfigError(
            f"{setting.describe(kind)}: it has to be the name of a plugin, name@distribution "
            "or package.module:Class"
        )
    return Setting(setting.value, setting.origin)


def _table(table: str, value: object, origin: Callable[[str], str], text: bool) -> Values:
    known = table_defaults(table)
    if not isinstance(value, Mapping):
        raise ConfigError(
            f"{Setting(value, origin(table)).describe(table)}: it has to be a table, such as "
            f"[{table}] {_example(known)}"
        )
    values: Values = {}
    for name, entry in value.items():
        key = f"{table}.{name}"
        if name not in known:
            raise _unknown(f"{key!r} is not a setting of Brubeck", name, known, origin(key))
        kind = list if isinstance(known[name], tuple) else type(known[name])
        setting = _checked(Key(key, (kind,), None, ""), Setting(entry, origin(key), text))
        if kind is int and setting.value < 0:
            raise ConfigError(f"{setting.describe(key)}: it cannot be negative")
        values[table, name] = setting
    return values


def _own(value: object, origin: Callable[[str], str], text: bool) -> Values:
    if not isinstance(value, Mapping):
        raise ConfigError(
            f"{OWN} ({origin(OWN)}): it has to be a table of the application's own settings, "
            f"[{OWN}]"
        )
    return {
        (OWN, name): Setting(entry, origin(f"{OWN}.{name}"), text) for name, entry in value.items()
    }


def _example(defaults: Mapping[str, Any]) -> str:
    name, value = next(iter(defaults.items()))
    return f"{name} = {show(value)}"


def _unknown(what: str, name: str, known: Iterable[str], origin: str) -> ConfigError:
    guess = did_you_mean(name, known)
    return ConfigError(f"{what} ({origin}).{guess}{misplaced(name)} There are: {', '.join(known)}.")


def _checked(key: Key, setting: Setting) -> Setting:
    try:
        value = convert(setting, *key.types)
    except ValueError as error:
        quoted = setting.describe(key.name, secret=key.secret)
        raise ConfigError(f"{quoted}: {error}") from None
    if key.secret and not (value and all(value)):
        from brubeck_core.http.signing import HOW_TO_MAKE_ONE

        raise ConfigError(
            f"{setting.describe(key.name, secret=True)}: it is empty, so that anybody could sign. "
            f"Make one with: {HOW_TO_MAKE_ONE}, or leave it out if nothing is signed"
        )
    if key.choices and isinstance(value, str):
        value = value.upper()
        if value not in key.choices:
            raise ConfigError(
                f"{setting.describe(key.name)}: it has to be one of {', '.join(key.choices)}"
            )
    return Setting(value, setting.origin)
