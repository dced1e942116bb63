"""This project's own server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from brubeck_wsgi.http1.server import HTTPServer

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_wsgi.addresses import Address
    from brubeck_wsgi.http1.settings import ServerSettings


def make(app: Brubeck, addresses: Sequence[Address], settings: ServerSettings) -> HTTPServer:
    """Open the addresses and make the server."""
    return HTTPServer(app.dispatch, app.concurrency, settings, app.limits).open(addresses)
