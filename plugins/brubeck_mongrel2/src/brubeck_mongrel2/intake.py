"""Where an endpoint's requests come from: straight from the server, or from a dispatcher.

An intake is opened when the server is there and closed when it goes; what it still holds then is
of clients that are gone too. All of it is used from the event loop only.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import zmq
from brubeck_mongrel2.dispatch import messages
from brubeck_mongrel2.sockets import EVENTS, NOBLOCK, POLLIN, open_watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.interfaces.concurrency import Concurrency

    Context = zmq.Context[zmq.Socket[bytes]]

#: Seconds between two looks whether the server has closed its side, and for all of them.
_DRAIN_LOOK, _DRAIN_TIMEOUT = 0.005, 0.5
#: Seconds of silence after which a dispatcher that was told good-bye is taken for gone.
_PATIENCE = 5.0


class Intake(Protocol):
    """A source of requests."""

    def receive(self) -> bytes:
        """Return the next request. Raises `zmq.Again` when there is none now."""

    def pause(self) -> None:
        """Do not call back until `resume`."""

    def resume(self) -> None:
        """Call back again when there may be requests."""

    def taken(self, count: int) -> bool:
        """Note that the last `count` requests are in good hands; True to look for more at once."""

    def tick(self) -> None:
        """Do what has to be done several times a second."""

    def is_closed(self) -> bool:
        """Say whether its source has closed the connection, or there is none yet."""

    def is_empty(self) -> bool:
        """Say whether all that has come was received."""

    def leave(self, then: Callable[[], object]) -> None:
        """Have no more requests sent, and call `then` once all that were sent can be received."""

    def close(self) -> None:
        """Close it; what was not received is lost."""


class DirectIntake:
    """Requests that the server pushes, to each of its handlers in turn.

    It is connected once in its life: were it to find the next server at the same address before
    anybody knows that the first is gone, its requests would go the way of the first one's.

    The server deals requests out in advance, and what is on its way when a socket closes is
    lost. So `leave` closes the network connection on our side only: the server turns to other
    processes, and closes its side behind all it has sent. A request that it deals to us in that
    very instant is lost all the same: its ZeroMQ drops what is not written yet, which nobody
    outside the server can prevent. With a dispatcher in between there is no such instant.
    """

    def __init__(
        self,
        context: Context,
        address: str,
        concurrency: Concurrency,
        callback: Callable[[], object],
    ) -> None:
        self._concurrency = concurrency
        self._pull = open_watched(context, zmq.PULL, address, concurrency, callback)
        assert self._pull.beneath is not None  # of the kind that has one
        self._beneath = self._pull.beneath
        self._closed = False
        self.receive: Callable[[], bytes] = partial(self._pull.socket.recv, NOBLOCK)
        self.pause: Callable[[], None] = self._pull.watch.pause
        self.resume: Callable[[], None] = self._pull.watch.resume

    def taken(self, count: int) -> bool:
        return False

    def tick(self) -> None:
        pass

    def is_closed(self) -> bool:
        return self._closed or self._beneath.is_closed()

    def is_empty(self) -> bool:
        return not self._pull.socket.getsockopt(EVENTS) & POLLIN

    def leave(self, then: Callable[[], object]) -> None:
        if self._closed or not self._beneath.stop_writing():
            then()
            return
        deadline = monotonic() + _DRAIN_TIMEOUT

        def look() -> None:
            if self.is_closed() or monotonic() > deadline:
                then()
            else:
                looking.resume()

        looking = self._concurrency.call_later(_DRAIN_LOOK, look)

    def close(self) -> None:
        self._closed = True
        self._pull.close()


class DispatchedIntake:
    """Requests that a dispatcher hands to this process, while it takes them.

    Nothing is lost when it leaves: the dispatcher says when it has handed over the last.

    Args:
        on_gone: called when the dispatcher says that the server is gone.
        on_flow: called when it says that the server has flow control.
    """

    def __init__(
        self,
        context: Context,
        address: str,
        concurrency: Concurrency,
        callback: Callable[[], object],
        on_gone: Callable[[], object],
        on_flow: Callable[[], object],
    ) -> None:
        self._on_gone = on_gone
        self._on_flow = on_flow
        self._dealer = open_watched(context, zmq.DEALER, address, concurrency, callback)
        self._receive: Callable[[], bytes] = partial(self._dealer.socket.recv, NOBLOCK)
        self.pause: Callable[[], None] = self._dealer.watch.pause
        self.resume: Callable[[], None] = self._dealer.watch.resume
        self._received = 0
        self._then: Callable[[], object] | None = None
        self._left = False
        self._heard = 0.0
        self.tick()

    def receive(self) -> bytes:
        raw = self._receive()
        while len(raw) <= messages.LONGEST:
            self._obey(raw)
            raw = self._receive()
        self._received += 1
        self._heard = monotonic()
        return raw

    def taken(self, count: int) -> bool:
        if self._left:
            self._end()
        elif count:
            self.tick()
        # To send is to look, too: what came meanwhile would not be reported once more.
        return bool(count)

    def tick(self) -> None:
        # Time and again, since the dispatcher may be a new one that knows nobody.
        if self._then is None:
            self._say(messages.ready(self._received))
        elif monotonic() < self._heard + _PATIENCE:
            self._say(messages.BYE)
        elif self.is_empty():
            self._end()

    def is_closed(self) -> bool:
        # To find the next dispatcher does no harm: both know who is there.
        return False

    def is_empty(self) -> bool:
        return not self._dealer.socket.getsockopt(EVENTS) & POLLIN

    def leave(self, then: Callable[[], object]) -> None:
        self._then = then
        self._heard = monotonic()
        self._say(messages.BYE)

    def close(self) -> None:
        self._dealer.close()
        self._end()

    def _obey(self, word: bytes) -> None:
        if word == messages.BYE:
            self._left = True
        elif word == messages.GONE:
            self._on_gone()
        elif word == messages.FLOW:
            self._on_flow()

    def _end(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    def _say(self, message: bytes) -> None:
        # Nobody may be there to hear it, for long.
        with suppress(zmq.ZMQError):
            self._dealer.socket.send(message, NOBLOCK)
