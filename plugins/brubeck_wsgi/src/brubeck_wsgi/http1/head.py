"""From the bytes of a request head to a request, or to a refusal (RFC 9112 §2 to §6).

llhttp checks the grammar; what it lets pass and a server must not is checked here. A head is
only parsed when all of it is there, so one parser serves all connections.
"""

from __future__ import annotations

import re
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import httptools
from brubeck_core.http.headers import Headers
from brubeck_core.http.request import Request
from brubeck_wsgi.http1.refused import Refused

if TYPE_CHECKING:
    from brubeck_core.http.limits import Limits
    from brubeck_wsgi.http1.bodies import RequestBody

END = b"\r\n\r\n"
# Requests on one connection repeat their first line; parsing it again would be work done twice.
_LINE_CACHE_SIZE = 1024
_LINE_CACHE_LONGEST = 256
_HOST_CACHE_SIZE = 64
# So do clients that poll, probes and proxies their whole head.
_HEAD_CACHE_SIZE = 512
_HEAD_CACHE_LONGEST = 1024
# Fields that belong to one client, and are not kept.
_PERSONAL = frozenset((b"cookie", b"authorization", b"proxy-authorization"))
# Digits of a Content-Length that means anything; converting thousands of them takes long.
_LONGEST_LENGTH = 18

Fields = dict[bytes, bytes]
#: Method, target, path, query, version, and the authority of an absolute target.
Line = tuple[str, str, str, str, str, bytes]

# A Host of RFC 9110 §7.2: a registered name, an IPv4 address or an IPv6 literal, and a port.
_is_host = re.compile(
    rb"(?:[A-Za-z0-9._~!$&'()*+;=%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?"
).fullmatch

# What decides about the body and the connection; most requests have none of them.
_FRAMING = frozenset(
    (
        b"content-length",
        b"transfer-encoding",
        b"expect",
        b"upgrade",
        b"connection",
        b"proxy-connection",
    )
)


class HTTPRequest(Request):
    """A request of the embedded server; header fields stay bytes until they are asked for."""

    scheme: str = "http"
    remote_addr: str | None = None
    #: The header fields by lower-case name; equal heads share them.
    fields: Fields
    #: Whether the connection may stay open after the answer.
    keep_alive: bool = True
    #: Length of the body in bytes; -1 for a chunked one.
    body_length: int = 0
    #: Whether the client waits for "100 Continue" before it sends the body.
    expects_continue: bool = False
    #: The request target as it was sent.
    target: str = ""
    #: The body, when it is read while it arrives.
    stream: RequestBody | None = None

    def __init__(self, line: Line, fields: Fields, limits: Limits) -> None:
        self.method, self.target, self.path, self.query, self.version, _ = line
        self.fields = fields
        self.limits = limits

    def header(self, name: str, default: str | None = None) -> str | None:
        value = self.fields.get(name.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")

    @cached_property
    def headers(self) -> Headers:
        return Headers(
            {name.decode("latin-1"): value.decode("latin-1") for name, value in self.fields.items()}
        )

    @cached_property
    def body(self) -> bytes:
        return b"" if self.stream is None else self.stream.read()


class HeadParser:
    """Parses complete request heads, one after the other, for any number of connections.

    Args:
        limits: the bounds on header fields and bodies.
        max_line: the longest request line in bytes.
    """

    def __init__(self, limits: Limits, max_line: int) -> None:
        self._limits = limits
        self._max_line = max_line
        self._max_head = limits.max_headers_size + max_line
        self._lines: dict[bytes, Line] = {}
        self._hosts: set[bytes] = set()
        self._heads: dict[bytes, tuple[Line, Fields, Limits]] = {}
        self._renew()

    def _renew(self) -> None:
        self._found: Fields = {}
        # llhttp puts each field straight into the dict: no Python code runs per header.
        sink = SimpleNamespace(on_header=self._found.__setitem__)
        self._feed = httptools.HttpRequestParser(sink).feed_data

    def parse(self, head: bytes) -> HTTPRequest:
        """Parse a head that ends with its empty line. Raises `Refused`."""
        # PERF: every request comes through here; what is rare is looked at behind one test.
        known = self._heads.get(head)
        if known is not None:
            return HTTPRequest(*known)
        line_end = head.find(b"\r\n")
        line = self._lines.get(head[:line_end])
        if line is None:
            line = self._parse_line(head[:line_end])
        try:
            request = self._parse(head, line_end, line)
        except Refused:
            # What llhttp has seen of this head must not reach the next one, of another client.
            self._renew()
            raise
        if len(head) <= _HEAD_CACHE_LONGEST and _may_repeat(request):
            if len(self._heads) >= _HEAD_CACHE_SIZE:
                self._heads.clear()
            self._heads[head] = line, request.fields, self._limits
        return request

    def _parse(self, head: bytes, line_end: int, line: Line) -> HTTPRequest:
        found = self._found
        found.clear()
        upgrade = False
        try:
            self._feed(head)
        except httptools.HttpParserUpgrade:
            upgrade = True
            self._renew()
        except httptools.HttpParserError as error:
            raise Refused(400, f"{error}.") from None
        fields: Fields = {}
        for name, value in found.items():
            fields[name.lower()] = value.rstrip(b" \t")
        # PERF: llhttp has seen to it that every LF ends a line, and one byte is found fastest.
        count = head.count(b"\n") - 2
        if len(fields) != count:
            fields = self._merge(head, line_end)
        if count > self._limits.max_headers or len(head) > self._limits.max_header_size:
            self._check_sizes(head, count, fields)
        if b"_" in head:
            # A_B and A-B are one variable to CGI: only the form of the RFC may reach programs.
            fields = {name: value for name, value in fields.items() if b"_" not in name}
        request = HTTPRequest(line, fields, self._limits)
        host = fields.get(b"host")
        if host not in self._hosts or line[5]:
            self._check_host(request, host, line[5])
        if line[4] == "HTTP/1.0" or not _FRAMING.isdisjoint(fields):
            self._frame(request, upgrade)
        return request

    def _parse_line(self, line_bytes: bytes) -> Line:
        if len(line_bytes) > self._max_line:
            raise Refused(414, "The request line is too long.")
        parts = line_bytes.decode("latin-1").split(" ")
        if len(parts) != 3:
            raise Refused(400, "The request line is malformed.")
        method, target, version = parts
        if version not in ("HTTP/1.1", "HTTP/1.0"):
            raise Refused(505 if version.startswith("HTTP/") else 400, "The version is not HTTP/1.")
        if method == "CONNECT":
            raise Refused(501, "This server is no proxy.")
        path, query, authority = _split_target(method, target)
        line = (method, target, path, query, version, authority)
        if len(line_bytes) <= _LINE_CACHE_LONGEST:
            if len(self._lines) >= _LINE_CACHE_SIZE:
                self._lines.clear()
            self._lines[line_bytes] = line
        return line

    def _merge(self, head: bytes, line_end: int) -> Fields:
        """Join fields that came several times; refuse those that must not."""
        fields: dict[bytes, list[bytes]] = {}
        for text in head[line_end + 2 : -4].split(b"\r\n"):
            name, _, value = text.partition(b":")
            fields.setdefault(name.lower(), []).append(value.strip(b" \t"))
        if len(fields.get(b"host", ())) > 1:
            raise Refused(400, "There is more than one Host.")
        return {
            name: (b"; " if name == b"cookie" else b", ").join(values)
            for name, values in fields.items()
        }

    def _check_sizes(self, head: bytes, count: int, fields: Fields) -> None:
        if len(head) > self._max_head:
            raise Refused(431, "The header fields are too large.")
        if count > self._limits.max_headers:
            raise Refused(431, "There are too many header fields.")
        longest = self._limits.max_header_size
        for name, value in fields.items():
            if len(name) + len(value) > longest:
                raise Refused(431, "A header field is too large.")

    def _check_host(self, request: HTTPRequest, host: bytes | None, authority: bytes) -> None:
        if authority:
            # The absolute form says the host itself, and overrides the field (RFC 9112 §3.2.2).
            if host is None and request.version == "HTTP/1.1":
                raise Refused(400, "There is no Host.")
            host = request.fields[b"host"] = authority
        if host is None:
            if request.version == "HTTP/1.1":
                raise Refused(400, "There is no Host.")
        elif host and not _is_host(host):
            raise Refused(400, "The Host is malformed.")
        else:
            if len(self._hosts) >= _HOST_CACHE_SIZE:
                self._hosts.clear()
            self._hosts.add(host)

    def _frame(self, request: HTTPRequest, upgrade: bool) -> None:
        """Work out the body's length and what becomes of the connection (RFC 9112 §6, §9)."""
        fields = request.fields
        old = request.version == "HTTP/1.0"
        coding = fields.get(b"transfer-encoding")
        if coding is not None:
            if old:
                raise Refused(400, "HTTP/1.0 has no Transfer-Encoding.")
            if coding.lower() != b"chunked":
                raise Refused(501, "The only Transfer-Encoding here is chunked.")
            request.body_length = -1
        elif b"content-length" in fields:
            length = fields[b"content-length"]
            if not length.isdigit() or len(length) > _LONGEST_LENGTH:
                raise Refused(400, "The Content-Length is malformed.")
            request.body_length = int(length)
            if request.body_length > self._limits.max_body:
                raise Refused(413, f"The body is larger than {self._limits.max_body} bytes.")
        said = fields.get(b"connection", b"").lower()
        if old or request.body_length or said != b"keep-alive" or b"proxy-connection" in fields:
            # llhttp waits for the body, which is not read through it; and behind a head that
            # closes it refuses the next one, which may be another client's.
            self._renew()
        options = _options(said)
        if old:
            request.keep_alive = b"keep-alive" in options
        else:
            request.keep_alive = b"close" not in options
            self._expect(request)
        if request.body_length and (upgrade or b"upgrade" in options):
            # The bytes behind the head would be the body to one reader, the new protocol's to
            # another.
            raise Refused(400, "A request for an upgrade has no body here.")

    @staticmethod
    def _expect(request: HTTPRequest) -> None:
        expect = request.fields.get(b"expect")
        if expect is None:
            return
        if expect.lower() != b"100-continue":
            raise Refused(417, "The only expectation met here is 100-continue.")
        request.expects_continue = request.body_length != 0


def _may_repeat(request: HTTPRequest) -> bool:
    """Say whether a head like this one, byte for byte, is the same request without a look at it.

    That is a plain one: nothing behind it, the connection goes on, and nobody's secret in it.
    """
    return (
        request.version == "HTTP/1.1"
        and request.keep_alive
        and request.body_length == 0
        and b"upgrade" not in request.fields
        and request.target.startswith("/")
        and _PERSONAL.isdisjoint(request.fields)
    )


def check_partial(validator: httptools.HttpRequestParser, data: bytes) -> None:
    """Look at a head of which more is to come. Raises `Refused` as soon as it is hopeless."""
    try:
        validator.feed_data(data)
    except httptools.HttpParserUpgrade:
        pass
    except httptools.HttpParserError as error:
        raise Refused(400, f"{error}.") from None


def _options(value: bytes) -> set[bytes]:
    return {option.strip(b" \t").lower() for option in value.split(b",")}


def _split_target(method: str, target: str) -> tuple[str, str, bytes]:
    """Return path, query and authority of a request target (RFC 9112 §3.2)."""
    if "#" in target:
        raise Refused(400, "A request target has no fragment.")
    authority = ""
    if target.startswith("/"):
        path, _, query = target.partition("?")
    elif target == "*":
        if method != "OPTIONS":
            raise Refused(400, "The target * is for OPTIONS.")
        return "*", "", b""
    else:
        scheme, separator, rest = target.partition("://")
        if not separator or scheme.lower() not in ("http", "https"):
            raise Refused(400, "The request target is malformed.")
        rest, _, query = rest.partition("?")
        authority, slash, path = rest.partition("/")
        if not authority:
            raise Refused(400, "The request target names no host.")
        path = slash + path or "/"
    if "%" in path or not path.isascii():
        try:
            path = unquote_to_bytes(path.encode("latin-1")).decode()
        except UnicodeDecodeError:
            raise Refused(400, "The path is not UTF-8.") from None
    return path, query, authority.encode("latin-1")
