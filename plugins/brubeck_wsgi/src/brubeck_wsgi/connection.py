"""The connection "wsgi": HTTP, served by this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.connection import Connection
from brubeck_wsgi.addresses import DEFAULT_HOST, DEFAULT_PORT, Address
from brubeck_wsgi.servers import Server, make_server

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

# Requests at once: greenlets are cheap, threads are not.
_MAX_REQUESTS = {"threads": 64}
_MAX_GREEN_REQUESTS = 1000


class WSGIConnection(Connection):
    """Serve HTTP/1.1 on one or several addresses.

    The application is a WSGI callable under any other server too; this connection is for
    serving it without one.

    Args:
        port: the port, when `bind` is not given.
        host: the address, when `bind` is not given; only this machine can reach the default.
        bind: addresses such as ``"127.0.0.1:6767"``, ``":80"`` or ``"unix:/run/app.sock"``, one
            or several.
        server: a third-party server: ``"pywsgi"``, ``"eventlet"`` or ``"waitress"``; by default
            the one that fits the concurrency backend.
        max_requests: how many requests are answered at once.

    Raises `ConfigError` for an address that is none.
    """

    def __init__(
        self,
        port: int = DEFAULT_PORT,
        host: str = DEFAULT_HOST,
        bind: str | Sequence[str] | None = None,
        server: str | None = None,
        max_requests: int | None = None,
    ) -> None:
        if max_requests is not None and max_requests < 1:
            raise ConfigError(f"max_requests = {max_requests} of the connection wsgi is below 1")
        texts = [bind] if isinstance(bind, str) else list(bind or ())
        self.addresses = [Address.parse(text) for text in texts] or [Address(host, port)]
        self.server = server
        self.max_requests = max_requests
        self._running: Server | None = None

    def serve(self, app: Brubeck) -> None:
        """Serve until `stop`. Raises `ConfigError` when an address cannot be used."""
        concurrency = app.concurrency
        modules = concurrency.green_module("socket")
        sockets = [address.listen(modules) for address in self.addresses]
        self._running = make_server(
            self.server or concurrency.wsgi_server,
            app,
            sockets,
            concurrency,
            self.max_requests or _MAX_REQUESTS.get(concurrency.name, _MAX_GREEN_REQUESTS),
        )
        try:
            self._running.serve()
        finally:
            for sock in sockets:
                sock.close()

    def stop(self, timeout: float = 30.0) -> None:
        """Stop accepting, let requests in flight end within `timeout` seconds, then close."""
        if self._running is not None:
            self._running.stop(timeout)

    def describe(self) -> str:
        """Return the addresses as URLs."""
        return ", ".join(
            str(address) if address.path else f"http://{address}" for address in self.addresses
        )
