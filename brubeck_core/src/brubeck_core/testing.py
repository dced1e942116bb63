"""Call an application without a server: the same test on every backend.

client = TestClient(app)
answer = client.get("/hello", query={"name": "Ann"})
assert answer.status == 200
assert answer.text == "Hello, Ann!"
"""

from __future__ import annotations

import io
import json as jsonlib
import secrets
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote_to_bytes, urlencode

from brubeck_core.errors import HTTPError
from brubeck_core.http.cookies import parse_cookies
from brubeck_core.http.headers import Headers
from brubeck_core.http.request import Request

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

Values = Mapping[str, str | Sequence[str]]
#: A file to upload: name, content and Content-Type.
File = tuple[str, bytes, str]
HeaderPairs = list[tuple[str, str]]


class Answer:
    """What an application answered.

    Attributes:
        status: the status code.
        reason: the phrase behind it.
        headers: the header fields, in order, as pairs.
        body: the whole body, as bytes.
    """

    def __init__(self, status: int, reason: str, headers: HeaderPairs, body: bytes) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        """The body as UTF-8 text."""
        return self.body.decode()

    def json(self) -> Any:
        """Return the body as JSON."""
        return jsonlib.loads(self.body)

    def header(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of a header field, or `default`."""
        return next(iter(self.all_headers(name)), default)

    def all_headers(self, name: str) -> list[str]:
        """Return every value of a header field."""
        return [value for field, value in self.headers if field.lower() == name.lower()]

    def __repr__(self) -> str:
        return f"<Answer {self.status} {self.reason}, {len(self.body)} bytes>"


class TestClient:
    """A client that keeps cookies and calls the application directly.

    Args:
        app: the application; it starts with the first request.
        transport: ``"direct"`` hands requests to `app.dispatch`; ``"wsgi"`` goes through the
            WSGI callable.
        headers: header fields of every request.
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    def __init__(
        self,
        app: Brubeck,
        transport: Literal["direct", "wsgi"] = "direct",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.app = app
        self.headers = {"Host": "localhost:6767", **(headers or {})}
        #: The cookies by name, as the application set them; change them freely.
        self.cookies: dict[str, str] = {}
        self._send = self._direct if transport == "direct" else self._wsgi

    def get(self, path: str, **options: Any) -> Answer:
        """Send GET; the options are those of `request`."""
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> Answer:
        """Send HEAD."""
        return self.request("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        """Send POST."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:
        """Send PUT."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        """Send PATCH."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """Send DELETE."""
        return self.request("DELETE", path, **options)

    def options(self, path: str, **options: Any) -> Answer:
        """Send OPTIONS."""
        return self.request("OPTIONS", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Values | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
        form: Values | None = None,
        json: Any = None,
        files: Mapping[str, File | Sequence[File]] | None = None,
    ) -> Answer:
        """Send a request and return the whole answer.

        Args:
            method: sent as it is.
            path: percent-encoded, with a query string or without.
            query: arguments behind the path, in place of a query string.
            headers: header fields of this request alone.
            body: the body as it is; text is sent as UTF-8.
            form: fields of a form; multipart when there are `files`.
            json: a value to send as JSON.
            files: files by field name.
        """
        path, _, query_string = path.partition("?")
        if query is not None:
            query_string = urlencode(query, doseq=True)
        # As a server hands it over: the bytes that came, read as latin-1 (PEP 3333).
        query_string = query_string.encode().decode("latin-1")
        fields = {**self.headers, **(headers or {})}
        content, content_type = _encode_body(body, form, json, files)
        names = {name.lower() for name in fields}
        if content_type is not None and "content-type" not in names:
            fields["Content-Type"] = content_type
        if content and "content-length" not in names:
            fields["Content-Length"] = str(len(content))
        if self.cookies and "cookie" not in names:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._send(method, path, query_string, fields, content)
        self._keep_cookies(answer)
        return answer

    def _direct(
        self, method: str, path: str, query: str, fields: dict[str, str], body: bytes
    ) -> Answer:
        try:
            request = Request(
                method,
                _decode_path(path),
                query,
                Headers.from_pairs(fields.items(), self.app.limits),
                body,
                remote_addr="127.0.0.1",
                limits=self.app.limits,
            )
            if len(body) > self.app.limits.max_body:
                raise HTTPError(413)
        except HTTPError as error:
            response = self.app.refuse(Request(method), error)
        else:
            response = self.app.dispatch(request)
        try:
            content = b"".join(response.chunks())
        finally:
            response.close()
        return Answer(response.status, response.reason, response.headers, content)

    def _wsgi(
        self, method: str, path: str, query: str, fields: dict[str, str], body: bytes
    ) -> Answer:
        started: list[tuple[str, HeaderPairs]] = []

        def start_response(status: str, headers: HeaderPairs, exc_info: Any = None) -> Any:
            started.append((status, headers))
            return lambda data: None

        pieces = self.app(_environ(method, path, query, fields, body), start_response)
        try:
            content = b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        code, _, reason = status.partition(" ")
        return Answer(int(code), reason, headers, content)

    def _keep_cookies(self, answer: Answer) -> None:
        for header in answer.all_headers("set-cookie"):
            pair, *attributes = (part.strip() for part in header.split(";"))
            name, _, value = pair.partition("=")
            if any(text.lower() in ("max-age=0", "max-age=-1") for text in attributes):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie the application has set, unquoted."""
        kept = self.cookies.get(name)
        return None if kept is None else parse_cookies(f"{name}={kept}").get(name)


def _decode_path(path: str) -> str:
    try:
        return unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise HTTPError(400, "The path is not UTF-8.") from None


def _environ(
    method: str, path: str, query: str, fields: dict[str, str], body: bytes
) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "6767",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in fields.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def _encode_body(
    body: bytes | str | None,
    form: Values | None,
    json: Any,
    files: Mapping[str, File | Sequence[File]] | None,
) -> tuple[bytes, str | None]:
    if files is not None:
        return _encode_multipart(form or {}, files)
    if form is not None:
        return urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
    if json is not None:
        return jsonlib.dumps(json).encode(), "application/json"
    return body.encode() if isinstance(body, str) else body or b"", None


def _encode_multipart(
    form: Values, files: Mapping[str, File | Sequence[File]]
) -> tuple[bytes, str]:
    """Encode fields and files as multipart/form-data (RFC 7578)."""
    boundary = secrets.token_hex(16)
    parts: list[bytes] = []
    for name, value in form.items():
        for text in [value] if isinstance(value, str) else value:
            parts.append(_part(boundary, f'name="{_quote(name)}"', "", text.encode()))
    for name, given in files.items():
        for filename, content, content_type in [given] if isinstance(given, tuple) else given:
            disposition = f'name="{_quote(name)}"; filename="{_quote(filename)}"'
            parts.append(_part(boundary, disposition, f"Content-Type: {content_type}\r\n", content))
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _quote(name: str) -> str:
    """Escape a name as browsers do (WHATWG HTML, multipart/form-data)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _part(boundary: str, disposition: str, more: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n"
    return head.encode() + content + b"\r\n"
