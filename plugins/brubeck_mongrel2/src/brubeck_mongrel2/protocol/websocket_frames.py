"""WebSocket frames as a server writes them, and the payload of close frames (RFC 6455 §5, §7.4).

Mongrel2 unmasks what clients send, joins fragments and checks lengths; it writes what it is
given, so the frames of the other direction are made here.
"""

from __future__ import annotations

import struct
from enum import IntEnum


class Opcode(IntEnum):
    """What a frame holds (RFC 6455 §5.2)."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


class CloseCode(IntEnum):
    """Why a socket was closed (RFC 6455 §7.4.1)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    #: The close frame named no code; never sent.
    NO_CODE = 1005
    #: There was no close frame; never sent.
    ABNORMAL = 1006
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    TOO_BIG = 1009
    INTERNAL_ERROR = 1011


#: Control frames carry at most this many bytes (RFC 6455 §5.5).
MAX_CONTROL_SIZE = 125
_MAX_REASON_SIZE = MAX_CONTROL_SIZE - 2


def frame(opcode: Opcode, payload: bytes = b"") -> bytes:
    """Return one unmasked frame that is a whole message.

    Raises `ValueError` for a control frame of more than 125 bytes.
    """
    first = 0x80 | opcode
    size = len(payload)
    if size <= MAX_CONTROL_SIZE:
        return struct.pack("!BB", first, size) + payload
    if opcode >= Opcode.CLOSE:
        raise ValueError(f"a control frame carries at most 125 bytes, not {size}")
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Return a close frame; a reason beyond 123 bytes is cut between characters.

    Raises `ValueError` for a code that may not be sent.
    """
    if not may_send(code):
        raise ValueError(
            f"{code} cannot be sent as a close code; use 1000 for a normal end, or 4000 to 4999"
        )
    text = reason.encode()[:_MAX_REASON_SIZE].decode(errors="ignore")
    return frame(Opcode.CLOSE, struct.pack("!H", code) + text.encode())


def parse_close(payload: bytes) -> tuple[int, str] | None:
    """Return code and reason of a close frame's payload; None if they are malformed.

    No payload means `CloseCode.NO_CODE`. Raises `UnicodeDecodeError` if the reason is not UTF-8.
    """
    if not payload:
        return CloseCode.NO_CODE, ""
    if len(payload) == 1:
        return None
    (code,) = struct.unpack_from("!H", payload)
    return (code, payload[2:].decode()) if may_send(code) else None


def may_send(code: int) -> bool:
    """Say whether a close frame may name `code` (RFC 6455 §7.4.2 and the IANA registry)."""
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, 1005, 1006))
