"""waitress, the WSGI server on threads."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    import socket

    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_wsgi.addresses import Address
    from brubeck_wsgi.http1.settings import ServerSettings

# How often the loop looks up by itself, in seconds; `stop` wakes it anyway.
_TICK = 1.0


def make(app: Brubeck, addresses: Sequence[Address], settings: ServerSettings) -> WaitressServer:
    """Open the addresses and make the server."""
    sockets = app.concurrency.green_module("socket")
    listening = [address.listen(sockets) for address in addresses]
    return WaitressServer(app, listening, app.concurrency, settings.threads)


class WaitressServer:
    """Carry the application on waitress."""

    def __init__(
        self,
        application: Any,
        sockets: Sequence[socket.socket],
        concurrency: Concurrency,
        threads: int,
    ) -> None:
        self._map: dict[int, Any] = {}
        self._server = create_server(
            application,
            map=self._map,
            sockets=list(sockets),
            threads=threads,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        self._deadline: float | None = None

    def serve(self) -> None:
        """Answer requests until `stop`."""
        while self._deadline is None:
            self._turn()
        # One turn of the loop at a time: what was accepted is answered, nothing new is accepted.
        while self._busy() and monotonic() < self._deadline:
            self._turn()
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=0.1)
        wasyncore.close_all(self._map)

    def stop(self, timeout: float) -> None:
        """Stop accepting, wait for what is in flight, end `serve`."""
        self._deadline = monotonic() + timeout
        for dispatcher in list(self._map.values()):
            if getattr(dispatcher, "accepting", False):
                dispatcher.socket.close()
                self._map.pop(dispatcher._fileno, None)
        trigger = getattr(self._server, "pull_trigger", None)
        if trigger is not None:
            trigger()

    def _turn(self) -> None:
        wasyncore.loop(timeout=_TICK, use_poll=True, map=self._map, count=1)

    def _busy(self) -> bool:
        return any(
            getattr(channel, "requests", None) or getattr(channel, "total_outbufs_len", 0)
            for channel in list(self._map.values())
        )
