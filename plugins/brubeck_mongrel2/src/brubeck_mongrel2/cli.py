"""The commands `brubeck mongrel2 init | run | check | status | stop | dispatch`.

Select them with ``plugins = ["mongrel2"]``. As a registration module this one imports neither
click nor ZeroMQ before the commands are asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brubeck_core.plugin import hookimpl

if TYPE_CHECKING:
    import click

#: The folder of a server, unless another is named.
FOLDER = "mongrel2"


@hookimpl
def brubeck_cli_commands(group: click.Group) -> None:
    """Add the commands to `brubeck`."""
    import click
    from brubeck_core.errors import BrubeckError
    from brubeck_mongrel2 import operations
    from brubeck_mongrel2.server.layout import PUB_ADDR, PULL_ADDR

    folder_option = click.option(
        "--folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=FOLDER,
        show_default=True,
        help="Where the server lives.",
    )
    uuid_option = click.option("--uuid", help="Which server, if the configuration has several.")

    class Commands(click.Group):
        """A group whose commands' errors are advice, not tracebacks."""

        def invoke(self, ctx: click.Context) -> Any:
            try:
                return super().invoke(ctx)
            except (BrubeckError, OSError, LookupError) as error:
                raise click.ClickException(str(error)) from error

    @group.group("mongrel2", cls=Commands)
    def mongrel2() -> None:
        """Set up and run a Mongrel2 server in front of this application."""

    @mongrel2.command("init")
    @folder_option
    @click.option("--port", default=6767, show_default=True, help="Where the server listens.")
    @click.option("--bind", "bind_addr", default="127.0.0.1", show_default=True)
    @click.option("--pull", "pull_addr", help="Where handlers take requests.")
    @click.option("--pub", "pub_addr", help="Where handlers give answers.")
    @click.option("--protocol", type=click.Choice(["json", "tnetstring"]), default="json")
    @click.option(
        "--host",
        "hosts",
        multiple=True,
        metavar="NAME=PULL,PUB",
        help="A host, or NAME,NAME, and where its handlers are; repeat it for more.",
    )
    @click.option("--static", multiple=True, metavar="PATH=FOLDER", help="Files to serve itself.")
    @click.option("--stream-uploads", is_flag=True, help="Hand large bodies over in parts.")
    @click.option("--store-uploads", is_flag=True, help="Put large bodies into files.")
    @click.option("--flow-control", is_flag=True, help="Report what clients have taken.")
    @click.option("--force", is_flag=True, help="Replace a configuration that is there.")
    def init(folder: Path, static: tuple[str, ...], hosts: tuple[str, ...], **options: Any) -> None:
        """Write a configuration with sane settings."""
        given = {name: value for name, value in options.items() if value is not None}
        if hosts and given.keys() & {"pull_addr", "pub_addr"}:
            raise LookupError("say --pull and --pub, or name addresses with each --host, not both")
        routes: dict[str, Any] = {"static": _static(static), "hosts": _hosts(hosts)}
        server = operations.init(folder, **routes, **given).server()
        click.echo(f"wrote {folder}/config.sqlite: http://{server.bind_addr}:{server.port}")

    @mongrel2.command("run")
    @folder_option
    @uuid_option
    @click.argument("command", nargs=-1)
    def run(folder: Path, uuid: str | None, command: tuple[str, ...]) -> None:
        """Run the server in the foreground, and COMMAND beside it.

        For example: brubeck mongrel2 run -- brubeck run --connection mongrel2 --workers 2

        Several commands have -- between them.
        """
        raise SystemExit(operations.run(folder, uuid, command))

    @mongrel2.command("check")
    @click.argument("config", type=click.Path(path_type=Path), default=f"{FOLDER}/config.sqlite")
    def check(config: Path) -> None:
        """Look for traps in a configuration, of ours or of m2sh's."""
        findings = operations.check(config)
        for finding in findings:
            click.echo(str(finding))
        click.echo(f"{len(findings)} found" if findings else "nothing found")
        raise SystemExit(any(finding.level == "error" for finding in findings))

    @mongrel2.command("status")
    @folder_option
    @uuid_option
    def status(folder: Path, uuid: str | None) -> None:
        """Show the open connections of the running server."""
        rows = operations.status(folder, uuid)
        for row in rows:
            click.echo("  ".join(f"{name}={value}" for name, value in row.items()))
        click.echo(f"{len(rows)} connections")

    @mongrel2.command("stop")
    @folder_option
    @uuid_option
    def stop(folder: Path, uuid: str | None) -> None:
        """End the running server."""
        operations.stop(folder, uuid)

    @mongrel2.command("dispatch")
    @click.option("--pull", "pull_addr", default=PULL_ADDR, show_default=True)
    @click.option("--pub", "pub_addr", default=PUB_ADDR, show_default=True)
    @click.argument("address")
    def dispatch(pull_addr: str, pub_addr: str, address: str) -> None:
        """Hand requests to processes that connect to ADDRESS, so that these may come and go.

        They name it as their `dispatcher`. Workers of `brubeck run --workers` have one already.
        """
        from brubeck_mongrel2.dispatch.program import run

        run(pull_addr, pub_addr, address)


def _static(pairs: tuple[str, ...]) -> dict[str, Path]:
    routes = {}
    for pair in pairs:
        path, mark, folder = pair.partition("=")
        if not mark or not path.startswith("/"):
            raise LookupError(f"--static {pair!r} has to be like /static/=./files")
        routes[path] = Path(folder)
    return routes


def _hosts(given: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    hosts = {}
    for text in given:
        names, _, pair = text.partition("=")
        pull, comma, pub = pair.partition(",")
        if not (names and pull and comma and pub):
            raise LookupError(
                f"--host {text!r} has to be like web.example=tcp://127.0.0.1:9999,tcp://127.0.0.1:9998"
            )
        for name in names.split(","):
            if name in hosts:
                raise LookupError(
                    f"--host {name} is there twice; it can have one pair of addresses"
                )
            hosts[name] = (pull, pub)
    return hosts
