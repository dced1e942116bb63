"""One Mongrel2 handler row: whether its server is there, what it asks, and where answers go.

Answers go out by a `Publisher`, which knows when the server comes and goes, and with it every
connection number we know. Requests come in by an `Intake`, once the server is up.

A server that has something for its handlers while none is connected stands still until one is, and
subscribes to nobody's answers meanwhile. So the intake of a server that is reached and keeps its
subscription back is connected all the same, and read later: an endpoint *knocks*.

All reading is done by callbacks of the event loop, one at a time.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

import zmq
from brubeck_mongrel2.protocol.connections import Connections
from brubeck_mongrel2.publisher import Publisher
from brubeck_mongrel2.sockets import in_event_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.interfaces.concurrency import Concurrency, Watch
    from brubeck_mongrel2.exchange import Exchange
    from brubeck_mongrel2.intake import Intake

log = logging.getLogger("brubeck.mongrel2")

#: Messages read before others get their turn.
BATCH = 128
#: Seconds between two looks at the sockets in any case: whoever sends may have taken notice, in
#: the place of the event loop, that something has come.
_LOOK = 0.25
#: How many of these looks a server is given to subscribe before its endpoint knocks, and requests
#: to go on before their connection is made anew. By then it is known whether the server is gone.
_PATIENCE = 2


class Receiver(Protocol):
    """Who an endpoint works for. All but `has_room` are called from the event loop."""

    def has_room(self) -> bool:
        """Say whether another message may be handed over."""

    def received(self, endpoint: Endpoint, raw: bytes) -> None:
        """Take a message; it must not wait."""

    def lost(self, endpoint: Endpoint) -> None:
        """Hear that the server is gone."""


class Endpoint:
    """One handler row of one server.

    Args:
        context: of this process.
        pub_addr: the row's `recv_spec`.
        open_intake: opens the source of requests, once the server is there.
        knocks: whether that source is the server itself.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        pub_addr: str,
        concurrency: Concurrency,
        receiver: Receiver,
        open_intake: Callable[[Endpoint], Intake],
        knocks: bool,
    ) -> None:
        #: Whether reading waits for the receiver to have room.
        self.paused = False
        #: Who its clients are.
        self.clients: Connections[Exchange] = Connections()
        self._receiver = receiver
        self._concurrency = concurrency
        self._open_intake = open_intake
        self._knocks = knocks
        self._pub_addr = pub_addr
        self._publisher = Publisher(context, pub_addr, concurrency, self.turn, self.resume)
        #: `Publisher.send` and `Publisher.takes`, without a step between.
        self.send = self._publisher.send
        self.takes = self._publisher.takes
        self._intake: Intake | None = None
        #: Whether requests are read from the intake.
        self._reading = False
        #: For how many looks the server was reached and kept its subscription back.
        self._unheard = 0
        #: For how many looks the intake has had no connection.
        self._cut_off = 0
        self._turn_soon: Watch | None = None
        self._look: Watch | None = None
        self._taking = self._closed = False

    @property
    def up(self) -> bool:
        """Whether the server is there and takes our answers."""
        return self._publisher.up

    def open(self) -> None:
        """Begin to look for the server; from any task. Raises `ConfigError` for a bad address."""
        self._publisher.open()
        self._turn_soon = self._concurrency.call_later(0, self.turn)
        self._look = self._concurrency.call_later(_LOOK, self._tick)

    def take(self) -> None:
        """Take requests as soon as the server is there; from any task or thread."""
        self._taking = True
        self.resume()

    def resume(self) -> None:
        """Look at the sockets soon, as when there is room again; from any task or thread."""
        if self._turn_soon is not None:
            self._turn_soon.resume()

    def lose(self) -> None:
        """Start over as if the server had gone, since another has seen it go; from any task."""
        self._publisher.lost = True
        self.resume()

    def drain(self, then: Callable[[], object]) -> None:
        """Take all that was sent to this process but no more, and call `then`.

        From the event loop.
        """
        self._taking = self._knocks = False
        intake = self._intake
        if intake is None or not self._reading:
            self._close_intake()
            then()
            return

        def end() -> None:
            self._take_rest()
            self._close_intake()
            then()

        intake.leave(end)
        self.turn()

    def close(self, linger: float = 0.0) -> None:
        """Close the sockets, and return when they are; from any task, not from the event loop.

        Answers still on their way get `linger` seconds.
        """
        in_event_loop(self._concurrency, lambda: self._close(linger))

    # -- in the event loop --------------------------------------------------------------

    def turn(self) -> None:
        """Look at the sockets; called when one may have something, and for nothing."""
        if self._closed:
            return
        self._publisher.hear()
        if self._publisher.lost:
            self._start_over()
        if self.up and self._taking and not self._reading:
            self._begin()
        if self._reading and self._intake is not None:
            self._receive_batch(self._intake)

    def _tick(self) -> None:
        if self._look is not None:
            self._look.resume()
        if self._intake is not None:
            self._intake.tick()
        self.turn()
        if not self.up:
            if self._knocks:
                self._knock()
        elif self._reading and self._taking:
            self._mend()

    def _begin(self) -> None:
        """Read requests from now on."""
        # What an intake that has knocked holds may be of a server that is gone.
        if self._intake is not None and self._intake.is_closed():
            self._close_intake()
        if self._intake is None:
            self._intake = self._open_intake(self)
        else:
            self._intake.resume()
        self._reading = True
        log.info("connected to Mongrel2 at %s", self._pub_addr)

    def _knock(self) -> None:
        """Connect the intake if the server was reached and keeps its subscription back."""
        if not self._publisher.is_reached():
            # What an intake holds would be of a server that is gone.
            self._unheard = 0
            self._close_intake()
            return
        self._unheard += 1
        if self._unheard > _PATIENCE and self._intake is None:
            self._intake = self._open_intake(self)
            self._intake.pause()

    def _mend(self) -> None:
        """Open the intake anew if it is cut off while the server is there."""
        assert self._intake is not None  # it is read
        self._cut_off = self._cut_off + 1 if self._intake.is_closed() else 0
        if self._cut_off > _PATIENCE and self._intake.is_empty():
            log.warning("requests of Mongrel2 at %s were cut off; asking anew", self._pub_addr)
            self._close_intake()
            self._begin()

    def _receive_batch(self, intake: Intake) -> None:
        receiver, receive = self._receiver, intake.receive
        count = 0
        while count < BATCH:
            if not receiver.has_room():
                # Looked at again after it is known that reading waits: a worker may have
                # made room in between.
                self.paused = True
                intake.pause()
                if not receiver.has_room():
                    intake.taken(count)
                    return
            try:
                raw = receive()
            except zmq.Again:
                break
            receiver.received(self, raw)
            count += 1
        else:
            self.resume()
        if self.paused:
            self.paused = False
            intake.resume()
        if intake.taken(count):
            self.resume()

    def _take_rest(self) -> None:
        try:
            while self._intake is not None:
                self._receiver.received(self, self._intake.receive())
        except zmq.Again:
            pass

    def _start_over(self) -> None:
        """Open new sockets: what the old ones hold is of a server that has ended."""
        log.warning("Mongrel2 at %s is gone", self._pub_addr)
        self._close_intake()
        self._publisher.close(0.0)
        self._receiver.lost(self)
        self._publisher.open()
        self._unheard = 0

    def _close(self, linger: float) -> None:
        self._closed = True
        for watch in (self._turn_soon, self._look):
            if watch is not None:
                watch.close()
        self._close_intake()
        self._publisher.close(linger)

    def _close_intake(self) -> None:
        self._reading = False
        self._cut_off = 0
        intake, self._intake = self._intake, None
        if intake is not None:
            intake.close()
