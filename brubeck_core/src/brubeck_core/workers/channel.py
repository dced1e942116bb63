"""What a supervisor and a worker say to one another: JSON, a line each, over a unix socket.

Descriptors travel beside the text (``SCM_RIGHTS``, unix(7)). The bare `_socket` is used
because a worker opens its end before the backend patches `socket`.
"""

from __future__ import annotations

import _socket
import json
import os
from array import array
from typing import Any

#: The environment variable in which a worker finds the number of its descriptor.
VARIABLE = "BRUBECK_SUPERVISOR"

#: A worker says that it serves: ``{"ready": true}``.
READY = "ready"
#: A worker asks for a listening socket: ``{"listen": [host, port, path, backlog]}``.
LISTEN = "listen"
#: The supervisor could not open it: ``{"error": [errno, text]}``. Otherwise it says ``{}``, with
#: the descriptor beside it.
ERROR = "error"
#: A worker asks for a program beside it: ``{"companion": [module, argument, ...]}``.
COMPANION = "companion"
#: The supervisor says where to find it: ``{"folder": path}``, or ``{"error": ...}``.
FOLDER = "folder"

_READ = 4096
_DESCRIPTORS = 4


class Channel:
    """One end of the pair of sockets between a supervisor and a worker.

    It blocks if the socket does. Raises `OSError` as sockets do.
    """

    def __init__(self, sock: _socket.socket) -> None:
        self._sock = sock
        self._rest = b""

    def fileno(self) -> int:
        """Return the descriptor of this end."""
        return self._sock.fileno()

    def send(self, message: dict[str, Any], *descriptors: int) -> None:
        """Send a message, and descriptors that the other end gets copies of."""
        line = json.dumps(message).encode() + b"\n"
        rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array("i", descriptors))
        self._sock.sendmsg([line], [rights] if descriptors else [])

    def receive(self) -> tuple[list[bytes], list[int]]:
        """Read once, and return the lines that are whole by now, for `parse`, and descriptors.

        Raises `EOFError` when the other end is closed.
        """
        space = _socket.CMSG_SPACE(_DESCRIPTORS * array("i").itemsize)
        data, ancillary, _, _ = self._sock.recvmsg(_READ, space)
        if not data:
            raise EOFError
        descriptors = array("i")
        for level, kind, payload in ancillary:
            if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
                descriptors.frombytes(payload)
        for fd in descriptors:
            os.set_inheritable(fd, False)
        *lines, self._rest = (self._rest + data).split(b"\n")
        return lines, list(descriptors)

    def is_closed_by_other(self) -> bool:
        """Say whether the other end is closed, without waiting and without reading."""
        try:
            return not self._sock.recv(1, _socket.MSG_PEEK | _socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Close this end."""
        self._sock.close()


def parse(line: bytes) -> dict[str, Any]:
    """Return the message in a line. Raises `ValueError`."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError(f"{line!r} is no message")
    return message
