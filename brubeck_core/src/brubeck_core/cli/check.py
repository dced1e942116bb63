"""``brubeck plugins check``: whether a plugin is as it should be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click
from brubeck_core.cli.table import print_table
from brubeck_core.config import current
from brubeck_core.config.suggest import did_you_mean
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.checking import check_plugin
from brubeck_core.plugin.errors import pip_line
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.index import Entry, PluginIndex
from brubeck_core.plugin.kinds import CATALOGUE

#: The exit status when something is not as it should be.
FAULTY = 1


@click.command("check", short_help="Look at a plugin closely.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def check_command(context: click.Context, name: str, as_json: bool) -> None:
    """Load the plugin NAME, whether it is selected or not, and say what is wrong with it.

    NAME is that of a plugin (jinja2 or renderer.jinja2), or of a distribution (brubeck-jinja2), of
    which every plugin is checked. No instance is made. The exit status is 1 when something is
    not as it should be.

    \b
    Examples:
        brubeck plugins check renderer.string
        brubeck plugins check brubeck-gevent
    """
    entries = find_named(name, PluginIndex.installed())
    config = current()
    checked = [(entry, list(check_plugin(entry, config, PluginHost()))) for entry in entries]
    faults = sum(not finding.fine for _, findings in checked for finding in findings)
    if as_json:
        shown = [
            {"plugin": entry.id, "distribution": entry.distribution, "version": entry.version}
            | {"findings": [asdict(finding) for finding in findings]}
            for entry, findings in checked
        ]
        click.echo(json.dumps(shown, indent=2))
    else:
        for entry, findings in checked:
            click.echo(f"{entry.id} of {entry.distribution} {entry.version}")
            print_table(
                ("", "check", "finding"),
                [("ok" if f.fine else "WRONG", f.subject, f.text) for f in findings],
            )
            click.echo()
        click.echo(f"{faults} findings are wrong." if faults else "Everything is as it should be.")
    context.exit(FAULTY if faults else 0)


def find_named(name: str, index: PluginIndex) -> Sequence[Entry]:
    """Return the installed plugins that are called, or come with, `name`.

    Raises `ConfigError` when there is none.
    """
    wanted, _, distribution = name.partition("@")
    found = [
        entry
        for entry in index.entries
        if (wanted in (entry.id, entry.name) or entry.is_from(wanted))
        and (not distribution or entry.is_from(distribution))
    ]
    if found:
        return found
    for known, bringer in CATALOGUE.items():
        if wanted in (known, known.partition(".")[2], bringer):
            raise ConfigError(
                f"{known} is not installed. It comes with {bringer}: {pip_line(bringer)}"
            )
    names = {text for entry in index.entries for text in (entry.id, entry.name, entry.distribution)}
    raise ConfigError(
        f"no installed plugin is called {name!r}, nor is a distribution with plugins."
        f"{did_you_mean(wanted, names)} `brubeck plugins` lists them."
    )
