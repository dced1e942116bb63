"""The answer to a request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from brubeck_core.http.headers import check_field, check_reason
from brubeck_core.http.status import REASONS
from brubeck_core.http.status import reason as reason_for

HeaderList = list[tuple[str, str]]

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
BINARY = "application/octet-stream"

# Made once: most answers get one of them.
_HTML = ("Content-Type", HTML)
_OCTETS = ("Content-Type", BINARY)

# The fields of lengths that were sent before.
_lengths: dict[int, tuple[str, str]] = {}
_MOST_LENGTHS = 1024

# Statuses that have no body and, but for 304, no Content-Length (RFC 9110 §6.4.1, §8.6).
_BODILESS = frozenset({204, 304})


class Response:
    """A status, header fields and a body.

    Args:
        body: bytes, text (sent as UTF-8), or an iterable of either that is sent piece by piece.
            An iterable with a `close` method is closed after the last piece, or when the client
            is gone.
        status: the status code.
        headers: a mapping or pairs. A `Content-Type` is added when there is none: HTML for text,
            octets for bytes.
        reason: the phrase after the status code; a standard one by default.

    Raises `ValueError` for header text that must not reach the wire.
    """

    __slots__ = ("body", "headers", "reason", "status")

    body: bytes | Iterable[bytes | str]
    headers: HeaderList

    def __init__(
        self,
        body: bytes | str | Iterable[bytes | str] = b"",
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        reason: str | None = None,
        *,
        content_type: str | None = None,
    ) -> None:
        fields: HeaderList = []
        if headers:
            for name, value in headers.items() if isinstance(headers, Mapping) else headers:
                check_field(name, value)
                fields.append((name, value))
        if content_type is not None:
            check_field("Content-Type", content_type)
            fields.append(("Content-Type", content_type))
        elif body and not (fields and _has(fields, "content-type")):
            fields.append(_OCTETS if isinstance(body, bytes) else _HTML)
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = fields
        self.status = status
        if reason is None:
            self.reason = REASONS.get(status) or reason_for(status)
        else:
            check_reason(reason)
            self.reason = reason

    @property
    def status_line(self) -> str:
        """The status as PEP 3333 wants it: ``"200 OK"``."""
        return f"{self.status} {self.reason}"

    @property
    def streaming(self) -> bool:
        """Whether the body is an iterable rather than bytes."""
        return not isinstance(self.body, bytes)

    def header(self, name: str) -> str | None:
        """Return the first value of a header field, or None."""
        name = name.lower()
        return next((value for field, value in self.headers if field.lower() == name), None)

    def add_header(self, name: str, value: str) -> None:
        """Add a header field beside any of the same name. Raises `ValueError`."""
        check_field(name, value)
        self.headers.append((name, value))

    def set_header(self, name: str, value: str) -> None:
        """Set a header field in place of all of the same name. Raises `ValueError`."""
        check_field(name, value)
        self.remove_header(name)
        self.headers.append((name, value))

    def remove_header(self, name: str) -> None:
        """Take out every header field of that name."""
        name = name.lower()
        self.headers = [field for field in self.headers if field[0].lower() != name]

    def close(self) -> None:
        """Close a streaming body that will not be sent to its end."""
        close = getattr(self.body, "close", None)
        if close is not None:
            close()

    def finish(self, method: str) -> Response:
        """Make the answer complete for a request of `method`: length, and no body where none goes.

        Called once, by dispatch. A body of bytes always gets its true `Content-Length`; the
        answer to HEAD keeps it and loses the body (RFC 9110 §9.3.2, §8.6). Raises `ValueError`
        for a status outside of 200 to 599.
        """
        # PERF: most answers are a 200.
        if self.status != 200 and self._is_bodiless():
            return self
        body = self.body
        if isinstance(body, bytes):
            # PERF: the length of a name is looked at first; it spares a call per field.
            for name, _ in self.headers:
                if len(name) == 14 and name.lower() == "content-length":
                    self.remove_header("content-length")
                    break
            length = len(body)
            self.headers.append(_lengths.get(length) or _length_field(length))
            if method == "HEAD":
                self.body = b""
        elif method == "HEAD":
            self.close()
            self.body = b""
        return self

    def _is_bodiless(self) -> bool:
        """Say whether the status has no body, and take it away then."""
        if not 200 <= self.status <= 599:
            raise ValueError(f"{self.status} is not the status of a final answer (RFC 9110 §15)")
        if self.status not in _BODILESS:
            return False
        self.close()
        self.body = b""
        if self.status != 304:
            self.remove_header("content-length")
        return True

    def chunks(self) -> Iterator[bytes]:
        """Iterate over the body as non-empty bytes, whatever it is made of."""
        if isinstance(self.body, bytes):
            if self.body:
                yield self.body
            return
        for piece in self.body:
            data = piece.encode() if isinstance(piece, str) else piece
            if data:
                yield data

    def __repr__(self) -> str:
        return f"<Response {self.status_line}>"


def json_response(
    data: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Make an answer of `data` as JSON. Raises `TypeError` or `ValueError` if it cannot be."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text.encode(), status, headers, content_type=JSON)


def http_response(
    body: bytes | str | Iterable[bytes | str],
    code: int,
    status: str,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
) -> Response:
    """Make an answer in the original's order of arguments: body, code, reason, headers."""
    return Response(body, code, headers, status)


#: The original offers the same under two names.
render = http_response


def to_response(value: object) -> Response:
    """Make an answer of what a handler returned.

    Text is HTML, bytes are octets, a dict or list is JSON, a tuple is ``(body, status)`` or
    ``(body, status, headers)``, an iterator is streamed. Raises `TypeError` for anything else,
    None above all: a handler that forgets to return is a defect, not an empty page.
    """
    if isinstance(value, Response):
        return value
    if isinstance(value, str | bytes):
        return Response(value)
    if isinstance(value, dict | list):
        return json_response(value)
    if isinstance(value, tuple) and len(value) in (2, 3):
        return _from_tuple(*value)
    if isinstance(value, Iterator):
        return Response(value)
    raise TypeError(
        f"a handler returned {'None' if value is None else type(value).__name__}; it has to return "
        "text, bytes, a dict or list, (body, status[, headers]), an iterator or a Response "
        "(self.render() makes one)"
    )


def _from_tuple(body: object, status: int, headers: Mapping[str, str] | None = None) -> Response:
    response = to_response(body)
    response.status = status
    response.reason = reason_for(status)
    for name, value in (headers or {}).items():
        response.set_header(name, value)
    return response


def _length_field(length: int) -> tuple[str, str]:
    field = ("Content-Length", str(length))
    if len(_lengths) < _MOST_LENGTHS:
        _lengths[length] = field
    return field


def _has(fields: HeaderList, lower_name: str) -> bool:
    # PERF: a loop, since a generator would cost more than all it looks at.
    for field in fields:  # noqa: SIM110
        if field[0].lower() == lower_name:
            return True
    return False
