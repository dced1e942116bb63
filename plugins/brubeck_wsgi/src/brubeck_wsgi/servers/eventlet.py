"""eventlet's WSGI server."""

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


def make(app: Brubeck, addresses: Sequence[Address], settings: ServerSettings) -> EventletServer:
    """Open the addresses and make the server."""
    sockets = app.concurrency.green_module("socket")
    listening = [address.listen(sockets) for address in addresses]
    return EventletServer(app, listening, app.concurrency, settings.max_requests)


class EventletServer:
    """Carry the application on `eventlet.wsgi`."""

    def __init__(
        self,
        application: Any,
        sockets: Sequence[socket.socket],
        concurrency: Concurrency,
        max_requests: int,
    ) -> None:
        self._wsgi = concurrency.green_module("eventlet.wsgi")
        self._pool = concurrency.green_module("eventlet").GreenPool(max_requests)
        self._application = application
        self._sockets = sockets
        self._concurrency = concurrency
        self._stopped = concurrency.event()
        self._acceptors: list[Any] = []

    def serve(self) -> None:
        """Answer requests until `stop`."""
        self._acceptors = [self._concurrency.spawn(self._accept, sock) for sock in self._sockets]
        self._stopped.wait()

    def stop(self, timeout: float) -> None:
        """Stop accepting, wait for what is in flight, end `serve`."""
        for acceptor in self._acceptors:
            acceptor.cancel()
        for sock in self._sockets:
            sock.close()
        try:
            with self._concurrency.timeout(timeout):
                self._pool.waitall()
        except TimeoutError:
            log.warning("%d connections were open after %g s", self._pool.running(), timeout)
        self._stopped.set()

    def _accept(self, sock: socket.socket) -> None:
        # debug=False: eventlet would send tracebacks to clients.
        self._wsgi.server(
            sock,
            self._application,
            log=log,
            log_output=False,
            debug=False,
            custom_pool=self._pool,
        )
