"""Listening sockets, for a process that serves alone and for the supervisor of many."""

from __future__ import annotations

import _socket
import errno
import os
import stat
from collections.abc import Iterable
from contextlib import closing

#: Host, port and path: either the path of a unix socket, or a host and a port.
Address = tuple[str, int, str]


def open_listening_socket(address: Address, backlog: int) -> _socket.socket:
    """Open a listening socket. Raises `OSError` when the address cannot be used."""
    host, port, path = address
    family = socket_family(address)
    sock = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        if path:
            _remove_stale_socket(path)
            sock.bind(path)
        else:
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            # Inherited by the accepted sockets: without it an answer in two writes waits for
            # the client's delayed acknowledgement, 40 ms.
            sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
            sock.bind((host, port))
        sock.listen(backlog)
    except BaseException:
        sock.close()
        raise
    return sock


def socket_family(address: Address) -> int:
    """Return the address family of an address."""
    host, _, path = address
    if path:
        return _socket.AF_UNIX
    return _socket.AF_INET6 if ":" in host else _socket.AF_INET


class ListeningSockets:
    """The listening sockets that a supervisor owns and its workers share.

    A connection that no worker has accepted yet waits in the socket's queue, whichever workers
    come and go meanwhile.
    """

    def __init__(self) -> None:
        self._sockets: dict[Address, _socket.socket] = {}

    def get(self, address: Address, backlog: int) -> int:
        """Return the descriptor for an address, opened by the first who asks. Raises `OSError`."""
        sock = self._sockets.get(address)
        if sock is None:
            sock = self._sockets[address] = open_listening_socket(address, backlog)
        return sock.fileno()

    def keep(self, addresses: Iterable[Address]) -> None:
        """Close all but these: where nobody accepts, clients had better be refused."""
        for address in self._sockets.keys() - set(addresses):
            self._sockets.pop(address).close()


def _remove_stale_socket(path: str) -> None:
    """Remove what a process that was killed left behind: it is in the way of the next one.

    Raises `OSError` when a process still listens there.
    """
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
        if _is_listening(path):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        os.unlink(path)
    except FileNotFoundError:
        pass


def _is_listening(path: str) -> bool:
    with closing(_socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)) as sock:
        sock.setblocking(False)
        try:
            sock.connect(path)
        except ConnectionRefusedError:
            return False
        except BlockingIOError:
            pass  # its queue is full
    return True
