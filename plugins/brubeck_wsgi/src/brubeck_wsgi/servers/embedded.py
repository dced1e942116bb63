"""This project's own server."""

from __future__ import annotations

import _socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from brubeck_wsgi.http1.server import HTTPServer

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_wsgi.addresses import Address
    from brubeck_wsgi.http1.settings import ServerSettings


def make(app: Brubeck, addresses: Sequence[Address], settings: ServerSettings) -> HTTPServer:
    """Open the addresses and make the server."""
    # Plain sockets on every backend: waiting is the server's own business.
    sockets = [address.listen(_socket) for address in addresses]
    return HTTPServer(app.dispatch, sockets, app.concurrency, settings, app.limits)
