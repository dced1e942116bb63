"""What waits to be written to one client, because it may not be sent yet."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ClientDisconnected
from brubeck_mongrel2.protocol import reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.interfaces.concurrency import Concurrency, Event
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.exchange import Client

#: Bytes that may wait before whoever writes has to wait too.
HIGH_WATER = 512 * 1024
#: Seconds without any progress after which a client is given up.
STALLED = 30.0


class Outbox:
    """Write to one client as its flow allows, in as few messages as it takes.

    What was put while nothing could be sent leaves as one message.

    Args:
        lock: held by whoever counts what is sent to a client, or may be.
    """

    def __init__(
        self, concurrency: Concurrency, endpoint: Endpoint, client: Client, lock: Any
    ) -> None:
        self._concurrency = concurrency
        self._endpoint = endpoint
        self._client = client
        self._lock = lock
        self._data = bytearray()
        self._waiting: list[Event] = []
        self._timer_runs = False
        self._closing = False

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._data

    def put(self, data: bytes) -> None:
        """Write `data`; wait while too much is on its way.

        Raises `ClientDisconnected` when the client is gone or takes nothing for `STALLED` seconds.
        """
        self.add(data)
        self.ease()

    def add(self, data: bytes) -> int:
        """Write `data` without waiting, also from the event loop; return the bytes that wait."""
        with self._lock:
            self._data += data
            self._flush()
            return len(self._data)

    def ease(self) -> None:
        """Wait while too much is on its way. Raises as `put`."""
        self._wait(lambda: len(self._data) <= HIGH_WATER)

    def drain(self) -> None:
        """Wait until everything is sent. Raises as `put`."""
        if self._data:
            self._wait(lambda: not self._data)

    def close(self) -> None:
        """Close the connection once everything is sent; never waits."""
        with self._lock:
            self._closing = True
            self._flush()

    def cut(self) -> None:
        """Cut the connection of a client that does not take what it is sent; never waits."""
        with self._lock:
            if self._client.open:
                self._client.closing = True
                cancel = reply.cancel(self._client.sender, self._client.conn_id)
                self._endpoint.send(cancel, self._client)
            self._flush()

    def flush(self) -> None:
        """Send what may be sent now, and look whether the client is still there; never waits."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        client, flow = self._client, self._client.flow
        while self._data and client.open:
            now = monotonic()
            room = flow.room(now)
            if not room:
                self._flush_later(flow.delay(now))
                break
            piece = bytes(self._data[:room])
            del self._data[:room]
            # Counted before it leaves: credits may be back before `send` is.
            flow.sent(len(piece), now)
            if not self._endpoint.send(client.address + piece, client):
                client.alive = False
        if self._closing and not self._data and client.open:
            client.closing = True
            self._endpoint.send(client.address, client)
        if not client.open:
            self._data.clear()
        for event in self._waiting:
            event.set()
        self._waiting.clear()

    def _flush_later(self, delay: float | None) -> None:
        # Without a delay it is credits that make room, and their coming flushes.
        if delay is not None and not self._timer_runs:
            self._timer_runs = True
            self._concurrency.call_later(delay, self._on_timer)

    def _on_timer(self) -> None:
        with self._lock:
            self._timer_runs = False
            self._flush()

    def _wait(self, done: Callable[[], bool]) -> None:
        while True:
            with self._lock:
                self._check()
                if done():
                    return
                event = self._concurrency.event()
                self._waiting.append(event)
            if not event.wait(STALLED):
                self.cut()

    def _check(self) -> None:
        if not self._client.open:
            raise ClientDisconnected("the client went away before its answer was written")
