"""From a response to the bytes on the wire."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from brubeck_core.http.dates import http_date
from brubeck_core.http.headers import check_field, check_reason

if TYPE_CHECKING:
    from brubeck_core.http.response import Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"

_PREFIXES = 256
_HEADS = 256
_LONGEST_HEAD = 1024
_LINES = 1024
_LONGEST_LINE = 256

# What only the server knows: an application's own would contradict it, and is left out.
_OURS = frozenset(("date", "connection", "keep-alive", "transfer-encoding"))
# Answers that name the protocol to go on with in `Connection` (RFC 9110 §7.8).
_UPGRADES = (101, 426)

# The status line and the Date of this second, by status and reason.
_prefixes: dict[tuple[int, str], bytes] = {}
# Heads of this second that can be sent again, by status, reason and fields.
_heads: dict[tuple[object, ...], bytes] = {}
_second = 0
# Header lines that were sent before: answers repeat them.
_lines: dict[tuple[str, str], bytes] = {}


def encode_head(response: Response, keep_alive: bool, old: bool, chunked: bool = False) -> bytes:
    """Return the head of an answer, with its empty line.

    Args:
        keep_alive: whether the connection stays open.
        old: whether the client speaks HTTP/1.0, where staying open is what has to be said.
        chunked: whether the body follows in chunks.

    Raises `ValueError` for a field that would end its line early, `TypeError` for what is no pair
    of texts, whoever put it there.
    """
    now = int(time())
    if now != _second:
        _begin_second(now)
    if not keep_alive or old or chunked:
        return _encode(response, keep_alive, old, chunked)
    # PERF: most answers of a second have the head of another.
    key = (response.status, response.reason, *response.headers)
    try:
        head = _heads.get(key)
    except TypeError:
        # A field that is a list.
        return _encode(response)
    if head is None:
        head = _encode(response)
        if len(_heads) < _HEADS and len(head) <= _LONGEST_HEAD:
            _heads[key] = head
    return head


def _encode(
    response: Response, keep_alive: bool = True, old: bool = False, chunked: bool = False
) -> bytes:
    lines = [_prefix(response.status, response.reason)]
    status = response.status
    try:
        # PERF: the pair itself is the key; fields that every answer has are always the same pair.
        lines += [_lines.get(field) or _line(field, status) for field in response.headers]
    except TypeError:
        # Fields that are lists.
        lines += [_line((name, value), status) for name, value in response.headers]
    if chunked:
        lines.append(b"Transfer-Encoding: chunked\r\n")
    if not keep_alive:
        lines.append(b"Connection: close\r\n")
    elif old:
        lines.append(b"Connection: keep-alive\r\n")
    lines.append(b"\r\n")
    return b"".join(lines)


def _line(field: tuple[str, str], status: int) -> bytes:
    name, value = field
    # The fields were checked when they were set; a list can be written to past every check.
    check_field(name, value)
    line = f"{name}: {value}\r\n".encode("latin-1")
    if name.lower() in _OURS:
        return line if name.lower() == "connection" and status in _UPGRADES else b""
    if len(line) <= _LONGEST_LINE:
        if len(_lines) >= _LINES:
            _lines.clear()
        _lines[field] = line
    return line


def encode_chunk(data: bytes) -> bytes:
    """Frame a piece of a chunked body (RFC 9112 §7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def _begin_second(now: int) -> None:
    global _second
    _prefixes.clear()
    _heads.clear()
    _second = now


def _prefix(status: int, reason: str) -> bytes:
    prefix = _prefixes.get((status, reason))
    if prefix is None:
        check_reason(reason)
        line = f"HTTP/1.1 {status} {reason}\r\nDate: {http_date(_second)}\r\n"
        prefix = line.encode("latin-1")
        if len(_prefixes) < _PREFIXES:
            _prefixes[(status, reason)] = prefix
    return prefix
