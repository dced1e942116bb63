"""One WebSocket's rules without its input and output: frames in, events and bytes out.

A session answers pings and the closing handshake by itself and ends the socket, with the
right close code, when the client breaks a rule (RFC 6455).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.websocket_frames import (
    MAX_CONTROL_SIZE,
    CloseCode,
    Opcode,
    close_frame,
    frame,
    may_send,
    parse_close,
)

#: A message from the client may have this many bytes unless said otherwise: 1 MiB.
MAX_SIZE = 1 << 20

_FIN, _RSV, _OPCODE = 0x80, 0x70, 0x0F
_FLAGS = re.compile(r"0x[0-9A-Fa-f]{1,2}").fullmatch


@dataclass(frozen=True, slots=True)
class Text:
    """A text message."""

    data: str


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary message."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Closed:
    """The socket has ended; there will be no further event.

    Args:
        code: the close code, the client's or the one it was sent.
        reason: the text beside it.
    """

    code: int
    reason: str = ""


Event: TypeAlias = "Text | Binary | Pong | Closed"


class WebSocketSession:
    """The state of one open socket.

    Hand every frame to `receive`. After that, and after each `send_*`, `ping` or `close`,
    write what `take` returns; once `ended` is true, close the connection after it.
    """

    def __init__(self, max_size: int = MAX_SIZE) -> None:
        self.max_size = max_size
        #: Both sides have said goodbye, or the client is not worth waiting for.
        self.ended = False
        self._closing = False
        self._outgoing: list[bytes] = []

    def receive(self, flags: str, body: bytes) -> Event | None:
        """Take one message of Mongrel2's: the FLAGS header and the body.

        Returns None for what the session deals with itself. Raises `ProtocolError` for FLAGS
        that are not a byte as ``0x81``.
        """
        first = _byte(flags)
        if self.ended:
            return None
        opcode = first & _OPCODE
        if first & _RSV or not first & _FIN or opcode not in _RECEIVED:
            return self._fail(CloseCode.PROTOCOL_ERROR, "unexpected frame")
        try:
            return self._message(Opcode(opcode), body)
        except UnicodeDecodeError:
            return self._fail(CloseCode.INVALID_DATA, "text is not UTF-8")

    def send_text(self, data: str) -> None:
        """Send a text message; nothing is sent once the socket is closing."""
        self._send(Opcode.TEXT, data.encode())

    def send_binary(self, data: bytes) -> None:
        """Send a binary message; nothing is sent once the socket is closing."""
        self._send(Opcode.BINARY, data)

    def ping(self, data: bytes = b"") -> None:
        """Ask the client for a pong. Raises `ValueError` beyond 125 bytes."""
        self._send(Opcode.PING, data)

    def close(self, code: int = CloseCode.NORMAL, reason: str = "") -> None:
        """Begin the closing handshake; the client's answer ends the session.

        Raises `ValueError` for a code that may not be sent.
        """
        if not self._closing:
            self._outgoing.append(close_frame(code, reason))
            self._closing = True

    def take(self) -> bytes:
        """Return what has to be written to the client, once; several frames in one piece."""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def _send(self, opcode: Opcode, data: bytes) -> None:
        if not self._closing:
            self._outgoing.append(frame(opcode, data))

    def _message(self, opcode: Opcode, body: bytes) -> Event | None:
        if opcode >= Opcode.CLOSE and len(body) > MAX_CONTROL_SIZE:
            return self._fail(CloseCode.PROTOCOL_ERROR, "a control frame is too long")
        if opcode is Opcode.CLOSE:
            return self._close_received(body)
        if opcode is Opcode.PING:
            self._send(Opcode.PONG, body)
            return None
        if opcode is Opcode.PONG:
            return Pong(body)
        if self._closing:
            return None
        if len(body) > self.max_size:
            return self._fail(CloseCode.TOO_BIG, f"a message has at most {self.max_size} bytes")
        return Text(body.decode()) if opcode is Opcode.TEXT else Binary(body)

    def _close_received(self, body: bytes) -> Closed:
        parsed = parse_close(body)
        if parsed is None:
            return self._fail(CloseCode.PROTOCOL_ERROR, "malformed close frame")
        code, reason = parsed
        self.close(code if may_send(code) else CloseCode.NORMAL)
        self.ended = True
        return Closed(code, reason)

    def _fail(self, code: CloseCode, reason: str) -> Closed:
        self.close(code, reason)
        self.ended = True
        return Closed(code, reason)


_RECEIVED = frozenset(Opcode) - {Opcode.CONTINUATION}


def _byte(flags: str) -> int:
    if not _FLAGS(flags):
        raise ProtocolError("the FLAGS of a frame are not a byte such as 0x81")
    return int(flags, 16)
