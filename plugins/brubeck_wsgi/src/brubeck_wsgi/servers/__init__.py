"""The servers that can carry the application; each is imported when it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from brubeck_core.errors import ConfigError
from brubeck_core.workers.supervised import ready

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_wsgi.addresses import Address
    from brubeck_wsgi.http1.settings import ServerSettings

#: This project's own server.
EMBEDDED = "brubeck"

#: Servers by the name they have in config.
SERVERS = {
    EMBEDDED: "brubeck_wsgi.servers.embedded:make",
    "pywsgi": "brubeck_wsgi.servers.pywsgi:make",
    "eventlet": "brubeck_wsgi.servers.eventlet:make",
    "waitress": "brubeck_wsgi.servers.waitress:make",
}


class Server(Protocol):
    """Carries an application on sockets that are listening already."""

    def serve(self) -> None:
        """Answer requests until `stop`."""

    def stop(self, timeout: float) -> None:
        """Stop accepting, give requests in flight `timeout` seconds, end `serve`."""


def make_server(
    name: str, app: Brubeck, addresses: Sequence[Address], settings: ServerSettings
) -> Server:
    """Open the addresses, make the server of that name, and tell the supervisor if there is one.

    Raises `ConfigError` for an unknown name, for one the concurrency backend cannot carry, and
    for an address that cannot be used.
    """
    target = SERVERS.get(name)
    if target is None:
        raise ConfigError(
            f"server = {name!r} of the connection wsgi is unknown: choose one of "
            f"{', '.join(SERVERS)}, or leave it out"
        )
    module, _, attribute = target.partition(":")
    make: Any = getattr(import_module(module), attribute)
    try:
        server: Server = make(app, addresses, settings)
    except ImportError as error:
        raise ConfigError(
            f"server = {name!r} does not work with concurrency = {app.concurrency.name!r}: {error}"
        ) from error
    ready()
    return server
