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
            Option("server", str, "pywsgi, eventlet or waitress instead of the backend's own."),
            Option("max_requests", int, "Requests answered at once (1000; on threads 64)."),
        ),
    )
