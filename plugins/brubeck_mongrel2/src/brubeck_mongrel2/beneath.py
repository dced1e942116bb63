"""The network connection beneath a ZeroMQ socket, which alone can be closed on one side."""

from __future__ import annotations

import os
import socket
from itertools import count
from typing import Any

import zmq
from zmq.utils.monitor import recv_monitor_message

_CONNECTED, _DISCONNECTED = int(zmq.EVENT_CONNECTED), int(zmq.EVENT_DISCONNECTED)
_numbers = count()


class Beneath:
    """What ZeroMQ tells of the connection of a socket that connects to one address.

    Args:
        above: the ZeroMQ socket, before it connects.
    """

    def __init__(self, above: Any) -> None:
        self._above = above
        # Of its own: the address of one just closed may still be taken.
        address = f"inproc://beneath-{next(_numbers)}"
        self._events = above.get_monitor_socket(_CONNECTED | _DISCONNECTED, address)
        self._descriptor: int | None = None
        #: How often a connection has ended, as far as `is_closed` has looked.
        self.ended = 0

    def stop_writing(self) -> bool:
        """Close our side; the peer sees that, and what it has sent can still be read.

        False if there is no connection.
        """
        if self.is_closed():
            return False
        assert self._descriptor is not None  # there is a connection
        try:
            with socket.socket(fileno=os.dup(self._descriptor)) as ours:
                ours.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True

    def is_closed(self) -> bool:
        """Say whether the peer has closed its side, or there never was a connection."""
        while self._events.getsockopt(zmq.EVENTS) & zmq.POLLIN:
            event = recv_monitor_message(self._events, zmq.NOBLOCK)
            connected = event["event"] == _CONNECTED
            self._descriptor = event["value"] if connected else None
            self.ended += not connected
        return self._descriptor is None

    def close(self) -> None:
        """Hear no more of the connection; before the socket itself is closed, if it ever opened."""
        if not self._above.closed:
            self._above.disable_monitor()
        self._events.close(linger=0)
