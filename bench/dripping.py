"""Clients that send a request head byte by byte: ``python -m bench.dripping PORT COUNT``.

Prints an empty line when all are connected; at the end how long the last one was borne in
seconds, and how many were cut.
"""

from __future__ import annotations

import socket
import sys
import time

# Each connection sends a byte per second; they take turns, as clients do that know nothing of
# one another.
_TURNS, _EVERY = 20, 0.05
_PATIENCE = 30.0


def drip(port: int, count: int) -> None:
    """Connect, then send one byte each second on every connection that is still open."""
    alive = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(count)]
    started = time.monotonic()
    for sock in alive:
        sock.setblocking(False)
        sock.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    print(flush=True)
    held = 0.0
    turns = [alive[turn::_TURNS] for turn in range(_TURNS)]
    while any(turns) and time.monotonic() - started < _PATIENCE:
        for number, turn in enumerate(turns):
            time.sleep(_EVERY)
            turns[number] = [sock for sock in turn if _goes_on(sock)]
            if len(turns[number]) < len(turn):
                held = time.monotonic() - started
    print(held, count - sum(map(len, turns)))


def _goes_on(sock: socket.socket) -> bool:
    try:
        # An answer means that the server has had enough.
        if sock.recv(1024) is not None:
            return False
    except BlockingIOError:
        pass
    except OSError:
        return False
    try:
        sock.send(b"a")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    drip(int(sys.argv[1]), int(sys.argv[2]))
