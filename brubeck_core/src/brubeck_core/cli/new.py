"""``brubeck new``: begin an application or a plugin, complete and with tests that pass."""

from __future__ import annotations

import re
from pathlib import Path

import click
from brubeck_core.cli.scaffold import requirement, write_project
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.index import PluginIndex
from brubeck_core.plugin.kinds import CATALOGUE, EXTENSION, KINDS

#: What the distributions of plugins begin with, by convention.
PREFIX = "brubeck-"

#: What is added to a plugin's name for the name of its class.
SUFFIXES = {
    "concurrency": "Backend",
    "connection": "Connection",
    "renderer": "Renderer",
    "user_store": "UserStore",
    "cache": "Cache",
    "queryset": "Queryset",
    EXTENSION: "",
}

_is_app_name = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*").fullmatch
_is_plugin_name = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*").fullmatch


@click.group("new", short_help="Begin an application or a plugin.")
def new_command() -> None:
    """Write the files of a new application or plugin, with tests that pass at once.

    Nothing is asked, and no file that is there is ever overwritten.
    """


@new_command.command("app", short_help="Begin an application.")
@click.argument("name")
@click.option(
    "--directory",
    type=click.Path(path_type=Path),
    help="Where to write it; NAME below the current directory when it is not given.",
)
def new_app(name: str, directory: Path | None) -> None:
    """Write an application called NAME: app.py, templates, settings and tests.

    \b
    Example:
        brubeck new app songs
        brubeck run songs
    """
    if not _is_app_name(name):
        raise ConfigError(
            f"{name!r} is no name for an application: use letters and digits, with single dashes, "
            f"dots or underscores between them{_suggest(name, '-')}"
        )
    target = directory or Path(name)
    values = {
        "name": name,
        "core": requirement("brubeck-core"),
        "wsgi": requirement("brubeck-wsgi"),
    }
    write_project(target, ["app"], values)
    click.echo(
        f"{target} has an application. To serve it, and to test it:\n\n"
        f"    brubeck run {target}\n"
        f"    python -m pytest {target}"
    )


@new_command.command("plugin", short_help="Begin a plugin.")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice([*KINDS, EXTENSION]), required=True, help="What it is to be."
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path),
    help="Where to write it; brubeck-NAME below the current directory when it is not given.",
)
def new_plugin(name: str, kind: str, directory: Path | None) -> None:
    """Write the distribution brubeck-NAME with a plugin called NAME.

    It has an entry point, a small implementation, the conformance tests of its kind, a README and
    a file for continuous integration.

    \b
    Examples:
        brubeck new plugin shout --kind renderer
        brubeck new plugin pulse --kind extension --directory ~/src/pulse
    """
    name = name.removeprefix(PREFIX).replace("-", "_")
    distribution = f"{PREFIX}{name.replace('_', '-')}"
    _check_plugin_name(name, kind, distribution)
    target = directory or Path(distribution)
    write_project(target, ["plugin", kind], _plugin_values(name, kind, distribution))
    click.echo(
        f"{target} has a plugin, {kind}.{name}. To install it where Brubeck is, and to test it:\n\n"
        f"    cd {target}\n"
        '    python -m pip install -e ".[test]"\n'
        "    python -m pytest"
    )


def _check_plugin_name(name: str, kind: str, distribution: str) -> None:
    if not _is_plugin_name(name):
        raise ConfigError(
            f"{name!r} is no name for a plugin: use lower-case letters and digits, with single "
            f"dashes between them{_suggest(name.lower(), '-')}"
        )
    own = {*CATALOGUE.values(), *(f"{PREFIX}{part}" for part in ("core", "testkit"))}
    if distribution in own:
        raise ConfigError(
            f"{distribution} is a distribution of Brubeck itself; choose another name"
        )
    if any(entry.is_from("brubeck-core") for entry in PluginIndex.installed().find(kind, name)):
        raise ConfigError(f"{kind}.{name} comes with brubeck-core; choose another name")


def _plugin_values(name: str, kind: str, distribution: str) -> dict[str, str]:
    selection = f'plugins = ["{name}"]' if kind == EXTENSION else f'{kind} = "{name}"'
    return {
        "name": name,
        "distribution": distribution,
        "package": f"brubeck_{name}",
        "class": "".join(part.capitalize() for part in name.split("_")) + SUFFIXES[kind],
        "kind": kind,
        "label": KINDS[kind].label if kind in KINDS else "extension",
        "selection": selection,
        "core": requirement("brubeck-core"),
        "testkit": requirement("brubeck-testkit"),
    }


def _suggest(name: str, dash: str) -> str:
    better = re.sub(r"[^A-Za-z0-9]+", dash, name).strip(dash).lstrip("0123456789" + dash)
    return f", such as {better}" if better else ""
