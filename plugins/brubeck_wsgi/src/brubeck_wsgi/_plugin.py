"""What this distribution offers; imports nothing but the plugin interface."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import ConnectionRegistration, Option, hookimpl


@hookimpl
def brubeck_register_connections() -> Iterable[ConnectionRegistration]:
    """Offer the connection "wsgi"."""
    yield ConnectionRegistration(
        name="wsgi",
        target="brubeck_wsgi.connection:WSGIConnection",
        summary="HTTP/1.1, embedded in the process, or any WSGI server",
        options=(
            Option("bind", list, 'Addresses: "127.0.0.1:6767", "[::1]:80", "unix:/run/app.sock".'),
            Option("port", int, "The port, when bind is not given (6767)."),
            Option("host", str, "The address, when bind is not given (127.0.0.1)."),
            Option("server", str, "brubeck (our own), pywsgi, eventlet or waitress."),
            Option("max_requests", int, "Requests in work at once; beyond it 503 (1000)."),
            Option("threads", int, "On threads: how many requests have one (64)."),
            Option("max_connections", int, "Open connections (20000)."),
            Option("max_line", int, "Bytes of a request line (8190)."),
            Option("header_timeout", float, "Seconds for a whole request head (10)."),
            Option("idle_timeout", float, "Seconds between two requests (75)."),
            Option("body_rate", int, "Bytes per second a body has to arrive at (240)."),
            Option("body_grace", float, "Seconds before body_rate counts (5)."),
            Option("write_timeout", float, "Seconds in which a client takes nothing (30)."),
            Option("websocket_ping", float, "Seconds of silence before a WebSocket ping (30)."),
            Option("body_buffer", int, "Bytes up to which a body is read ahead (65536)."),
            Option("drain", int, "Bytes of an unread body that are thrown away (262144)."),
            Option("certificate", str, "File of the TLS certificate chain, in PEM."),
            Option("key", str, "File of the TLS key, in PEM."),
            Option("proxy_protocol", bool, "Connections begin with a PROXY header."),
            Option("trusted_proxies", list, "Networks whose X-Forwarded-* are believed, or unix."),
            Option("access_log", bool, 'A line per request to the logger "brubeck.access".'),
        ),
    )
