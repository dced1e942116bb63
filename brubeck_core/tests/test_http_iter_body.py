"""A body, piece by piece."""

from __future__ import annotations

import io
from typing import Any

import pytest
from brubeck_core import Brubeck
from brubeck_core.errors import HTTPError
from brubeck_core.http.limits import Limits
from brubeck_core.http.request import Request
from brubeck_core.http.wsgi import WSGIRequest
from brubeck_core.testing import TestClient

LIMITS = Limits(max_body=200_000)


def by_wsgi(body: bytes, **environ: Any) -> WSGIRequest:
    values = {"REQUEST_METHOD": "PUT", "wsgi.input": io.BytesIO(body), **environ}
    return WSGIRequest(values, LIMITS)


def by_stream(*pieces: bytes) -> Request:
    request = Request("PUT", limits=LIMITS)
    request.stream = iter(pieces)
    return request


def sized(size: int, length: int) -> WSGIRequest:
    return by_wsgi(b"x" * size, CONTENT_LENGTH=str(length))


def endless(size: int) -> WSGIRequest:
    return by_wsgi(b"x" * size, **{"wsgi.input_terminated": True})


PIECES = [
    ("nothing", Request(), []),
    ("a body that is there", Request("PUT", body=b"take five"), [9]),
    ("a stream", by_stream(b"take", b" five"), [4, 5]),
    ("WSGI, a length", sized(150_000, 150_000), [65536, 65536, 18928]),
    ("WSGI, more behind it", sized(20, 9), [9]),
    ("WSGI, to the end", endless(70_000), [65536, 4464]),
    ("WSGI, nothing", by_wsgi(b"never read"), []),
]
REFUSED = [
    ("a stream beyond the limit", by_stream(b"x" * 150_000, b"x" * 50_001), 413),
    ("WSGI, a length beyond it", sized(5, 200_001), 413),
    ("WSGI, to an end beyond it", endless(200_001), 413),
    ("WSGI, an early end", sized(5, 9), 400),
]


@pytest.mark.parametrize(
    ("request_", "sizes"), [pytest.param(*case[1:], id=case[0]) for case in PIECES]
)
def test_pieces(request_: Request, sizes: list[int]) -> None:
    assert [len(piece) for piece in request_.iter_body()] == sizes


@pytest.mark.parametrize(
    ("request_", "status"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_what_is_no_body(request_: Request, status: int) -> None:
    with pytest.raises(HTTPError) as caught:
        list(request_.iter_body())
    assert caught.value.status == status


def test_a_body_that_was_read_is_one_piece() -> None:
    request = endless(70_000)
    assert len(request.body) == 70_000
    assert [len(piece) for piece in request.iter_body()] == [70_000]


@pytest.mark.parametrize("transport", ["direct", "wsgi"])
def test_a_handler_reads_pieces(transport: Any) -> None:
    app = Brubeck(connection="local")
    app.add_route_rule("^/", lambda app, message: str(sum(map(len, message.iter_body()))))
    assert TestClient(app, transport).put("/", body=b"x" * 70_000).text == "70000"
