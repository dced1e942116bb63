"""Settings from environment variables.

``BRUBECK_CONNECTION=wsgi`` selects and ``BRUBECK_CONNECTION__WSGI__PORT=8000`` sets an option:
names are case-insensitive and two underscores go one table down. An empty value counts as
not set, as Docker Compose and CI systems write an unset variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brubeck_core.config.layers import USE, Values, always, flatten
from brubeck_core.config.schema import KEYS, OWN, SELECTIONS, TABLES
from brubeck_core.config.suggest import near
from brubeck_core.errors import ConfigError

PREFIX = "BRUBECK_"

#: Variables that are not settings of an application.
TRACE_PLUGINS = "BRUBECK_TRACE_PLUGINS"


def read_environment(environ: Mapping[str, str]) -> tuple[Values, tuple[str, ...]]:
    """Return the settings in `environ`, and the names of `BRUBECK_` variables that are none.

    Variables that are no settings are left alone, for orchestrators invent some: Kubernetes
    sets ``BRUBECK_SERVICE_HOST`` for a service called brubeck. Only one that looks like a
    misspelt setting is an error.

    Raises `ConfigError` for misspelt names and wrong values.
    """
    values: Values = {}
    ignored: list[str] = []
    for variable, text in environ.items():
        name = variable.upper()
        if not name.startswith(PREFIX) or name == TRACE_PLUGINS or not text:
            continue
        path = name.removeprefix(PREFIX).lower().split("__")
        if path[0] not in KEYS and path[0] not in (*TABLES, OWN):
            _refuse_misspelt(variable, path[0])
            ignored.append(variable)
            continue
        origin = f"environment variable {variable}"
        values |= flatten(_nest(variable, path, text), always(origin), text=True)
    return values, tuple(sorted(ignored))


def _nest(variable: str, path: list[str], text: str) -> dict[str, Any]:
    depth = 3 if path[0] in SELECTIONS else 2 if path[0] in (*TABLES, OWN) else 1
    if len(path) > depth or not all(path):
        example = "__".join(part or "NAME" for part in path[:depth]).upper()
        raise ConfigError(
            f"environment variable {variable} goes too deep or lacks a name between its "
            f"underscores; write {PREFIX}{example}, whose value may be a TOML table"
        )
    if path[0] in SELECTIONS and len(path) == 2 and path[1] != USE:
        raise ConfigError(
            f"environment variable {variable} names a plugin but none of its options; select "
            f"with {PREFIX}{path[0].upper()}={path[1]} and set an option with "
            f"{variable}__OPTION=..."
        )
    table: dict[str, Any] | str = text
    for part in reversed(path):
        table = {part: table}
    assert isinstance(table, dict)
    return table


def _refuse_misspelt(variable: str, name: str) -> None:
    meant = near(name, [*KEYS, *TABLES, OWN], cutoff=0.8)
    if meant:
        raise ConfigError(
            f"environment variable {variable} is not a setting of Brubeck. "
            f"Did you mean {PREFIX}{meant.upper()}?"
        )
