"""``brubeck openapi``: an application's APIs as an OpenAPI document."""

from __future__ import annotations

import json

import click
from brubeck_core.cli.loading import load_app


@click.command("openapi", short_help="Print the APIs of an application as OpenAPI 3.1.")
@click.argument("target", required=False)
def openapi_command(target: str | None) -> None:
    """Print the APIs of the application in TARGET as an OpenAPI 3.1 document, in JSON.

    TARGET is as for `brubeck run`. The application is imported and not served; what it serves
    under /openapi.json is the same.
    """
    # Imported here, as most commands have no use for it.
    from brubeck_core.handlers.autoapi.description.openapi import openapi_document

    app = load_app(target, {}, serve=False).app
    click.echo(json.dumps(openapi_document(app), indent=2))
