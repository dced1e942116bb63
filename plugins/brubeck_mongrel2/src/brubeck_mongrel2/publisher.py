"""Where answers go, and whether the server is there to take them.

XPUB speaks PUB's language and hears of the server's subscription besides: when it comes, the server
is up and takes our answers; when it goes, the server is gone.
"""

from __future__ import annotations

from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Any

import zmq
from brubeck_mongrel2.sockets import EVENTS, NOBLOCK, POLLIN, Watched, open_watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_mongrel2.exchange import Client

#: Seconds that the last look at the server is good for: less than it takes to start one.
_FRESH = 0.01


class Publisher:
    """The answers to one handler row. All may be called from any task or thread.

    Args:
        context: of this process.
        address: the row's `recv_spec`.
        callback: called from the event loop when the socket may have something to hear.
        on_news: called by whoever has heard that the server has come or gone.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        address: str,
        concurrency: Concurrency,
        callback: Callable[[], object],
        on_news: Callable[[], object],
    ) -> None:
        #: Whether the server is there and takes our answers.
        self.up = False
        #: Whether it has gone: then this has to be closed and opened again, since what the socket
        #: holds is for a server that has ended.
        self.lost = False
        self._context = context
        self._address = address
        self._concurrency = concurrency
        self._callback = callback
        self._on_news = on_news
        # Workers of threads send at once; greenlets do not change places while they do.
        self._lock: Any = nullcontext()
        if concurrency.preemptive:
            self._lock = concurrency.lock()
            self.send = self._send_locked  # type: ignore[method-assign]
        self._fresh_until = 0.0
        self._socket: Watched | None = None
        #: How many connections had ended when that was asked last.
        self._ended = 0
        self._subscriptions: set[bytes] = set()

    def open(self) -> None:
        """Begin to look for the server. Raises `ConfigError` for a bad address."""
        opened = open_watched(
            self._context, zmq.XPUB, self._address, self._concurrency, self._callback
        )
        with self._lock:
            self._subscriptions.clear()
            self._ended = 0
            self._socket = opened
            self.lost = False

    def close(self, linger: float) -> None:
        """Close the socket; answers still on their way get `linger` seconds."""
        with self._lock:
            self.up = False
            opened, self._socket = self._socket, None
            if opened is not None:
                opened.close(linger)

    def send(self, message: bytes, client: Client | None = None) -> bool:
        """Send a reply; False if the server is gone.

        Args:
            client: who it is for, where that is one that was looked up.
        """
        opened = self._socket
        if opened is None:
            return False
        # Is this still the server that asked? It cannot come back within `_FRESH` seconds.
        if monotonic() > self._fresh_until:
            self._hear(opened)
        if self.up:
            opened.socket.send(message, NOBLOCK)
        return self.up

    def _send_locked(self, message: bytes, client: Client | None = None) -> bool:
        with self._lock:
            # Since it was looked up, its server may have restarted and given its number away.
            if client is not None and not client.alive:
                return False
            return Publisher.send(self, message, client)

    def takes(self, uuid: str) -> bool:
        """Say whether the server hears answers that are addressed to `uuid`."""
        address = uuid.encode()
        return any(address.startswith(prefix) for prefix in list(self._subscriptions))

    def hear(self) -> None:
        """Take in what the server has to say."""
        with self._lock:
            if self._socket is not None:
                self._hear(self._socket)

    def is_reached(self) -> bool:
        """Say whether there is a connection to the server, which may not take answers yet."""
        with self._lock:
            beneath = self._socket.beneath if self._socket is not None else None
            return beneath is not None and not beneath.is_closed()

    def _hear(self, opened: Watched) -> None:
        """Take in what the server subscribes to; with the lock held.

        That a connection has ended shows beneath at once, but in what the server subscribes to
        only later: ZeroMQ may have reached the next server before it says farewell to the last.
        """
        self._fresh_until = monotonic() + _FRESH
        before = self.up, self.lost
        gone = self._has_ended(opened) and self.up
        while opened.socket.getsockopt(EVENTS) & POLLIN:
            notice = opened.socket.recv(NOBLOCK)
            if notice[:1] == b"\x01":
                self._subscriptions.add(notice[1:])
                self.up = not self.lost
            else:
                self._subscriptions.discard(notice[1:])
                gone = True
        if gone or (self.up and self._has_ended(opened)):
            self.up = False
            self.lost = True
        if before != (self.up, self.lost):
            self._on_news()

    def _has_ended(self, opened: Watched) -> bool:
        """Say whether a connection has ended since this was asked last; with the lock held."""
        beneath = opened.beneath
        assert beneath is not None  # of the kind that has one
        beneath.is_closed()
        before, self._ended = self._ended, beneath.ended
        return self._ended > before
