"""The connection "wsgi": HTTP, served by this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.connection import Connection
from brubeck_wsgi.addresses import DEFAULT_HOST, DEFAULT_PORT, Address
from brubeck_wsgi.http1.proxies import parse_networks
from brubeck_wsgi.http1.settings import DEFAULT_SETTINGS, ServerSettings
from brubeck_wsgi.servers import EMBEDDED, Server, make_server

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class WSGIConnection(Connection):
    """Serve HTTP/1.1 on one or several addresses.

    The application is a WSGI callable under any other server too; this connection is for
    serving it without one.

    Args:
        port: the port, when `bind` is not given.
        host: the address, when `bind` is not given; only this machine can reach the default.
        bind: addresses such as ``"127.0.0.1:6767"``, ``":80"`` or ``"unix:/run/app.sock"``, one
            or several.
        server: ``"brubeck"``, this project's own, or a third-party server instead:
            ``"pywsgi"``, ``"eventlet"``, ``"waitress"``.
        settings: fields of `brubeck_wsgi.http1.settings.ServerSettings`, for our own server;
            of these the third-party ones know `max_requests` only, waitress `threads`.

    Raises `ConfigError` for an address that is none and for a setting that makes no sense.
    """

    def __init__(
        self,
        port: int = DEFAULT_PORT,
        host: str = DEFAULT_HOST,
        bind: str | Sequence[str] | None = None,
        server: str = EMBEDDED,
        **settings: Any,
    ) -> None:
        texts = [bind] if isinstance(bind, str) else list(bind or ())
        self.addresses = [Address.parse(text) for text in texts] or [Address(host, port)]
        self.server = server
        self.settings = _check_settings(settings)
        self._running: Server | None = None
        self._stopped_early = False

    def serve(self, app: Brubeck) -> None:
        """Serve until `stop`, which may have come before: then not at all.

        Raises `ConfigError` when an address cannot be used.
        """
        self._running = make_server(self.server, app, self.addresses, self.settings)
        if self._stopped_early:
            self._running.stop(0)
        else:
            self._running.serve()

    def stop(self, timeout: float = 30.0) -> None:
        """Stop accepting, let requests in flight end within `timeout` seconds, then close."""
        if self._running is None:
            self._stopped_early = True
        else:
            self._running.stop(timeout)

    def describe(self) -> str:
        """Return the addresses as URLs."""
        scheme = "https" if self.settings.certificate else "http"
        return ", ".join(
            str(address) if address.path else f"{scheme}://{address}" for address in self.addresses
        )


def _check_settings(given: dict[str, Any]) -> ServerSettings:
    known = {field.name for field in fields(ServerSettings)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise ConfigError(
            f"WSGIConnection has no option {unknown[0]!r}; there are port, host, bind, server, "
            f"{', '.join(sorted(known))}"
        )
    for name, value in given.items():
        default = getattr(DEFAULT_SETTINGS, name)
        if isinstance(default, int | float) and not isinstance(default, bool) and value <= 0:
            raise ConfigError(f"{name} = {value!r} of the connection wsgi has to be above 0")
    if "trusted_proxies" in given:
        given["trusted_proxies"] = tuple(given["trusted_proxies"])
        parse_networks(given["trusted_proxies"])
    if given.get("proxy_protocol") and given.get("certificate"):
        raise ConfigError(
            "proxy_protocol and certificate of the connection wsgi do not go together: a proxy "
            "that says who the client is ends TLS itself"
        )
    if given.get("key") and not given.get("certificate"):
        raise ConfigError("key of the connection wsgi is set, and certificate is not")
    return ServerSettings(**given)
