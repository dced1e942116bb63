"""``brubeck plugins``: what is installed, what is used, and what could be had."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

import click
from brubeck_core.cli.check import check_command
from brubeck_core.cli.table import print_table
from brubeck_core.config import Config, Setting, current
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.errors import asked_by, pip_line
from brubeck_core.plugin.host import PluginHost, hook_names
from brubeck_core.plugin.index import Entry
from brubeck_core.plugin.kinds import API_VERSION, CATALOGUE, EXTENSION, KINDS
from brubeck_core.plugin.loader import find_entry, load_plugin, load_registration, named_selections
from brubeck_core.plugin.resolve import check_class, load_target


@dataclass(frozen=True, slots=True)
class Row:
    """One plugin, as the list shows it."""

    kind: str
    name: str
    distribution: str
    version: str = ""
    #: The module behind its entry point.
    module: str = ""
    state: str = "available"
    #: The setting that selects it.
    setting: str = ""
    summary: str = ""
    hooks: list[str] = field(default_factory=list)
    #: What is wrong with it.
    problem: str = ""


@click.group(
    "plugins",
    short_help="List the installed plugins and which are used; check one.",
    invoke_without_command=True,
)
@click.option("--all", "show_all", is_flag=True, help="Also those that could be installed.")
@click.option("--hooks", "show_hooks", is_flag=True, help="Also the hooks, and who uses them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def plugins_command(
    context: click.Context, show_all: bool, show_hooks: bool, as_json: bool
) -> None:
    """List the installed plugins, and which of them this directory's configuration uses.

    Installing a plugin changes nothing; a setting selects it. Only selected plugins are
    imported, also by this command, so that a broken one among the others does no harm.
    BRUBECK_TRACE_PLUGINS=1 in the environment of any command shows each step of loading them.
    """
    if context.invoked_subcommand is None:
        list_plugins(show_all, show_hooks, as_json)


plugins_command.add_command(check_command)


def list_plugins(show_all: bool, show_hooks: bool, as_json: bool) -> None:
    """Print the list, for people or as JSON."""
    rows, problems = survey(current())
    if show_all:
        rows += _not_installed(rows)
    rows.sort(key=lambda row: ([*KINDS, EXTENSION, row.kind].index(row.kind), row.name))
    hooks = {
        hook: sorted({row.distribution for row in rows if hook in row.hooks})
        for hook in hook_names()
    }
    if as_json:
        shown = [asdict(row) for row in rows]
        click.echo(
            json.dumps({"plugins": shown, "hooks": hooks} if show_hooks else shown, indent=2)
        )
        return
    print_table(
        ("kind", "name", "distribution", "version", "state", "summary"),
        [
            (row.kind, row.name, row.distribution, row.version, _state(row), row.summary)
            for row in rows
        ],
    )
    if show_hooks:
        click.echo()
        print_table(
            ("hook", "implemented by, of those in use"),
            [(hook, ", ".join(users)) for hook, users in hooks.items()],
        )
    for problem in [*(row.problem for row in rows), *problems]:
        if problem:
            click.echo(f"\nbrubeck: {problem}", err=True)


def survey(config: Config) -> tuple[list[Row], list[str]]:
    """Return a row for every installed plugin, and what is wrong with the selections."""
    host = PluginHost()
    rows = {entry: _row(entry) for entry in host.index.entries}
    problems: list[str] = []
    for kind, setting in _selections(config):
        try:
            entry = find_entry(kind, setting, host.index)
        except ConfigError as error:
            problems.append(str(error))
            continue
        row = replace(rows[entry], state="selected", setting=asked_by(kind, setting))
        rows[entry] = _try(entry, row, host)
    for entry, row in rows.items():
        if row.state == "available" and entry.kind in KINDS and entry.value in sys.modules:
            # Imported for another plugin of its distribution, so that asking it costs nothing.
            rows[entry] = replace(row, summary=load_registration(entry, "", host).summary)
    return [*rows.values(), *_classes(config)], problems


def _classes(config: Config) -> Iterator[Row]:
    """Yield what is selected as ``package.module:Class``, which no distribution announces."""
    for kind in KINDS:
        setting = config.selection(kind)
        if isinstance(setting.value, str) and ":" in setting.value:
            yield Row(kind, setting.value, "", state="selected", setting=asked_by(kind, setting))


def _selections(config: Config) -> Iterator[tuple[str, Setting]]:
    yield from named_selections(config)
    extensions = config.setting("plugins")
    for name in extensions.value:
        yield EXTENSION, Setting(name, extensions.origin)


def _row(entry: Entry) -> Row:
    row = Row(
        entry.kind,
        entry.name,
        entry.distribution,
        entry.version,
        entry.value,
        summary=entry.summary,
    )
    if entry.api_version != API_VERSION:
        return replace(row, state=f"for plugin API {entry.api_version}")
    if entry.kind not in KINDS and entry.kind != EXTENSION:
        return replace(row, state="unknown kind")
    return row


def _try(entry: Entry, row: Row, host: PluginHost) -> Row:
    """Load a selected plugin as an application would, short of making an instance."""
    try:
        if entry.kind == EXTENSION:
            plugin, _ = load_plugin(entry, row.setting, host)
        else:
            registration = load_registration(entry, row.setting, host)
            target = load_target(registration, entry.label, row.setting)
            check_class(entry.kind, target, row.setting)
            row = replace(row, summary=registration.summary or row.summary)
            plugin, _ = load_plugin(entry, row.setting, host)
    except ConfigError as error:
        return replace(row, state="broken", problem=str(error))
    return replace(row, hooks=host.hooks_of(plugin))


def _not_installed(rows: list[Row]) -> list[Row]:
    installed = {f"{row.kind}.{row.name}" for row in rows}
    missing = []
    for known, distribution in CATALOGUE.items():
        if known not in installed:
            kind, _, name = known.partition(".")
            row = Row(kind, name, distribution, state="not installed")
            missing.append(replace(row, summary=pip_line(distribution)))
    return missing


def _state(row: Row) -> str:
    return f"{row.state} by {row.setting}" if row.state == "selected" else row.state
