"""What is known of the clients behind each server: who they are and what they wait for.

Mongrel2 numbers its clients' connections from 1 at every start, reads a client's next request
before the last is answered, and does not report every connection it ends. So requests are
answered one by one per connection, everything about a server is forgotten when it restarts,
and what was idle for long is forgotten too.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from brubeck_mongrel2.protocol.flow import Flow, PacedFlow

T = TypeVar("T")

#: Requests of one client that may wait for an earlier one to be answered.
MAX_PIPELINED = 8
#: Seconds an idle connection is remembered.
TTL = 60.0


class PipelineOverflow(Exception):
    """A client sent more requests ahead than may wait; its connection has to be cut."""


class ClientConnection(Generic[T]):
    """One client's connection and its work, which is done in the order it came."""

    __slots__ = ("alive", "closing", "conn_id", "flow", "running", "seen", "sender", "waiting")

    def __init__(self, sender: str, conn_id: str, now: float) -> None:
        self.sender = sender
        self.conn_id = conn_id
        #: False once the client is gone, or its server restarted: write nothing more.
        self.alive = True
        #: True once a close was sent: take and write nothing more.
        self.closing = False
        #: What is being done now.
        self.running: T | None = None
        #: What came while that was being done.
        self.waiting: deque[T] = deque()
        self.flow: Flow = PacedFlow()
        self.seen = now

    def arrive(self, work: T, now: float) -> bool:
        """Take a piece of work; True if it is to be done at once, False if it has to wait.

        Raises `PipelineOverflow` when too many wait already.
        """
        self.seen = now
        if self.running is None:
            self.running = work
            return True
        if len(self.waiting) >= MAX_PIPELINED:
            raise PipelineOverflow(
                f"over {MAX_PIPELINED} requests wait on connection {self.conn_id}"
            )
        self.waiting.append(work)
        return False

    def finish(self, now: float) -> T | None:
        """End the running piece of work; return the next one, which now runs."""
        self.seen = now
        if not self.alive or self.closing:
            self.waiting.clear()
        self.running = self.waiting.popleft() if self.waiting else None
        return self.running


class Connections(Generic[T]):
    """The connections of every server, by its sender name and their number.

    Not for several threads at once; the owner keeps them apart.
    """

    def __init__(self, ttl: float = TTL) -> None:
        self._ttl = ttl
        self._servers: dict[str, dict[str, ClientConnection[T]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._servers.values()))

    def open(self, sender: str, conn_id: str, now: float) -> ClientConnection[T]:
        """Return the connection, a new one if it was not known."""
        server = self._servers.get(sender)
        if server is None:
            server = self._servers[sender] = {}
        connection = server.get(conn_id)
        if connection is None:
            connection = server[conn_id] = ClientConnection(sender, conn_id, now)
        return connection

    def find(self, sender: str, conn_id: str) -> ClientConnection[T] | None:
        """Return the connection if it is known."""
        return self._servers.get(sender, {}).get(conn_id)

    def forget(self, sender: str, conn_id: str) -> ClientConnection[T] | None:
        """Drop a connection that is gone; None if it was not known, as for a second notice."""
        connection = self._servers.get(sender, {}).pop(conn_id, None)
        if connection is not None:
            connection.alive = False
        return connection

    def restart(self, sender: str) -> list[ClientConnection[T]]:
        """Drop every connection of a server that restarted, and return them.

        It begins to count again: an answer still on its way would reach another client.
        """
        gone = list(self._servers.pop(sender, {}).values())
        for connection in gone:
            connection.alive = False
        return gone

    def sweep(self, now: float) -> int:
        """Forget connections that were idle for the time to live; return how many."""
        swept = 0
        for server in self._servers.values():
            old = [
                conn_id
                for conn_id, connection in server.items()
                if connection.running is None and now - connection.seen > self._ttl
            ]
            for conn_id in old:
                del server[conn_id]
            swept += len(old)
        return swept
