"""What ``brubeck run`` was told on the command line, known before click is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brubeck_core.cli.target import Target
from brubeck_core.config import Config, Rank

#: The options of ``brubeck run`` that select what their names say.
SELECTIONS = ("concurrency", "connection", "renderer")
BIND = "bind"
DEBUG = "debug"
WORKERS = "workers"

#: The connection of ``brubeck run`` when nothing else says one.
DEFAULT_CONNECTION = "wsgi"


@dataclass(slots=True)
class Launch:
    """The arguments of ``brubeck run``."""

    target: str | None = None
    options: dict[str, Any] = field(default_factory=dict)


def peek(arguments: Sequence[str]) -> Launch | None:
    """Return what ``brubeck run`` was told.

    None for every other command, for ``--help``, and for whatever is wrong with the arguments:
    click explains that better.
    """
    if not arguments or arguments[0] != "run":
        return None
    launch = Launch()
    rest = iter(arguments[1:])
    for argument in rest:
        name, equals, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("-"):
            if launch.target is not None:
                return None
            launch.target = argument
        elif name == DEBUG and not equals:
            launch.options[name] = True
        elif name in (*SELECTIONS, BIND, WORKERS) and argument.startswith("--"):
            given = value if equals else next(rest, None)
            if given is None:
                return None
            launch.options[name] = given
        else:
            return None
    return launch


def launch_config(target: Target, options: Mapping[str, Any]) -> Config:
    """Return the configuration of an application that ``brubeck run`` starts.

    Args:
        target: where it is.
        options: by name; those that are None or False were not given.

    Raises `ConfigError` as `Config.load` does.
    """
    config = Config.load(target.directory, file=target.settings).with_overrides(
        {"connection": DEFAULT_CONNECTION}, "default of brubeck run", Rank.LAUNCHER
    )
    for name in (*SELECTIONS, WORKERS):
        if options.get(name):
            config = _override(config, name, {name: options[name]})
    if options.get(DEBUG):
        config = _override(config, DEBUG, {DEBUG: "true"})
    if options.get(BIND):
        # The address belongs to the connection that is configured, so that this one is used
        # even where the program brings an instance of its own.
        connection = config.selection("connection").value
        name = connection.partition("@")[0]
        table = {name: {"bind": options[BIND]}}
        if not options.get("connection"):
            table["use"] = connection
        config = _override(config, BIND, {"connection": table})
    return config


def _override(config: Config, option: str, settings: Mapping[str, object]) -> Config:
    origin = f"option --{option}"
    return config.with_overrides(settings, origin, Rank.COMMAND_LINE, text=True)
