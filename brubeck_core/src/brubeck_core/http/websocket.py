"""WebSockets in blocking style: the handshake, and what a handler talks through (RFC 6455).

    def chat(socket):
        for message in socket:
            socket.send(f"you said {message}")

    @app.add_route("^/chat$", method="GET")
    def open_chat(application, message):
        return accept_websocket(message, chat)

A connection that can carry WebSockets makes a `WebSocket` of its own kind and runs the function
with it, in the worker that answered the request.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from brubeck_core.errors import BrubeckError, HTTPError
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response

#: What a message is: text, or bytes.
Message = str | bytes

# RFC 6455 §1.3.
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_VERSION = "13"


class WebSocketClosed(BrubeckError):
    """The other side has closed, or is gone; `code` is 1006 when it said nothing."""

    def __init__(self, code: int = 1006, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class WebSocket(ABC):
    """One open WebSocket. One task may receive while others send.

    Iterating gives the messages until the other side closes.
    """

    #: The subprotocol that was agreed on, or None.
    subprotocol: str | None = None

    @abstractmethod
    def receive(self, timeout: float | None = None) -> Message:
        """Wait for a message: text as `str`, binary as `bytes`.

        Pings are answered meanwhile. Raises `WebSocketClosed` when the other side closes or is
        gone, `TimeoutError` after `timeout` seconds.
        """

    @abstractmethod
    def send(self, message: Message) -> None:
        """Send a message. Raises `WebSocketClosed` when the other side is gone."""

    @abstractmethod
    def close(self, code: int = 1000, reason: str = "") -> None:
        """Say good-bye; closing twice is no error."""

    def __iter__(self) -> Iterator[Message]:
        while True:
            try:
                message = self.receive()
            except WebSocketClosed:
                return
            yield message


#: What runs on an open WebSocket; when it returns, the socket is closed.
Conversation = Callable[[WebSocket], object]


class WebSocketUpgrade(Response):
    """The answer 101: the connection becomes a WebSocket, and `conversation` runs on it."""

    __slots__ = ("conversation", "subprotocol")

    def __init__(self, conversation: Conversation, accept: str, subprotocol: str | None) -> None:
        headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept}
        if subprotocol is not None:
            headers["Sec-WebSocket-Protocol"] = subprotocol
        super().__init__(b"", 101, headers)
        self.conversation = conversation
        self.subprotocol = subprotocol

    def finish(self, method: str) -> Response:
        """Leave the answer as it is: what follows is no body."""
        return self


def accept_websocket(
    request: Request,
    conversation: Conversation,
    *,
    origins: Iterable[str] | None = None,
    subprotocols: Sequence[str] = (),
) -> WebSocketUpgrade:
    """Answer a handshake, so that `conversation` runs on the open WebSocket.

    Args:
        conversation: called with the `WebSocket`.
        origins: origins of pages that may connect, such as ``"https://example.org"``, or
            ``"*"`` for all. By default those of the request's own host: browsers send cookies
            along from anywhere.
        subprotocols: what this side speaks, the best first.

    Raises `HTTPError` 400 for a malformed handshake, 403 for a foreign origin, 426 for a request
    that is no handshake or of another version.
    """
    options = {text.strip().lower() for text in (request.header("connection") or "").split(",")}
    if (request.header("upgrade") or "").lower() != "websocket" or "upgrade" not in options:
        raise HTTPError(
            426, "This address speaks WebSocket.", {"Upgrade": "websocket", "Connection": "Upgrade"}
        )
    if request.version != "HTTP/1.1":
        raise HTTPError(400, "A WebSocket handshake is of HTTP/1.1.")
    if request.header("sec-websocket-version") != _VERSION:
        raise HTTPError(426, "The version has to be 13.", {"Sec-WebSocket-Version": _VERSION})
    if request.method != "GET":
        raise HTTPError(400, "A WebSocket handshake is a GET.")
    key = request.header("sec-websocket-key") or ""
    if not _is_key(key):
        raise HTTPError(400, "The Sec-WebSocket-Key is malformed.")
    if not is_allowed_origin(request, origins):
        raise HTTPError(403, "Pages of this origin may not connect.")
    offered = [text.strip() for text in (request.header("sec-websocket-protocol") or "").split(",")]
    subprotocol = next((name for name in subprotocols if name in offered), None)
    return WebSocketUpgrade(conversation, accept_key(key), subprotocol)


def accept_key(key: str) -> str:
    """Return the Sec-WebSocket-Accept for a key (RFC 6455 §4.2.2)."""
    digest = hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def is_allowed_origin(request: Request, origins: Iterable[str] | None) -> bool:
    """Say whether a page of the request's `Origin` may connect.

    A request without one does not come from a page of a browser, and may.
    """
    origin = request.header("origin")
    if origin is None:
        return True
    if origins is None:
        try:
            return urlsplit(origin).netloc.lower() == request.host.lower()
        except ValueError:
            return False
    return any(allowed in ("*", origin) for allowed in origins)


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key.encode("ascii"), validate=True)) == 16
    except (binascii.Error, UnicodeEncodeError):
        return False
