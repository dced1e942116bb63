"""The request, and the helpers for bytes and text that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names

if TYPE_CHECKING:
    from brubeck_core.http.request import Request as Request
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {"Request": "brubeck_core.http.request"},
        own=("parse_netstring", "to_bytes", "to_unicode"),
    )


def to_bytes(data: str | bytes, enc: str = "utf8") -> bytes:
    """Return text encoded, and bytes as they are."""
    return data.encode(enc) if isinstance(data, str) else bytes(data)


def to_unicode(data: str | bytes, enc: str = "utf8") -> str:
    """Return bytes decoded, and text as it is. Raises `UnicodeDecodeError`."""
    return data if isinstance(data, str) else data.decode(enc)


def parse_netstring(ns: bytes) -> tuple[bytes, bytes]:
    """Split ``b"4:take, five"`` into the payload and the rest: ``(b"take", b" five")``.

    Raises `ValueError` unless `ns` begins with a netstring (cr.yp.to/proto/netstrings.txt): a
    length in digits without a leading zero, a colon, that many bytes, a comma.
    """
    # Ten digits say any length there is; reading more would only be work.
    size, colon, _ = ns[:11].partition(b":")
    if not colon or not size.isdigit() or (size.startswith(b"0") and size != b"0"):
        raise ValueError("a netstring begins with its length and a colon, such as 4:take,")
    start = len(size) + 1
    end = start + int(size)
    if ns[end : end + 1] != b",":
        raise ValueError(f"a netstring of {int(size)} bytes has to end in a comma; this does not")
    return ns[start:end], ns[end + 1 :]
