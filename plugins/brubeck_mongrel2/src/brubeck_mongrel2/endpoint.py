"""The two sockets to one Mongrel2 handler row, and whether its server is there.

Requests come in by PULL. Answers go out by XPUB, which speaks PUB's language and hears of the
server's subscription besides: when it comes, the server is up and takes our answers; when it
goes, the server is gone, and with it every connection number we know.

A plain socket and the watch on its descriptor, read until nothing is left, cost a third of what
ZeroMQ's green modules do. All reading is done by callbacks of the event loop, one at a time.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, cast

import zmq
from brubeck_core.errors import ConfigError
from brubeck_mongrel2.beneath import Beneath
from brubeck_mongrel2.protocol.connections import Connections

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.interfaces.concurrency import Concurrency, Watch
    from brubeck_mongrel2.exchange import Exchange

log = logging.getLogger("brubeck.mongrel2")

#: Messages read before others get their turn.
BATCH = 128
#: Requests that ZeroMQ may take in ahead; a slow process shall not hoard what others could do.
RECEIVE_AHEAD = 64
#: Milliseconds between attempts to reach a server, at first and at most.
_RECONNECT, _RECONNECT_MAX = 50, 1000
#: Milliseconds after which a silent peer on another host is asked, and given up.
_HEARTBEAT, _HEARTBEAT_TIMEOUT = 10_000, 30_000
#: Seconds that the last look at the server is good for: less than it takes to start one.
_FRESH = 0.01
#: Seconds between two looks whether the server has closed its side, and for all of them.
_DRAIN_LOOK, _DRAIN_TIMEOUT = 0.005, 0.5
# Plain numbers: those of pyzmq are enumerations, which are slow to calculate with.
_NOBLOCK, _EVENTS, _POLLIN = int(zmq.NOBLOCK), int(zmq.EVENTS), int(zmq.POLLIN)


class Receiver(Protocol):
    """Who an endpoint works for. All but `has_room` are called from the event loop."""

    def has_room(self) -> bool:
        """Say whether another message may be handed over."""

    def received(self, endpoint: Endpoint, raw: bytes) -> None:
        """Take a message; it must not wait."""

    def lost(self, endpoint: Endpoint) -> None:
        """Hear that the server is gone."""


class Endpoint:
    """The sockets to one handler row.

    Args:
        context: of this process.
        pull_addr: the row's `send_spec`.
        pub_addr: its `recv_spec`.

    Raises `ConfigError` from `open` for an address that is none.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        pull_addr: str,
        pub_addr: str,
        concurrency: Concurrency,
        receiver: Receiver,
    ) -> None:
        self.pull_addr = pull_addr
        self.pub_addr = pub_addr
        #: Whether the server is there and takes our answers.
        self.up = False
        #: Whether reading waits for the receiver to have room.
        self.paused = False
        #: Who its clients are.
        self.clients: Connections[Exchange] = Connections()
        self._context = context
        self._concurrency = concurrency
        self._receiver = receiver
        # Workers of threads send at once; greenlets do not change places while they do.
        self._lock: Any = nullcontext()
        if concurrency.preemptive:
            self._lock = concurrency.lock()
            self.send = self._send_locked  # type: ignore[method-assign]
        self._fresh_until = 0.0
        self._pull: _Watched | None = None
        self._pub: _Watched | None = None
        self._turn_soon: Watch | None = None
        self._subscriptions: set[bytes] = set()
        self._lost = False
        self._draining = False
        self._beneath: Beneath | None = None

    def open(self) -> None:
        """Begin to look for the server. Requests are taken once it is there."""
        self._open_pub()
        self._turn_soon = self._concurrency.call_later(0, self._turn)

    def takes(self, uuid: str) -> bool:
        """Say whether the server hears answers that are addressed to `uuid`."""
        address = uuid.encode()
        return any(address.startswith(prefix) for prefix in list(self._subscriptions))

    def send(self, message: bytes) -> bool:
        """Send a reply; False if the server is gone. From any task or thread."""
        pub = self._pub
        if pub is None:
            return False
        # Is this still the server that asked? It cannot come back within `_FRESH` seconds.
        if monotonic() > self._fresh_until:
            self._hear(pub)
        if self.up:
            pub.socket.send(message, _NOBLOCK)
        return self.up

    def _send_locked(self, message: bytes) -> bool:
        with self._lock:
            return Endpoint.send(self, message)

    def resume(self) -> None:
        """Go on reading after `has_room` said no; from any task or thread."""
        if self._turn_soon is not None:
            self._turn_soon.resume()

    def drain(self, then: Callable[[], object]) -> None:
        """Take all that was sent to this process, and call `then`; from the event loop.

        The server deals requests out in advance, and what is on its way when a socket closes is
        lost. So the network connection is closed on our side first: the server turns to other
        processes, and closes its side behind all it has sent.
        """
        self._draining = True
        if self._beneath is not None and self._beneath.stop_writing():
            self._drain_until(monotonic() + _DRAIN_TIMEOUT, then)
        else:
            self._end_drain(then)

    def _drain_until(self, deadline: float, then: Callable[[], object]) -> None:
        if self._beneath is None or self._beneath.is_closed() or monotonic() > deadline:
            self._end_drain(then)
        else:
            again = partial(self._drain_until, deadline, then)
            self._concurrency.call_later(_DRAIN_LOOK, again)

    def _end_drain(self, then: Callable[[], object]) -> None:
        try:
            while self._pull is not None:
                self._receiver.received(self, self._pull.socket.recv(_NOBLOCK))
        except zmq.Again:
            pass
        self._close_pull()
        then()

    def close(self, linger: float = 0.0) -> None:
        """Close the sockets; answers still on their way get `linger` seconds."""
        self._draining = True
        if self._turn_soon is not None:
            self._turn_soon.close()
        self._close_pull()
        self._close_pub(linger)

    # -- in the event loop --------------------------------------------------------------

    def _turn(self) -> None:
        """Look at both sockets; called when one may have something, and for nothing."""
        with self._lock:
            if self._pub is not None:
                self._hear(self._pub)
        if self._lost:
            self._start_over()
        if self.up and self._pull is None and not self._draining:
            self._pull = self._open(zmq.PULL, self.pull_addr)
            log.info("connected to Mongrel2 at %s", self.pull_addr)
        if self._pull is not None:
            self._receive_batch(self._pull)

    def _receive_batch(self, pull: _Watched) -> None:
        receiver, receive = self._receiver, pull.socket.recv
        for _ in range(BATCH):
            if not receiver.has_room():
                # Looked at again after it is known that reading waits: a worker may have
                # made room in between.
                self.paused = True
                pull.watch.pause()
                if not receiver.has_room():
                    return
            try:
                raw = receive(_NOBLOCK)
            except zmq.Again:
                break
            receiver.received(self, raw)
        else:
            self.resume()
        if self.paused:
            self.paused = False
            pull.watch.resume()

    def _start_over(self) -> None:
        """Open new sockets: what the old ones hold is of a server that has ended."""
        log.warning("Mongrel2 at %s is gone", self.pull_addr)
        self._close_pull()
        self._close_pub(0.0)
        self._lost = False
        self._receiver.lost(self)
        if not self._draining:
            self._open_pub()

    # -- sockets ------------------------------------------------------------------------

    def _hear(self, pub: _Watched) -> None:
        """Take in what the server subscribes to; with the lock held."""
        self._fresh_until = monotonic() + _FRESH
        while pub.socket.getsockopt(_EVENTS) & _POLLIN:
            notice = pub.socket.recv(_NOBLOCK)
            if notice[:1] == b"\x01":
                self._subscriptions.add(notice[1:])
                self.up = not self._lost
            else:
                self._subscriptions.discard(notice[1:])
                self.up = False
                self._lost = True
            self.resume()

    def _open_pub(self) -> None:
        pub = self._open(zmq.XPUB, self.pub_addr)
        with self._lock:
            self._subscriptions.clear()
            self._pub = pub

    def _open(self, kind: int, address: str) -> _Watched:
        socket = self._context.socket(kind)
        if kind == zmq.PULL:
            self._beneath = Beneath(socket)
        try:
            for option, value in _OPTIONS[kind]:
                socket.setsockopt(option, value)
            socket.connect(address)
        except zmq.ZMQError as error:
            socket.close(linger=0)
            raise ConfigError(
                f"the connection mongrel2 cannot use the address {address!r}: {error}; write it "
                "as in the server's handler row, such as tcp://127.0.0.1:9999"
            ) from error
        fd = cast("int", socket.getsockopt(zmq.FD))
        return _Watched(socket, self._concurrency.watch_readable(fd, self._turn))

    def _close_pull(self) -> None:
        pull, self._pull = self._pull, None
        beneath, self._beneath = self._beneath, None
        if beneath is not None:
            beneath.close()
        if pull is not None:
            pull.close(0.0)

    def _close_pub(self, linger: float) -> None:
        with self._lock:
            self.up = False
            pub, self._pub = self._pub, None
            if pub is not None:
                pub.close(linger)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A socket and the watch on its descriptor."""

    socket: Any
    watch: Watch

    def close(self, linger: float) -> None:
        self.watch.close()
        self.socket.close(linger=int(linger * 1000))


_SHARED_OPTIONS = (
    (zmq.RECONNECT_IVL_MAX, _RECONNECT_MAX),
    (zmq.HEARTBEAT_IVL, _HEARTBEAT),
    (zmq.HEARTBEAT_TIMEOUT, _HEARTBEAT_TIMEOUT),
)
_OPTIONS: dict[int, tuple[tuple[int, int], ...]] = {
    # XPUB tells when a server is back. PULL has time, and must not come back while we drain.
    zmq.PULL: (
        *_SHARED_OPTIONS,
        (zmq.RECONNECT_IVL, _RECONNECT_MAX),
        (zmq.RCVHWM, RECEIVE_AHEAD),
    ),
    zmq.XPUB: (
        *_SHARED_OPTIONS,
        (zmq.RECONNECT_IVL, _RECONNECT),
        # Never drop an answer because many wait; what waits is bounded per client.
        (zmq.SNDHWM, 0),
        # Every coming and going of the server, and nothing kept for a server that is gone: it
        # would be written to the clients of the next.
        (zmq.XPUB_VERBOSER, 1),
        (zmq.IMMEDIATE, 1),
    ),
}
