"""The access log: a line for every request, whatever became of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brubeck_core.errors import ClientDisconnected
from brubeck_core.http.response import Response

Start = Callable[..., Any]


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 100_000


def handle(request: Any) -> Response:
    if request.path == "/body":
        raise ClientDisconnected("told to")
    if request.path == "/header":
        response = Response("x")
        response.headers.append(("X", "a\r\nb"))
        return response
    return Response(endless() if request.path == "/endless" else "x")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("an answer", b"GET /?a HTTP/1.0\r\n\r\n", ("GET", "/?a", 200)),
        ("an answer that cannot be sent", b"GET /header HTTP/1.0\r\n\r\n", ("GET", "/header", 500)),
        ("a refusal", b"GET / HTTP/1.1\r\n\r\n", (None, None, 400)),
        ("a client that takes nothing", b"GET /endless HTTP/1.0\r\n\r\n", ("GET", "/endless", 200)),
        ("a client that was gone", b"GET /body HTTP/1.0\r\n\r\n", ("GET", "/body", None)),
    ],
)
def test_every_request_has_a_line(
    start_server: Start,
    caplog: pytest.LogCaptureFixture,
    name: str,
    data: bytes,
    expected: tuple[object, ...],
) -> None:
    caplog.set_level(logging.INFO, "brubeck.access")
    running = start_server(handle, access_log=True, write_timeout=0.2)
    with running.connect() as sock:
        sock.sendall(data)
        for _ in range(500):
            lines = [json.loads(r.message) for r in caplog.records if r.name == "brubeck.access"]
            if lines:
                break
            running.server.concurrency.sleep(0.01)
    assert [(line["method"], line["target"], line["status"]) for line in lines] == [expected]
    assert lines[0]["peer"] == "127.0.0.1"
    assert lines[0]["id"]
    assert lines[0]["ms"] >= 0


def test_nothing_is_logged_unless_it_is_asked_for(
    start_server: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "brubeck.access")
    start_server(handle).exchange(b"GET / HTTP/1.0\r\n\r\n")
    assert not [record for record in caplog.records if record.name == "brubeck.access"]
