"""The WSGI servers that can carry the application; each is imported when it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from brubeck_core.errors import ConfigError

if TYPE_CHECKING:
    import socket

    from brubeck_core.interfaces.concurrency import Concurrency

#: Servers by the name they have in config.
SERVERS = {
    "pywsgi": "brubeck_wsgi.servers.pywsgi:PyWSGIServer",
    "eventlet": "brubeck_wsgi.servers.eventlet:EventletServer",
    "waitress": "brubeck_wsgi.servers.waitress:WaitressServer",
}


class Server(Protocol):
    """Carries a WSGI application on sockets that are listening already."""

    def serve(self) -> None:
        """Answer requests until `stop`."""

    def stop(self, timeout: float) -> None:
        """Stop accepting, give requests in flight `timeout` seconds, end `serve`."""


def make_server(
    name: str,
    application: Any,
    sockets: Sequence[socket.socket],
    concurrency: Concurrency,
    max_requests: int,
) -> Server:
    """Make the server of that name.

    Raises `ConfigError` for an unknown name, or one the concurrency backend cannot carry.
    """
    target = SERVERS.get(name)
    if target is None:
        raise ConfigError(
            f"server = {name!r} of the connection wsgi is unknown: choose one of "
            f"{', '.join(SERVERS)}, or leave it out"
        )
    module, _, attribute = target.partition(":")
    try:
        server: Server = getattr(import_module(module), attribute)(
            application, sockets, concurrency, max_requests
        )
    except ImportError as error:
        raise ConfigError(
            f"server = {name!r} does not work with concurrency = {concurrency.name!r}: {error}"
        ) from error
    return server
