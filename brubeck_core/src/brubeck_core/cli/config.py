"""``brubeck config``: every setting, and who said so."""

from __future__ import annotations

import json
import re
from typing import Any

import click
from brubeck_core.cli.table import print_table
from brubeck_core.config import Config, Setting, current
from brubeck_core.config.schema import KEYS, OWN
from brubeck_core.config.setting import show
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.loader import named_selections
from brubeck_core.plugin.registrations import Registration
from brubeck_core.plugin.resolve import select

MASK = "********"

_URL_PASSWORD = re.compile(r"(://[^/@:\s]*:)[^/@\s]+@")


@click.command("config", short_help="Show every setting and who said so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def config_command(as_json: bool) -> None:
    """Show every setting that applies in this directory, and where its value comes from.

    Secrets are masked, and so are the options of plugins that are not selected and the
    application's own settings, for only those know which of them are secret.
    """
    config = current()
    registrations = selected_registrations(config)
    rows = [
        (".".join(path), visible(path, setting, registrations), setting.origin)
        for path, setting in config.items()
    ]
    if as_json:
        values = {key: {"value": value, "origin": origin} for key, value, origin in rows}
        click.echo(json.dumps(values, indent=2, default=show))
        return
    print_table(
        ("setting", "value", "origin"),
        [(key, MASK if value == MASK else show(value), origin) for key, value, origin in rows],
    )
    for variable in config.ignored:
        click.echo(f"\n{variable} is in the environment, but is no setting of Brubeck.")


def selected_registrations(config: Config) -> dict[tuple[str, str], Registration]:
    """Return the registrations of the selected plugins that can be loaded, by kind and name."""
    host = PluginHost()
    registrations: dict[tuple[str, str], Registration] = {}
    for kind, setting in named_selections(config):
        try:
            registration, _ = select(kind, setting, host)
        except ConfigError:
            continue  # `brubeck plugins` tells what is wrong with it
        registrations[kind, registration.name] = registration
    return registrations


def visible(
    path: tuple[str, ...],
    setting: Setting,
    registrations: dict[tuple[str, str], Registration],
) -> Any:
    """Return a setting's value with everything masked that is or may be secret."""
    value = setting.value
    if path[0] == OWN:
        return MASK
    if len(path) == 3:
        kind, name, option = path
        registration = registrations.get((kind, name))
        declared = registration.option(option) if registration else None
        if declared is None or declared.secret:
            return MASK
    elif path[0] in KEYS and KEYS[path[0]].secret and value is not None:
        return MASK
    return _URL_PASSWORD.sub(rf"\g<1>{MASK}@", value) if isinstance(value, str) else value
