"""From a response to the bytes on the wire."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from brubeck_core.http.dates import http_date
from brubeck_core.http.headers import check_field

if TYPE_CHECKING:
    from brubeck_core.http.response import Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"

_PREFIXES = 256

# The status line and the Date of this second, by status and reason.
_prefixes: dict[tuple[int, str], bytes] = {}
_second = 0


def encode_head(response: Response, keep_alive: bool, old: bool, chunked: bool = False) -> bytes:
    """Return the head of an answer, with its empty line.

    Args:
        keep_alive: whether the connection stays open.
        old: whether the client speaks HTTP/1.0, where staying open is what has to be said.
        chunked: whether the body follows in chunks.

    Raises `ValueError` for a field that would end its line early, whoever put it there.
    """
    prefix = _prefix(response.status, response.reason)
    fields = response.headers
    text = ""
    for name, value in fields:
        text += f"{name}: {value}\r\n"
    # The fields were checked when they were set; a list can be written to past every check.
    count = len(fields)
    if text.count("\n") != count or text.count("\r") != count or "\0" in text:
        for name, value in fields:
            check_field(name, value)
    if chunked:
        text += "Transfer-Encoding: chunked\r\n"
    if not keep_alive:
        text += "Connection: close\r\n"
    elif old:
        text += "Connection: keep-alive\r\n"
    return prefix + (text + "\r\n").encode("latin-1")


def encode_chunk(data: bytes) -> bytes:
    """Frame a piece of a chunked body (RFC 9112 §7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def _prefix(status: int, reason: str) -> bytes:
    global _second
    now = int(time())
    if now != _second:
        _prefixes.clear()
        _second = now
    prefix = _prefixes.get((status, reason))
    if prefix is None:
        line = f"HTTP/1.1 {status} {reason}\r\nDate: {http_date(now)}\r\n"
        prefix = line.encode("latin-1")
        if len(_prefixes) < _PREFIXES:
            _prefixes[(status, reason)] = prefix
    return prefix
