"""What is known of the clients behind one server: who they are and what they wait for.

Mongrel2 numbers its clients' connections from 1 at every start, reads a client's next request
before the last is answered, and does not report every connection it ends. So requests are
answered one by one per connection, everything is forgotten when the server restarts, and of what
was idle for long only the name is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from brubeck_mongrel2.protocol import reply
from brubeck_mongrel2.protocol.flow import CREDIT_WINDOW, CreditFlow, Flow, PacedFlow

T = TypeVar("T")

#: Requests of one client that may wait for an earlier one to be answered.
MAX_PIPELINED = 8
#: Seconds an idle connection is remembered.
TTL = 60.0
#: Names of connections kept after that, to tell when one of them ends.
MAX_ASLEEP = 100_000


class PipelineOverflow(Exception):
    """A client sent more requests ahead than may wait; its connection has to be cut."""


class ClientConnection(Generic[T]):
    """One client's connection and its work, which is done in the order it came."""

    __slots__ = (
        "address",
        "alive",
        "closing",
        "conn_id",
        "flow",
        "outbox",
        "peer",
        "running",
        "seen",
        "sender",
        "waiting",
    )

    def __init__(self, sender: str, conn_id: str, now: float) -> None:
        self.sender = sender
        self.conn_id = conn_id
        #: What a reply to this client begins with; alone it closes the connection.
        self.address = reply.close(sender, conn_id)
        #: False once the client is gone, or its server restarted: write nothing more.
        self.alive = True
        #: True once a close was sent: take and write nothing more.
        self.closing = False
        #: What is being done now.
        self.running: T | None = None
        #: What came while that was being done.
        self.waiting: deque[T] | None = None
        self.flow: Flow = PacedFlow()
        #: What waits to be written, if the client has ever been slower than we are.
        self.outbox: Any = None
        #: Who takes messages that are no requests: an upload's reader, a WebSocket.
        self.peer: Any = None
        #: When the last request came.
        self.seen = now

    @property
    def open(self) -> bool:
        """Whether anything written would still be read."""
        return self.alive and not self.closing

    def arrive(self, work: T, now: float) -> bool:
        """Take a piece of work; True if it is to be done at once, False if it has to wait.

        Raises `PipelineOverflow` when too many wait already.
        """
        self.seen = now
        if self.running is None:
            self.flow.asked(now)
            self.running = work
            return True
        if self.waiting is None:
            self.waiting = deque()
        if len(self.waiting) >= MAX_PIPELINED:
            raise PipelineOverflow(
                f"over {MAX_PIPELINED} requests wait on connection {self.conn_id}"
            )
        self.waiting.append(work)
        return False

    def finish(self) -> T | None:
        """End the running piece of work; return the next one, which now runs."""
        if self.waiting and not self.open:
            self.waiting.clear()
        self.running = self.waiting.popleft() if self.waiting else None
        return self.running


class Connections(Generic[T]):
    """The connections of one server's handler row, by sender name and number.

    Not for several threads at once; the owner keeps them apart.
    """

    def __init__(self, ttl: float = TTL, max_asleep: int = MAX_ASLEEP) -> None:
        self._ttl = ttl
        self._max_asleep = max_asleep
        self._senders: dict[str, dict[str, ClientConnection[T]]] = {}
        # Those a sweep took, the oldest first; the server may have ended some without a word.
        self._asleep: dict[tuple[str, str], None] = {}
        #: Bytes that may be on their way to a client, if the server counts them; else None. It says
        #: so in the first request of a client alone, which another process may have had.
        self.window: int | None = None

    def __len__(self) -> int:
        return sum(map(len, self._senders.values()))

    def __iter__(self) -> Iterator[ClientConnection[T]]:
        """Iterate over the connections there are now; they may come and go meanwhile."""
        for connections in list(self._senders.values()):
            yield from list(connections.values())

    def open(self, sender: str, conn_id: str, now: float) -> ClientConnection[T]:
        """Return the connection, a new one if it was not known."""
        connections = self._senders.get(sender)
        if connections is None:
            connections = self._senders[sender] = {}
        connection = connections.get(conn_id)
        if connection is None:
            connection = connections[conn_id] = ClientConnection(sender, conn_id, now)
            if self.window is not None:
                connection.flow = CreditFlow(self.window)
            if self._asleep:
                self._asleep.pop((sender, conn_id), None)
        return connection

    def use_credits(self, window: int = CREDIT_WINDOW) -> None:
        """Hear that the server counts the bytes that it writes, at most `window` of a client."""
        self.window = window
        for connection in self:
            if isinstance(connection.flow, PacedFlow):
                connection.flow = CreditFlow(window, connection.flow.unconfirmed)

    def find(self, sender: str, conn_id: str) -> ClientConnection[T] | None:
        """Return the connection if it is known."""
        return self._senders.get(sender, {}).get(conn_id)

    def wake(self, sender: str, conn_id: str, now: float) -> ClientConnection[T] | None:
        """Return the connection that is to be written to if it is known, were it only by name."""
        if (sender, conn_id) in self._asleep:
            return self.open(sender, conn_id, now)
        connection = self.find(sender, conn_id)
        if connection is not None:
            connection.seen = now
        return connection

    def forget(self, sender: str, conn_id: str) -> ClientConnection[T] | None:
        """Drop a connection that is gone; None if it was not known, as for a second notice."""
        connection = self._senders.get(sender, {}).pop(conn_id, None)
        if connection is None and (sender, conn_id) in self._asleep:
            del self._asleep[sender, conn_id]
            connection = ClientConnection(sender, conn_id, 0.0)
        if connection is not None:
            connection.alive = False
        return connection

    def restart(self) -> list[ClientConnection[T]]:
        """Drop every connection, since the server restarted, and return them.

        It begins to count again: an answer still on its way would reach another client.
        """
        gone = [*self, *(ClientConnection[T](*names, 0.0) for names in self._asleep)]
        self._senders.clear()
        self._asleep.clear()
        self.window = None
        for connection in gone:
            connection.alive = False
        return gone

    def sweep(self, now: float) -> int:
        """Forget all but the names of connections that were idle for the time to live.

        Returns how many.
        """
        old = [
            connection
            for connection in self
            if connection.running is None
            and connection.peer is None
            and now - connection.seen > self._ttl
        ]
        for connection in old:
            del self._senders[connection.sender][connection.conn_id]
            if connection.open:
                self._asleep[connection.sender, connection.conn_id] = None
        while len(self._asleep) > self._max_asleep:
            del self._asleep[next(iter(self._asleep))]
        return len(old)
