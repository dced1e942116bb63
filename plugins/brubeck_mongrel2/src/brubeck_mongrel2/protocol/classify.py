"""Tell what a message is, by marks that no client can make.

METHOD alone says nothing: a client may send ``JSON /x HTTP/1.1``, or WEBSOCKET as its method.
What it cannot send is a header in upper case, since Mongrel2 lower-cases client names, nor
leave out the VERSION and PATH that Mongrel2 writes for it.
"""

from __future__ import annotations

import json
from enum import Enum, auto
from typing import TYPE_CHECKING

from brubeck_core.http.websocket import accept_key
from brubeck_mongrel2.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from brubeck_mongrel2.protocol.message import Message

#: Where Mongrel2 puts the requests it makes itself.
CONTROL_PATH = "@*"


class Kind(Enum):
    """What there is to do with a message."""

    HTTP = auto()
    #: A method that only Mongrel2 may use, sent by a client: answer 501 and close.
    SPOOFED = auto()
    #: The client is gone, or never was; may come several times for one connection.
    DISCONNECT = auto()
    #: Part of an answer was written to the client: header DOWNLOAD_CREDITS says how much.
    CREDITS = auto()
    #: A request whose body follows in parts (setting `upload.stream`).
    UPLOAD_START = auto()
    #: A further part of such a body.
    UPLOAD_PART = auto()
    #: The last part of such a body.
    UPLOAD_DONE = auto()
    #: A request whose body the server has put into a file. `classify` takes it for plain HTTP,
    #: since only a handler that knows the folder may look further; see `Spool`.
    STORED = auto()
    WEBSOCKET_HANDSHAKE = auto()
    WEBSOCKET_FRAME = auto()
    JSON_SOCKET = auto()
    XML_SOCKET = auto()


def classify(message: Message) -> Kind:
    """Return the kind of `message`.

    Raises `ProtocolError` for a mixture of marks that Mongrel2 does not make.
    """
    headers = message.headers
    method = headers.get("METHOD")
    if "VERSION" in headers:
        if "PATH" not in headers or "REMOTE_ADDR" not in headers or method.__class__ is not str:
            raise ProtocolError("a request lacks METHOD, PATH or REMOTE_ADDR")
        if method in _RESERVED:
            return _reserved(message)
        return Kind.UPLOAD_START if "UPLOAD_STREAM" in headers else Kind.HTTP
    if method == "JSON":
        return _json(message)
    if method == "XML" and "PATH" in headers and message.path.startswith("<"):
        return Kind.XML_SOCKET
    if method is None and "UPLOAD_STREAM" in headers:
        return Kind.UPLOAD_DONE if "UPLOAD_STREAM_DONE" in headers else Kind.UPLOAD_PART
    raise ProtocolError("a message has neither a version nor a method of Mongrel2's own")


_RESERVED = frozenset({"JSON", "XML", "WEBSOCKET", "WEBSOCKET_HANDSHAKE"})


def _reserved(message: Message) -> Kind:
    method = message.headers["METHOD"]
    if method == "WEBSOCKET" and "FLAGS" in message.headers:
        return Kind.WEBSOCKET_FRAME
    if method == "WEBSOCKET_HANDSHAKE":
        key = message.headers.get("sec-websocket-key")
        if isinstance(key, str) and message.body == accept_key(key).encode("ascii"):
            return Kind.WEBSOCKET_HANDSHAKE
    return Kind.SPOOFED


def _json(message: Message) -> Kind:
    headers = message.headers
    if "PATH" in headers:
        if not message.path.startswith("@"):
            raise ProtocolError("a JSON socket's path has to begin with @")
        return Kind.JSON_SOCKET
    if message.path != CONTROL_PATH or "REMOTE_ADDR" in headers:
        raise ProtocolError("a message of the server's own has the path @* and no other marks")
    return _control(message.body)


def _control(body: bytes) -> Kind:
    try:
        kind = json.loads(body)["type"]
        return {"disconnect": Kind.DISCONNECT, "credits": Kind.CREDITS}[kind]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProtocolError("a message of the server's own has an unknown type") from error
