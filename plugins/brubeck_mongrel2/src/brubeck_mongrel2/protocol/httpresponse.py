"""Write HTTP/1.1 answers as bytes; Mongrel2 relays them untouched, so all of it is made here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

#: Ends a chunked body that has no trailers (RFC 9112 §7.1).
LAST_CHUNK = b"0\r\n\r\n"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_LINE_BREAKS = re.compile(r"[\r\n\0]").search

HeaderPairs = Iterable[tuple[str, str]]


def head(status: int, reason: str, headers: HeaderPairs) -> bytes:
    """Return the status line and the header lines, with the empty line that ends them.

    Raises `ValueError`, naming the header, for a name that is no token (RFC 9110 §5.6.2), for
    CR, LF or NUL in a value or in the reason, and for text beyond latin-1.
    """
    if not 100 <= status <= 999:
        raise ValueError(f"a status has three digits, not {status!r}")
    lines = [f"HTTP/1.1 {status} {reason}"]
    lines += [_name(name) + value for name, value in headers]
    text = "\r\n".join(lines)
    # PERF: one look at the whole text instead of one at every value.
    breaks = len(lines) - 1
    if text.count("\n") != breaks or text.count("\r") != breaks or "\0" in text:
        _blame(lines)
    try:
        return text.encode("latin-1") + b"\r\n\r\n"
    except UnicodeEncodeError as error:
        culprit = text[error.start : error.end]
        raise ValueError(
            f"headers hold latin-1 text only, and {culprit!r} is beyond it; percent-encode it, "
            "or use the extended notation of RFC 8187"
        ) from error


def has_no_body(method: str, status: int) -> bool:
    """Say whether the answer ends with its head, whatever was set (RFC 9112 §6.3)."""
    return method == "HEAD" or status in (204, 304) or status < 200


def chunk(data: bytes) -> bytes:
    """Return `data` as one chunk; nothing for no data, since an empty chunk would end the body."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


@lru_cache(maxsize=1024)
def _name(name: str) -> str:
    if not _TOKEN(name):
        raise ValueError(f"{name!r} is not a header name (RFC 9110 §5.6.2)")
    return name + ": "


def _blame(lines: list[str]) -> None:
    culprit = next(line for line in lines if _LINE_BREAKS(line))
    name = "the reason" if culprit is lines[0] else f"header {culprit.partition(':')[0]!r}"
    raise ValueError(f"{name} holds a line break or a NUL, which would begin another header")
