"""gevent's WSGI server."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_wsgi.addresses import Address
    from brubeck_wsgi.http1.settings import ServerSettings

log = logging.getLogger("brubeck.wsgi")


def make(app: Brubeck, addresses: Sequence[Address], settings: ServerSettings) -> PyWSGIServer:
    """Open the addresses and make the server."""
    sockets = app.concurrency.green_module("socket")
    listening = [address.listen(sockets) for address in addresses]
    return PyWSGIServer(app, listening, app.concurrency, settings.max_requests)


class PyWSGIServer:
    """Carry the application on `gevent.pywsgi`."""

    def __init__(
        self,
        application: Any,
        sockets: Sequence[socket.socket],
        concurrency: Concurrency,
        max_requests: int,
    ) -> None:
        pywsgi = concurrency.green_module("gevent.pywsgi")
        pool = concurrency.green_module("gevent.pool").Pool(max_requests)
        self._stopped = concurrency.event()
        self._servers = [
            pywsgi.WSGIServer(sock, application, spawn=pool, log=None, error_log=log)
            for sock in sockets
        ]

    def serve(self) -> None:
        """Answer requests until `stop`."""
        for server in self._servers:
            server.start()
        self._stopped.wait()

    def stop(self, timeout: float) -> None:
        """Stop accepting, wait for what is in flight, end `serve`."""
        for server in self._servers:
            server.stop(timeout)
        self._stopped.set()
