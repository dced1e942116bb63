"""A request as Mongrel2 describes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from brubeck_core.errors import HTTPError
from brubeck_core.http.forms import parse_json
from brubeck_core.http.headers import Headers
from brubeck_core.http.request import Request
from brubeck_mongrel2.protocol.classify import CONTROL_PATH
from brubeck_mongrel2.spool import DONE, START

if TYPE_CHECKING:
    from brubeck_core.http.limits import Limits
    from brubeck_mongrel2.protocol.message import Message
    from brubeck_mongrel2.spool import SpooledBody
    from brubeck_mongrel2.upload import UploadReader

# Names a client can send and nobody may trust: Mongrel2 writes them for uploads of its own.
_FORGEABLE = frozenset({START, DONE})


class Mongrel2Request(Request):
    """A request of a Mongrel2 server; the message stays at hand as `message`.

    Raises `HTTPError` 400 for a path that is not UTF-8.
    """

    #: The body, when it is read while it arrives, or from a file.
    stream: UploadReader | SpooledBody | None = None

    def __init__(self, message: Message, limits: Limits) -> None:
        headers = message.headers
        self.message = message
        self.limits = limits
        self.sender = message.sender
        self.conn_id = message.conn_id
        self.method = str(headers["METHOD"])
        self.path = _decode_path(message.path)
        self.query = str(headers.get("QUERY", ""))
        self.scheme = str(headers.get("URL_SCHEME", "http"))
        self.remote_addr = str(headers.get("REMOTE_ADDR", ""))
        self.version = str(headers.get("VERSION", ""))

    def header(self, name: str, default: str | None = None) -> str | None:
        name = name.lower()
        if name in _FORGEABLE or "_" in name:
            return default
        value = self.message.header(name)
        return default if value is None else value.rstrip(" \t")

    @cached_property
    def headers(self) -> Headers:
        # Upper-case names are Mongrel2's own. A_B and A-B are one variable to CGI: only the form
        # of the RFC may reach programs.
        pairs = []
        for name, value in self.message.headers.items():
            if name.isupper() or "_" in name or name in _FORGEABLE:
                continue
            for text in (value,) if isinstance(value, str) else value:
                pairs.append((name, text.rstrip(" \t")))
        return Headers.from_pairs(pairs, self.limits)

    @cached_property
    def body(self) -> bytes:
        if self.stream is not None:
            return self.stream.read_all(self.limits.max_body)
        body = self.message.body
        if len(body) > self.limits.max_body:
            raise HTTPError(413, f"The body is larger than {self.limits.max_body} bytes.")
        return body

    @cached_property
    def data(self) -> Any:
        """What a JSON socket, or the server itself, said; None for HTTP. Raises `HTTPError` 400."""
        if self.method != "JSON":
            return None
        return parse_json(self.message.body, self.limits.max_json_depth)

    def is_disconnect(self) -> bool:
        """Say whether this is the server's notice that a client is gone."""
        said = self.data if self.message.path == CONTROL_PATH else None
        return isinstance(said, dict) and said.get("type") == "disconnect"


def _decode_path(text: str) -> str:
    if "%" not in text and text.isascii():
        return text
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode()
    except UnicodeDecodeError:
        raise HTTPError(400, "The path is not UTF-8.") from None
