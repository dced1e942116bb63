"""The checks of a request's framing that Mongrel2 does not make, and whether to close after it.

Mongrel2 ignores Transfer-Encoding beside a Content-Length, takes the first of two lengths and
reads ``-5`` as nothing: what it takes for the end of a request may not be what the client, or
a proxy in between, meant. RFC 9112 §6.3 calls that request smuggling; such a request is refused
and its connection closed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brubeck_mongrel2.protocol.message import Message

_LENGTH = re.compile(r"[0-9]{1,18}").fullmatch


def check_framing(message: Message, *, body_follows: bool = False) -> int | None:
    """Return None when the framing of an HTTP request is sound, else the status to refuse it with.

    Args:
        body_follows: `message.body` is not the request's body: that comes by another way (an
            upload), and may be chunked.

    400: contradictory or malformed lengths, a body of another length than announced, control
    characters in headers (RFC 9110 §5.5), a Host header missing from HTTP/1.1 or there twice
    (RFC 9112 §3.2). 501: a transfer coding that
    Mongrel2 does not decode. 505: neither HTTP/1.0 nor 1.1. Close the connection after any.
    """
    headers = message.headers
    version = headers["VERSION"]
    if version != "HTTP/1.1" and version != "HTTP/1.0":
        return 505
    host = headers.get("host")
    if not message.clean:
        return 400
    if host.__class__ is not str and (host is not None or version == "HTTP/1.1"):
        return 400
    coding = headers.get("transfer-encoding")
    length = headers.get("content-length")
    if coding is not None:
        return _check_coding(message, coding, length, body_follows)
    if length is None:
        return 400 if message.body and not body_follows else None
    size = content_length(length)
    if size is None or (size != len(message.body) and not body_follows):
        return 400
    return None


def content_length(value: str | list[str]) -> int | None:
    """Return a Content-Length header's value in bytes; None unless it is one plain number."""
    if isinstance(value, list):
        return None
    digits = value.rstrip(" \t")
    return int(digits) if _LENGTH(digits) else None


def wants_close(message: Message) -> bool:
    """Say whether the connection has to be closed after the answer to this request.

    True for ``Connection: close`` and for HTTP/1.0 without ``keep-alive`` (RFC 9112 §9.3).
    Mongrel2 leaves that to its handlers.
    """
    headers = message.headers
    value = headers.get("connection")
    if value is None:
        return headers.get("VERSION") != "HTTP/1.1"
    text = value if isinstance(value, str) else ",".join(value)
    options = [option.strip(" \t").lower() for option in text.split(",")]
    if headers.get("VERSION") == "HTTP/1.1":
        return "close" in options
    return "close" in options or "keep-alive" not in options


def _check_coding(
    message: Message,
    coding: str | list[str],
    length: str | list[str] | None,
    body_follows: bool,
) -> int | None:
    if length is not None or isinstance(coding, list) or message.headers["VERSION"] != "HTTP/1.1":
        return 400
    # Mongrel2 knows this one word, in lower case; of any other it leaves the body unread.
    if coding != "chunked":
        return 501
    return None if body_follows else 400
