"""The accept loop of a listening socket, on any backend."""

from __future__ import annotations

import _socket
import errno
import logging
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

    from brubeck_core.interfaces.concurrency import Concurrency, Watch

logger = logging.getLogger("brubeck.concurrency")

#: Connections taken before others get their turn; also leaves some to other processes.
ACCEPTS_PER_CALL = 32

#: Seconds of rest when the process or the system is out of descriptors or memory.
REST = 0.5

_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_GONE = {errno.EBADF, errno.EINVAL, errno.ENOTSOCK}


class AcceptLoop:
    """Accept connections whenever the backend finds the listening socket readable.

    A full descriptor table leaves the socket readable for ever; the loop then rests instead of
    spinning, and the clients wait in the kernel's backlog.
    """

    def __init__(
        self,
        backend: Concurrency,
        sock: socket.socket,
        handle: Callable[[Any, Any], object],
        inline: bool,
    ) -> None:
        self._backend = backend
        self._given = sock
        # A bare socket on a descriptor of its own: the given one may be a green socket, whose
        # accept would wait, and stays usable for questions such as getsockname().
        self._sock = _socket.socket(
            sock.family, sock.type, sock.proto, fileno=os.dup(sock.fileno())
        )
        self._sock.setblocking(False)
        self._welcome = self._inline(handle) if inline else self._in_worker(handle)
        # On threads the watch's thread may be accepting while another one stops.
        self._lock = backend.lock()
        self._watch: Watch | None = None
        self._rest: Watch | None = None
        self._paused = False
        self._stopped = False

    def start(self) -> None:
        self._watch = self._backend.watch_readable(self._sock.fileno(), self._accept_some)
        if self._paused:
            self._watch.pause()

    def pause(self) -> None:
        self._paused = True
        if self._watch:
            self._watch.pause()

    def resume(self) -> None:
        self._paused = False
        if self._watch and not self._stopped:
            self._watch.resume()

    def stop(self) -> None:
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            for watch in (self._watch, self._rest):
                if watch:
                    watch.close()
            self._sock.close()
        self._given.close()

    def _accept_some(self) -> None:
        for _ in range(ACCEPTS_PER_CALL):
            with self._lock:
                if self._paused or self._stopped:
                    return
                try:
                    fd, address = self._sock._accept()  # type: ignore[attr-defined]
                except BlockingIOError:
                    return
                except OSError as error:
                    if not self._survive(error):
                        return
                    continue
            self._welcome(fd, address)

    def _survive(self, error: OSError) -> bool:
        """Say whether to go on at once after `error` of accept."""
        if error.errno in _GONE:
            logger.error("The listening socket is gone, no more connections: %s", error)
            if self._watch:
                self._watch.close()
            return False
        if error.errno in _EXHAUSTED:
            logger.warning("Cannot accept connections, trying again in %s s: %s", REST, error)
            if self._watch:
                self._watch.pause()
            if self._rest:
                self._rest.resume()
            else:
                self._rest = self._backend.call_later(REST, self._end_rest)
            return False
        # ECONNABORTED and network errors belong to the one connection that has failed.
        return True

    def _end_rest(self) -> None:
        if self._watch and not self._paused and not self._stopped:
            self._watch.resume()

    def _inline(self, handle: Callable[[Any, Any], object]) -> Callable[[int, Any], object]:
        family, kind, proto = self._sock.family, self._sock.type, self._sock.proto
        make = _socket.socket

        def welcome(fd: int, address: Any) -> None:
            client = make(family, kind, proto, fd)
            client.setblocking(False)
            try:
                handle(client, address)
            except Exception:
                client.close()
                logger.exception("The handler of a new connection failed")

        return welcome

    def _in_worker(self, handle: Callable[[Any, Any], object]) -> Callable[[int, Any], object]:
        family, kind, proto = self._sock.family, self._sock.type, self._sock.proto
        make = self._backend.green_module("socket").socket
        spawn = self._backend.pool(sys.maxsize).try_spawn

        def welcome(fd: int, address: Any) -> None:
            spawn(handle, make(family, kind, proto, fd), address)

        return welcome
