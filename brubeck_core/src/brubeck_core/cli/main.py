"""The command ``brubeck``: its own commands, and those of plugins."""

from __future__ import annotations

import platform

import click
from brubeck_core.cli.config import config_command
from brubeck_core.cli.new import new_command
from brubeck_core.cli.openapi import openapi_command
from brubeck_core.cli.plugins import plugins_command
from brubeck_core.cli.routes import routes_command
from brubeck_core.cli.run import run_command
from brubeck_core.config import current
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.host import PluginHost
from brubeck_core.plugin.loader import named_selections
from brubeck_core.plugin.resolve import select


class BrubeckGroup(click.Group):
    """A group that asks plugins for commands only when its own do not answer the question."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, those of plugins last."""
        return [*super().list_commands(ctx), *sorted(self._of_plugins(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        own = super().get_command(ctx, cmd_name)
        return own or self._of_plugins(ctx).get(cmd_name)

    def _of_plugins(self, ctx: click.Context) -> dict[str, click.Command]:
        """Return the commands of the plugins that the current directory's config names."""
        key = f"{__name__}.plugins"
        if key not in ctx.meta:
            group = click.Group()
            try:
                add_plugin_commands(group)
            except ConfigError as error:
                # Help must be had even where the configuration is wrong.
                click.echo(f"brubeck: commands of plugins are missing: {error}", err=True)
            ctx.meta[key] = {
                name: command
                for name, command in group.commands.items()
                if name not in self.commands
            }
        commands: dict[str, click.Command] = ctx.meta[key]
        return commands


def add_plugin_commands(group: click.Group) -> None:
    """Let the plugins that are enabled or selected add their commands. Raises `ConfigError`."""
    config = current()
    host = PluginHost(config)
    for kind, setting in named_selections(config):
        select(kind, setting, host)
    host.hook.brubeck_cli_commands(group=group)


@click.group(cls=BrubeckGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    package_name="brubeck-core", message=f"Brubeck %(version)s, Python {platform.python_version()}"
)
def brubeck() -> None:
    """Serve web applications written as plain blocking code.

    Settings come from the command line, BRUBECK_* in the environment, brubeck.toml and
    [tool.brubeck] of pyproject.toml, the first of them that says something. `brubeck config`
    shows what applies in this directory, and why.

    \b
    A first application, in app.py:
        from brubeck_core import Brubeck
        app = Brubeck()
        @app.add_route("^/")
        def take_five(application, message):
            return "Take five"
    and to serve it:
        brubeck run
    """


for command in (
    new_command,
    run_command,
    routes_command,
    openapi_command,
    plugins_command,
    config_command,
):
    brubeck.add_command(command)
