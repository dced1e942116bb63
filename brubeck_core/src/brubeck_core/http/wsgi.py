"""Requests from a WSGI environ, and answers to `start_response` (PEP 3333)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import HTTPError
from brubeck_core.http.headers import Headers
from brubeck_core.http.limits import Limits
from brubeck_core.http.request import Request
from brubeck_core.http.response import TEXT, Response
from brubeck_core.http.websocket import WebSocketUpgrade

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("brubeck.wsgi")

_CHUNK = 64 * 1024


class WSGIRequest(Request):
    """A request as a WSGI server describes it; the environ stays at hand as `environ`."""

    is_wsgi = True

    def __init__(self, environ: WSGIEnvironment, limits: Limits) -> None:
        self.environ = environ
        self.limits = limits
        self.method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO") or "/"
        self.path = path if path.isascii() else _decode_path(path)

    @cached_property
    def query(self) -> str:  # type: ignore[override]
        text: str = self.environ.get("QUERY_STRING", "")
        return text

    @cached_property
    def scheme(self) -> str:  # type: ignore[override]
        text: str = self.environ.get("wsgi.url_scheme", "http")
        return text

    @cached_property
    def remote_addr(self) -> str | None:  # type: ignore[override]
        return self.environ.get("REMOTE_ADDR") or None

    @cached_property
    def version(self) -> str:  # type: ignore[override]
        text: str = self.environ.get("SERVER_PROTOCOL", "HTTP/1.1")
        return text

    @property
    def script_name(self) -> str:  # type: ignore[override]
        return _decode_path(self.environ.get("SCRIPT_NAME", ""))

    @property
    def server_name(self) -> str:  # type: ignore[override]
        name: str = self.environ.get("SERVER_NAME", "")
        return name

    @property
    def server_port(self) -> str:  # type: ignore[override]
        return str(self.environ.get("SERVER_PORT", ""))

    def header(self, name: str, default: str | None = None) -> str | None:
        value: str | None = self.environ.get(_environ_key(name), default)
        return default if value == "" and name.lower() in _CONTENT else value

    @cached_property
    def headers(self) -> Headers:
        # The server has joined what came twice, and the CGI names are unique: no merging here.
        pairs = []
        for key, value in self.environ.items():
            if key.startswith("HTTP_"):
                pairs.append((key[5:].replace("_", "-"), value))
            elif key in _CONTENT_KEYS and value:
                pairs.append((key.replace("_", "-"), value))
        return Headers.from_pairs(pairs, self.limits)

    @cached_property
    def body(self) -> bytes:
        return b"".join(self.stream)

    @property
    def stream(self) -> Iterator[bytes]:  # type: ignore[override]
        stream = self.environ["wsgi.input"]
        length = content_length(self.environ)
        limit = self.limits.max_body
        if length is not None:
            if length > limit:
                raise HTTPError(413, _too_large(limit))
            return _read_exactly(stream, length)
        return _read_to_end(stream, limit) if _ends_by_itself(self.environ) else iter(())


def content_length(environ: WSGIEnvironment) -> int | None:
    """Return the declared length of the body in bytes, or None if there is none.

    Raises `HTTPError` 400 for anything but ASCII digits (RFC 9110 §8.6).
    """
    text = environ.get("CONTENT_LENGTH")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise HTTPError(400, "The Content-Length is not a number of bytes.")
    return int(text)


def check_body_length(environ: WSGIEnvironment, limits: Limits) -> None:
    """Refuse a body by its declared length before a handler runs. Raises `HTTPError` 400, 413."""
    length = content_length(environ)
    if length is not None and length > limits.max_body:
        raise HTTPError(413, _too_large(limits.max_body))


def send(response: Response, start_response: StartResponse) -> Iterable[bytes]:
    """Hand an answer to a WSGI server; returns what the server iterates over and closes."""
    if response.status == 200 and response.reason == "OK" and response.body:
        # PERF: as nearly always.
        start_response("200 OK", response.headers)
    else:
        response = _start_other(response, start_response)
    body = response.body
    if isinstance(body, bytes):
        return [body] if body else []
    return _StreamingBody(response)


def _start_other(response: Response, start_response: StartResponse) -> Response:
    """Start an answer that may need a change for WSGI, and return it."""
    if isinstance(response, WebSocketUpgrade):
        # PEP 3333 has no way to hand over the connection.
        response = Response(
            "WebSockets need the embedded server or Mongrel2.\n", 501, content_type=TEXT
        ).finish("GET")
    headers = response.headers
    if response.status == 426:
        headers = [field for field in headers if field[0].lower() not in ("connection", "upgrade")]
    if (
        not response.body
        and response.status not in (204, 304)
        and not response.header("content-type")
    ):
        # The validators of PEP 3333 want a type also where there is nothing to have one.
        headers = [*headers, ("Content-Type", TEXT)]
    start_response(response.status_line, headers)
    return response


class _StreamingBody:
    """The pieces of a streamed answer; never more than the declared Content-Length."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._pieces = response.chunks()
        declared = response.header("content-length")
        self._left = int(declared) if declared is not None and declared.isdigit() else None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        if self._left is None:
            return piece
        if len(piece) > self._left:
            log.error("a streamed body is longer than its Content-Length; it was cut")
            piece = piece[: self._left]
            if not piece:
                raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._response.close()


_CONTENT_KEYS = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
_CONTENT = frozenset({"content-type", "content-length"})


def _environ_key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in _CONTENT_KEYS else f"HTTP_{key}"


def _decode_path(text: str) -> str:
    # PEP 3333: the server has percent-decoded the path and read the bytes as latin-1.
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        raise HTTPError(400, "The path is not UTF-8.") from None


def _too_large(limit: int) -> str:
    return f"The body is larger than {limit} bytes."


def _ends_by_itself(environ: WSGIEnvironment) -> bool:
    # Without a length the stream may be read to its end only if the server marks that end.
    return bool(environ.get("wsgi.input_terminated")) or "HTTP_TRANSFER_ENCODING" in environ


def _read_exactly(stream: Any, length: int) -> Iterator[bytes]:
    left = length
    while left:
        piece = stream.read(min(left, _CHUNK))
        if not piece:
            raise HTTPError(400, "The body ended before its Content-Length.")
        left -= len(piece)
        yield piece


def _read_to_end(stream: Any, limit: int) -> Iterator[bytes]:
    total = 0
    while piece := stream.read(_CHUNK):
        total += len(piece)
        if total > limit:
            raise HTTPError(413, _too_large(limit))
        yield piece
