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

_status_lines: dict[tuple[int, str], str] = {}
_date: tuple[int, str] = (0, "")


def encode_head(response: Response, keep_alive: bool, old: bool, chunked: bool = False) -> bytes:
    """Return the head of an answer, with its empty line.

    Args:
        keep_alive: whether the connection stays open.
        old: whether the client speaks HTTP/1.0, where staying open is what has to be said.
        chunked: whether the body follows in chunks.

    Raises `ValueError` for a field that would end its line early, whoever put it there.
    """
    lines = [_status_line(response), _date_line()]
    for name, value in response.headers:
        lines.append(f"{name}: {value}\r\n")
    if chunked:
        lines.append("Transfer-Encoding: chunked\r\n")
    if not keep_alive:
        lines.append("Connection: close\r\n")
    elif old:
        lines.append("Connection: keep-alive\r\n")
    count = len(lines)
    lines.append("\r\n")
    text = "".join(lines)
    # The fields were checked when they were set; a list can be written to past every check.
    if text.count("\n") != count + 1 or text.count("\r") != count + 1 or "\0" in text:
        for name, value in response.headers:
            check_field(name, value)
    return text.encode("latin-1")


def encode_chunk(data: bytes) -> bytes:
    """Frame a piece of a chunked body (RFC 9112 §7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def _status_line(response: Response) -> str:
    key = (response.status, response.reason)
    line = _status_lines.get(key)
    if line is None:
        if len(_status_lines) > 256:
            _status_lines.clear()
        line = _status_lines[key] = f"HTTP/1.1 {response.status} {response.reason}\r\n"
    return line


def _date_line() -> str:
    global _date
    now = int(time())
    second, line = _date
    if second != now:
        line = f"Date: {http_date(now)}\r\n"
        _date = (now, line)
    return line
