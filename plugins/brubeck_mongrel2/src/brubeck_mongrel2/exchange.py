"""One request on its way through this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.protocol.classify import Kind
    from brubeck_mongrel2.protocol.connections import ClientConnection
    from brubeck_mongrel2.protocol.message import Message
    from brubeck_mongrel2.spool import SpooledBody

    Client: TypeAlias = "ClientConnection[Exchange]"


class Exchange:
    """A request, the client it came from, and the worker that answers it."""

    __slots__ = ("client", "endpoint", "kind", "message", "stored", "worker")

    def __init__(self, endpoint: Endpoint, client: Client, message: Message, kind: Kind) -> None:
        self.endpoint = endpoint
        self.client = client
        self.message = message
        self.kind = kind
        #: The body, if the server has put it into a file.
        self.stored: SpooledBody | None = None
        #: The greenlet that answers it now; None on threads, which nobody can interrupt.
        self.worker: Any = None


class Interrupter:
    """End the work of an exchange where it waits, on backends of greenlets.

    The pool's workers are greenlets on every such backend, and take the greenlet library's own
    exception as the end of their work.
    """

    def __init__(self, concurrency: Concurrency) -> None:
        self._call_later = concurrency.call_later
        #: Return what `Exchange.worker` has to be for the running task.
        self.current: Callable[[], Any] = lambda: None
        if not concurrency.preemptive:
            from greenlet import GreenletExit, getcurrent  # type: ignore[import-untyped]

            self.current = getcurrent
            self._exit = GreenletExit

    def interrupt(self, exchange: Exchange) -> None:
        """End the work on `exchange` as soon as the event loop gets to it."""
        worker = exchange.worker
        if worker is None:
            return

        def end() -> None:
            # It may have ended by itself meanwhile, and its worker begun another.
            if exchange.worker is worker:
                worker.throw(self._exit)

        self._call_later(0, end)
