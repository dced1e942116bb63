"""What this distribution offers; imports nothing but the plugin interface."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import ConnectionRegistration, Option, hookimpl


@hookimpl
def brubeck_register_connections() -> Iterable[ConnectionRegistration]:
    """Offer the connection "mongrel2"."""
    yield ConnectionRegistration(
        name="mongrel2",
        target="brubeck_mongrel2.connection:Mongrel2Connection",
        summary="Mongrel2 over ZeroMQ: any number of processes on any number of hosts.",
        options=(
            Option("pull", list, "Where requests come from: the handler row's send_spec."),
            Option("pub", list, "Where answers go: the handler row's recv_spec."),
            Option("max_requests", int, "Requests answered at once (10000; on threads 64)."),
            Option("cancel", bool, "End a handler whose client went away, where it waits (true)."),
            Option("access_log", bool, "Log each answer with its status (false)."),
            Option("upload_dir", str, "The folder of the server's upload.temp_store."),
            Option("dispatcher", list, "Dispatchers to get requests from; workers have theirs."),
        ),
        requires=(("zmq", "pyzmq"),),
    )
