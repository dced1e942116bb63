"""``brubeck routes``: what an application answers to."""

from __future__ import annotations

import json

import click
from brubeck_core.cli.loading import load_app
from brubeck_core.cli.table import print_table


@click.command("routes", short_help="List what an application answers to.")
@click.argument("target", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def routes_command(target: str | None, as_json: bool) -> None:
    """List the routes of the application in TARGET, in the order in which they are tried.

    TARGET is as for `brubeck run`. The application is imported and not served.
    """
    app = load_app(target, {}, serve=False).app
    if as_json:
        rows = [
            {"pattern": route.pattern, "methods": list(route.methods), "handler": route.name}
            for route in app.routes
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    print_table(
        ("pattern", "methods", "handler"),
        [
            (route.pattern, ", ".join(route.methods) or "its handler's", route.name)
            for route in app.routes
        ],
    )
