"""Connections that nobody uses at the moment."""

from __future__ import annotations

import os

from sqlalchemy import Connection


class IdleConnections:
    """A stack of open connections, for threads and greenlets alike.

    A list is pushed and popped in one step of the interpreter, so that there is no lock to wait
    for: locks of a patched standard library do not work across real threads on every backend.
    """

    def __init__(self) -> None:
        self._connections: list[Connection] = []
        self._process = os.getpid()
        self._closed = False

    def pop(self) -> Connection | None:
        """Return an open connection, if there is one of this process."""
        if self._process != os.getpid():
            # Those of the parent, before a fork: it uses them, and so they are not closed here.
            self._inherited = self._connections
            self._connections = []
            self._process = os.getpid()
        try:
            return self._connections.pop()
        except IndexError:
            return None

    def push(self, connection: Connection) -> None:
        """Keep a connection that can be used again."""
        if self._closed:
            connection.close()
        else:
            self._connections.append(connection)

    def close(self) -> None:
        """Close all connections, and from now on whatever comes back."""
        self._closed = True
        self.clear()

    def clear(self) -> None:
        """Close all connections."""
        while (connection := self.pop()) is not None:
            connection.close()
