"""``brubeck run``: serve an application."""

from __future__ import annotations

from typing import Any

import click
from brubeck_core.cli.loading import load_app
from brubeck_core.workers.supervised import is_supervised


@click.command("run", short_help="Serve an application.")
@click.argument("target", required=False)
@click.option("--concurrency", metavar="NAME", help="What work runs on: threads, gevent, eventlet.")
@click.option("--connection", metavar="NAME", help="What requests come through: wsgi, mongrel2.")
@click.option("--renderer", metavar="NAME", help="What renders templates.")
@click.option("--bind", metavar="HOST:PORT", help="The address to serve on.")
@click.option("--workers", metavar="N", help="How many processes serve; 0 (the default): this one.")
@click.option("--debug", is_flag=True, help="Show tracebacks to the client; never in production.")
def run_command(target: str | None, **options: Any) -> None:
    """Serve the application in TARGET until Ctrl-C.

    TARGET is a directory, whose brubeck.toml may name the application, or another such file,
    or file.py, file.py:name, module:name. Without one it is the current directory. Without a
    name it is `app` or `application`, or what `create_app()` returns, in app.py or wsgi.py.

    \b
    Examples:
        brubeck run
        brubeck run examples/hello --concurrency threads
        brubeck run examples/listsurf/brubeck.mongo.toml
        brubeck run hello.py --bind 0.0.0.0:8000
        brubeck run --workers 4
    """
    loaded = load_app(target, options, serve=True)
    if loaded.has_run:
        return
    app = loaded.app
    if not is_supervised():
        concurrency = app.config.selection("concurrency")
        click.echo(
            f"Brubeck serves {loaded.name} at {app.connection.describe()}\n"
            f"on {app.concurrency.name} ({concurrency.origin}). Ctrl-C stops it.",
        )
    app.run()
