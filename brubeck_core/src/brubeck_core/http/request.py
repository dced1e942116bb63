"""A request, whichever way it came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, urlsplit

from brubeck_core.errors import HTTPError
from brubeck_core.http.cookies import parse_cookies
from brubeck_core.http.forms import UploadedFile, parse_json, parse_multipart, parse_urlencoded
from brubeck_core.http.headers import Headers
from brubeck_core.http.limits import DEFAULT_LIMITS, Limits
from brubeck_core.http.urls import join_url

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

#: Methods whose form bodies become arguments.
_FORM_METHODS = frozenset({"POST", "PUT", "PATCH"})

_controls = re.compile("[\x00-\x08\x0e-\x1f]")


class Request:
    """One request. What costs anything is worked out when it is asked for, and once.

    Args:
        method: as it was sent, such as ``"GET"``.
        path: the path, percent-decoded once, as text. ``%2F`` is a slash like any other.
        query: the query string as it was sent, without the question mark.
        headers: the header fields; see `Headers`.
        body: the whole body, as bytes.
        scheme: ``"http"`` or ``"https"``.
        remote_addr: the address of the peer, or None if it is not known. Never taken from
            headers, which a client can forge.
        version: ``"HTTP/1.1"`` or ``"HTTP/1.0"``.
        limits: the bounds on what is parsed.
    """

    #: Whether the request came by WSGI.
    is_wsgi: bool = False
    #: Mongrel2's names for the server and the connection; empty elsewhere.
    sender: str = ""
    conn_id: str = ""
    #: The path the application is mounted at, without a slash at its end (PEP 3333 SCRIPT_NAME).
    script_name: str = ""
    #: The authority when there is no Host header.
    server_name: str = ""
    server_port: str = ""
    #: What a JSON socket or a control message carried; None for HTTP.
    data: Any = None
    #: The body, where a handler reads it while it arrives; see `iter_body`.
    stream: Iterable[bytes] | None = None

    def __init__(
        self,
        method: str = "GET",
        path: str = "/",
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        scheme: str = "http",
        remote_addr: str | None = None,
        version: str = "HTTP/1.1",
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.scheme = scheme
        self.remote_addr = remote_addr
        self.version = version
        self.limits = limits
        if headers is not None:
            self.headers = (
                headers
                if isinstance(headers, Headers)
                else Headers.from_pairs(headers.items(), limits)
            )
        if body:
            self.body = body

    # -- what a connection provides, each replaced by its kind of request -----------------

    @cached_property
    def headers(self) -> Headers:
        """The header fields. Raises `HTTPError` 431 beyond the limits."""
        return Headers()

    @cached_property
    def body(self) -> bytes:
        """The whole body. Raises `HTTPError` 400 or 413."""
        return b""

    def iter_body(self) -> Iterator[bytes]:
        """Yield the body piece by piece, a large one while it arrives.

        Once, and in place of `body`. Raises `HTTPError` 400, 408 or 413 and `ClientDisconnected`.
        """
        stream = None if "body" in vars(self) else self.stream
        if stream is None:
            if self.body:
                yield self.body
            return
        total = 0
        for piece in stream:
            total += len(piece)
            if total > self.limits.max_body:
                raise HTTPError(413, f"The body is larger than {self.limits.max_body} bytes.")
            yield piece

    def header(self, name: str, default: str | None = None) -> str | None:
        """Return one header field, or `default`."""
        return self.headers.get(name, default)

    @property
    def plain_body(self) -> bytes:
        """The body, which has to have come as it is.

        Raises `HTTPError` 415 for a Content-Encoding, for a few bytes could be a gigabyte (RFC
        9110 §15.5.16), and as `body` does.
        """
        coding = self.header("content-encoding")
        if coding and coding.strip().lower() != "identity":
            raise HTTPError(
                415,
                "The body has to be sent without a Content-Encoding.",
                {"Accept-Encoding": "identity"},
            )
        return self.body

    # -- the address ------------------------------------------------------------------------

    @cached_property
    def host(self) -> str:
        """The authority: the Host header, else the server's name with a port not the default."""
        host = self.header("host")
        if host:
            return host
        default = "443" if self.scheme == "https" else "80"
        if self.server_port and self.server_port != default:
            return f"{self.server_name}:{self.server_port}"
        return self.server_name

    @cached_property
    def url(self) -> str:
        """The whole address, with the path decoded as `path` is."""
        return join_url(self.scheme, self.host, self.script_name + self.path, self.query)

    @property
    def url_parts(self) -> SplitResult:
        """The address, split by `urllib.parse.urlsplit`."""
        return urlsplit(self.url)

    # -- the head ---------------------------------------------------------------------------

    @property
    def content_type(self) -> str | None:
        """The Content-Type header with its parameters, or None."""
        return self.header("content-type")

    @cached_property
    def media_type(self) -> str:
        """The Content-Type without parameters, in lower case; empty if there is none."""
        return (self.content_type or "").partition(";")[0].strip().lower()

    @cached_property
    def cookies(self) -> dict[str, str]:
        """The cookies by name; the first of a name wins, and a bad one never costs the others.

        Raises `HTTPError` 431 when the Cookie header is too large.
        """
        header = self.header("cookie")
        if not header:
            return {}
        if len(header) > self.limits.max_cookie_size:
            raise HTTPError(431, "The request's cookies are too large.")
        return parse_cookies(header)

    def get_cookie(self, name: str, default: str | None = None) -> str | None:
        """Return the cookie `name` as it was sent, unsigned, or `default`."""
        return self.cookies.get(name, default)

    # -- arguments --------------------------------------------------------------------------

    @cached_property
    def arguments(self) -> dict[str, list[str]]:
        """The query's arguments, then the form's, each a list in the order of arrival.

        Blank values are left out. Forms are read of POST, PUT and PATCH. Raises `HTTPError` 400
        for text that is not UTF-8 and malformed forms, 413 beyond the limits, 415 for a
        character set or a Content-Encoding that we do not read.
        """
        if not self.query:
            return self._form[0]
        arguments = parse_urlencoded(self.query, self.limits.max_form_fields)
        for name, values in self._form[0].items():
            arguments.setdefault(name, []).extend(values)
        return arguments

    @property
    def files(self) -> dict[str, list[UploadedFile]]:
        """The files of a multipart form by field name; raises as `arguments` does."""
        return self._form[1]

    def get_argument(self, name: str, default: str | None = None, strip: bool = True) -> str | None:
        """Return the last value of argument `name`, or `default` as it is.

        Control characters become spaces; `strip` takes white space off both ends.
        """
        values = self.arguments.get(name)
        return _clean(values[-1], strip) if values else default

    def get_arguments(self, name: str, strip: bool = True) -> list[str] | None:
        """Return all values of argument `name`, or None when it is absent."""
        values = self.arguments.get(name)
        return [_clean(value, strip) for value in values] if values else None

    def json(self) -> Any:
        """Return the body as JSON.

        Raises `HTTPError` 415 when the Content-Type is not JSON or there is a Content-Encoding,
        400 when the text is not JSON.
        """
        if self.media_type != "application/json" and not self.media_type.endswith("+json"):
            raise HTTPError(415, "The body has to be JSON, with Content-Type: application/json.")
        return parse_json(self.plain_body, self.limits.max_json_depth)

    @cached_property
    def _form(self) -> tuple[dict[str, list[str]], dict[str, list[UploadedFile]]]:
        if self.method in _FORM_METHODS:
            if self.media_type == FORM:
                return parse_urlencoded(self.plain_body, self.limits.max_form_fields), {}
            if self.media_type == MULTIPART:
                return parse_multipart(self.plain_body, self.content_type or "", self.limits)
        return {}, {}

    # -- the connection ---------------------------------------------------------------------

    def is_disconnect(self) -> bool:
        """Say whether this is Mongrel2's notice that a client is gone; never true for HTTP."""
        return False

    def should_close(self) -> bool:
        """Say whether the client wants the connection closed after the answer (RFC 9112 §9.3)."""
        options = {option.strip().lower() for option in self.header("connection", "").split(",")}  # type: ignore[union-attr]
        if self.version == "HTTP/1.0":
            return "keep-alive" not in options
        return "close" in options

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.method} {self.path}>"


def _clean(value: str, strip: bool) -> str:
    value = _controls.sub(" ", value)
    return value.strip() if strip else value
