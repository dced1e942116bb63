"""ZeroMQ sockets, and the watch of the event loop on each.

A plain socket and the watch on its descriptor, read until nothing is left, cost a third of what
ZeroMQ's green modules do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import zmq
from brubeck_core.errors import ConfigError
from brubeck_mongrel2.beneath import Beneath

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.interfaces.concurrency import Concurrency, Watch

# Plain numbers: those of pyzmq are enumerations, which are slow to calculate with.
NOBLOCK, EVENTS, POLLIN = int(zmq.NOBLOCK), int(zmq.EVENTS), int(zmq.POLLIN)

#: Requests that ZeroMQ may take in ahead. A slow process shall not hoard what others could do;
#: but ZeroMQ's threads tell each other of room in halves of this, and with 64 a process that is
#: fast waits for it.
RECEIVE_AHEAD = 256
#: Milliseconds between attempts to reach the other side, at first and at most.
_RECONNECT, _RECONNECT_MAX = 50, 1000
#: Milliseconds that stand for never, which ZeroMQ takes for leave to drop what was not read yet.
_NEVER = 3_600_000
#: Milliseconds after which a silent peer on another host is asked, and given up.
_HEARTBEAT, _HEARTBEAT_TIMEOUT = 10_000, 30_000

_SHARED_OPTIONS = (
    (zmq.HEARTBEAT_IVL, _HEARTBEAT),
    (zmq.HEARTBEAT_TIMEOUT, _HEARTBEAT_TIMEOUT),
)
_RECONNECTS = ((zmq.RECONNECT_IVL, _RECONNECT), (zmq.RECONNECT_IVL_MAX, _RECONNECT_MAX))
_OPTIONS: dict[int, tuple[tuple[int, int], ...]] = {
    # What is of one server and what of the next could not be told apart: see `DirectIntake`.
    zmq.PULL: (
        *_SHARED_OPTIONS,
        (zmq.RECONNECT_IVL, _NEVER),
        (zmq.RCVHWM, RECEIVE_AHEAD),
    ),
    zmq.XPUB: (
        *_SHARED_OPTIONS,
        *_RECONNECTS,
        # Never drop an answer because many wait; what waits is bounded per client.
        (zmq.SNDHWM, 0),
        # Every coming and going of the server, and nothing kept for a server that is gone: it
        # would be written to the clients of the next.
        (zmq.XPUB_VERBOSER, 1),
        (zmq.IMMEDIATE, 1),
    ),
    zmq.DEALER: (*_SHARED_OPTIONS, *_RECONNECTS),
    # Say so when a worker is gone, instead of dropping what it would have got.
    zmq.ROUTER: ((zmq.ROUTER_MANDATORY, 1),),
}


@dataclass(frozen=True, slots=True)
class Watched:
    """A socket and the watch on its descriptor."""

    socket: Any
    watch: Watch
    #: The network connection of a socket that the server is at the other end of.
    beneath: Beneath | None

    def close(self, linger: float = 0.0) -> None:
        """Close all; messages still on their way get `linger` seconds."""
        self.watch.close()
        if self.beneath is not None:
            self.beneath.close()
        self.socket.close(linger=int(linger * 1000))


def in_event_loop(concurrency: Concurrency, call: Callable[[], object]) -> None:
    """Have something called in the event loop, and wait until it was; from any task or thread.

    What the loop is at is never overtaken by that, as it could be by another thread.
    """
    done = concurrency.event()

    def run() -> None:
        try:
            call()
        finally:
            done.set()

    concurrency.call_later(0, run)
    done.wait()


def open_watched(
    context: zmq.Context[zmq.Socket[bytes]],
    kind: int,
    address: str,
    concurrency: Concurrency,
    callback: Callable[[], object],
) -> Watched:
    """Open a socket of `kind` that connects to `address`; one that others connect to, for ROUTER.

    Args:
        callback: called from the event loop when the socket may have something.

    Raises `ConfigError` for an address that cannot be used.
    """
    socket: Any = context.socket(kind)
    # Before it connects, or the connection would not be noticed.
    beneath = Beneath(socket) if kind in (zmq.PULL, zmq.XPUB) else None
    try:
        for option, value in _OPTIONS[kind]:
            socket.setsockopt(option, value)
        (socket.bind if kind == zmq.ROUTER else socket.connect)(address)
    except zmq.ZMQError as error:
        if beneath is not None:
            beneath.close()
        socket.close(linger=0)
        raise ConfigError(
            f"the connection mongrel2 cannot use the address {address!r}: {error}; write it "
            "as in the server's handler row, such as tcp://127.0.0.1:9999"
        ) from error
    fd = cast("int", socket.getsockopt(zmq.FD))
    return Watched(socket, concurrency.watch_readable(fd, callback), beneath)
