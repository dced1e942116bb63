"""Write HTTP/1.1 answers as bytes; Mongrel2 relays them untouched, so all of it is made here."""

from __future__ import annotations

from collections.abc import Sequence

from brubeck_core.http.headers import check_field, check_reason

#: Ends a chunked body that has no trailers (RFC 9112 §7.1).
LAST_CHUNK = b"0\r\n\r\n"

HeaderPairs = Sequence[tuple[str, str]]


def head(status: int, reason: str, headers: HeaderPairs) -> bytes:
    """Return the status line and the header lines, with the empty line that ends them.

    Raises `ValueError`, naming the header, for CR, LF or NUL in a field or in the reason, and for
    text beyond latin-1.
    """
    lines = [f"HTTP/1.1 {status} {reason}\r\n"]
    lines += [f"{name}: {value}\r\n" for name, value in headers]
    breaks = len(lines) + 1
    lines.append("\r\n")
    text = "".join(lines)
    # PERF: one look at the whole text instead of one at every field.
    if text.count("\n") != breaks or text.count("\r") != breaks or "\0" in text:
        check_reason(reason)
        for name, value in headers:
            check_field(name, value)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        culprit = text[error.start : error.end]
        raise ValueError(
            f"headers hold latin-1 text only, and {culprit!r} is beyond it; percent-encode it, "
            "or use the extended notation of RFC 8187"
        ) from error


def chunk(data: bytes) -> bytes:
    """Return `data` as one chunk; nothing for no data, since an empty chunk would end the body."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
