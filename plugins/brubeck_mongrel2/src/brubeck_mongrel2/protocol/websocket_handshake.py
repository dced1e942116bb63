"""The opening handshake of a WebSocket (RFC 6455 §4.2); Mongrel2 leaves it to its handlers."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha1
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from brubeck_mongrel2.protocol.httpresponse import HeaderPairs, head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from brubeck_mongrel2.protocol.message import Message

VERSION = "13"

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_key(key: str) -> str:
    """Return the Sec-WebSocket-Accept that answers a Sec-WebSocket-Key."""
    digest = sha1((key + _GUID).encode("latin-1"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


def check_handshake(message: Message) -> int | None:
    """Return None for a sound handshake, else the status to refuse it with.

    400: its headers are wrong. 426: another version; name `VERSION` in the answer's
    Sec-WebSocket-Version header. The Origin is another question, see `origin_allowed`.
    """
    headers = message.headers
    if headers.get("VERSION") != "HTTP/1.1" or not isinstance(headers.get("host"), str):
        return 400
    if "websocket" not in _options(message, "upgrade"):
        return 400
    if "upgrade" not in _options(message, "connection") or not _is_key(message):
        return 400
    return None if headers.get("sec-websocket-version") == VERSION else 426


def origin_allowed(message: Message, allowed: Iterable[str] = ()) -> bool:
    """Say whether a page of the request's Origin may open this socket.

    The site itself may: same host and port as the Host header. So may every origin in
    `allowed`, such as ``https://example.com``, or all with ``*``. A client that sends no
    Origin is no browser, and may. Without this check any page could use a visitor's cookies
    (RFC 6455 §10.2).
    """
    origin = message.headers.get("origin")
    if origin is None:
        return True
    if not isinstance(origin, str):
        return False
    allowed = set(allowed)
    if "*" in allowed or origin in allowed:
        return True
    scheme, _, _ = origin.partition("://")
    # The Host header has no scheme. A proxy in front may end TLS, so the server's own says
    # nothing about what the browser sees: take the browser's word for that part.
    site = _authority(f"{scheme}://{message.header('host')}")
    return site is not None and site == _authority(origin)


def subprotocols(message: Message) -> list[str]:
    """Return the subprotocols the client offers, in its order."""
    text = message.header("sec-websocket-protocol") or ""
    return [name for name in (part.strip(" \t") for part in text.split(",")) if name]


def accept(message: Message, subprotocol: str | None = None, headers: HeaderPairs = ()) -> bytes:
    """Return the answer that opens the socket.

    Raises `ValueError` for a subprotocol that the client did not offer, or bad header text.
    """
    if subprotocol is not None and subprotocol not in subprotocols(message):
        raise ValueError(f"the client did not offer the subprotocol {subprotocol!r}")
    lines = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", accept_key(str(message.headers["sec-websocket-key"]))),
        *headers,
    ]
    if subprotocol is not None:
        lines.append(("Sec-WebSocket-Protocol", subprotocol))
    return head(101, "Switching Protocols", lines)


def _options(message: Message, name: str) -> list[str]:
    text = message.header(name) or ""
    return [option.strip(" \t").lower() for option in text.split(",")]


def _is_key(message: Message) -> bool:
    key = message.headers.get("sec-websocket-key")
    if not isinstance(key, str):
        return False
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def _authority(url: str) -> tuple[str, int] | None:
    """Return host and port of a web address, the scheme's own port filled in; None for others."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None
