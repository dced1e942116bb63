"""Any WSGI application on the embedded server."""

# ruff: noqa: E501

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest
from brubeck_core.http.limits import Limits
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_wsgi import make_server

Exchange = Callable[..., bytes]


@pytest.fixture
def exchange(concurrency: Concurrency) -> Iterator[Callable[..., Exchange]]:
    """Return a function that serves an application and returns a function to talk to it."""
    started: list[Any] = []

    def start(application: Any, **options: Any) -> Exchange:
        server = make_server(application, "127.0.0.1:0", concurrency, **options)
        port = server.ports[0]
        started.append((server, concurrency.spawn(server.serve)))

        def talk(data: bytes) -> bytes:
            received = []
            with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
                sock.sendall(data)
                try:
                    while piece := sock.recv(65536):
                        received.append(piece)
                except ConnectionResetError:
                    pass  # that is how an answer ends that is not complete
            return b"".join(received)

        return talk

    yield start
    for server, task in started:
        server.stop(1.0)
        task.result(5.0)


def test_the_environ_is_complete(exchange: Callable[[Any], Exchange]) -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x"]

    exchange(application)(
        b"POST /caf%C3%A9?a=b HTTP/1.0\r\nHost: example.org:81\r\nContent-Type: text/x\r\n"
        b"Content-Length: 3\r\nX-One: 1\r\nX-One: 2\r\nProxy: evil\r\n\r\nabc"
    )
    expected = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/caf\xc3\xa9",
        "QUERY_STRING": "a=b",
        "CONTENT_TYPE": "text/x",
        "CONTENT_LENGTH": "3",
        "SERVER_NAME": "example.org",
        "SERVER_PORT": "81",
        "SERVER_PROTOCOL": "HTTP/1.0",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "example.org:81",
        "HTTP_X_ONE": "1, 2",
        "wsgi.url_scheme": "http",
        "body": b"abc",
    }
    assert {key: seen[key] for key in expected} == expected
    assert "HTTP_PROXY" not in seen


@pytest.mark.parametrize(
    ("name", "make", "status", "body"),
    [
        ("a list", lambda start: [start("200 OK", [("Content-Type", "text/plain")]) and b"a", b"b"], 200, b"ab"),
        ("write()", lambda start: (start("200 OK", [("Content-Type", "text/plain")])(b"a"), [b"b"])[1], 200, b"ab"),
        ("two lengths", lambda start: [start("200 OK", [("Content-Length", "9"), ("Content-Length", "1")]) and b"a"], 500, b"Server error.\n"),
        ("two lengths of a stream", lambda start: iter([start("200 OK", [("Content-Length", "1"), ("Content-Length", "1")]) and b"a"]), 500, b"Server error.\n"),
        ("nothing", lambda start: [], 500, b"Server error.\n"),
        ("an exception", lambda start: 1 / 0, 500, b"Server error.\n"),
    ],
)  # fmt: skip
def test_answers(
    exchange: Callable[[Any], Exchange], name: str, make: Any, status: int, body: bytes
) -> None:
    answer = exchange(lambda environ, start: make(start))(b"GET / HTTP/1.0\r\n\r\n")
    head, _, got = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert got == body


def test_a_generator_is_streamed_and_closed(exchange: Callable[[Any], Exchange]) -> None:
    closed: list[bool] = []

    def application(environ: Any, start_response: Any) -> Iterator[bytes]:
        try:
            start_response("200 OK", [("Content-Type", "text/plain")])
            yield b"one"
            yield b"two"
        finally:
            closed.append(True)

    answer = exchange(application)(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
    assert closed == [True]


class Closing:
    """A result that counts how often it is closed, and fails at it."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"one"])

    def close(self) -> None:
        self.closed += 1
        raise ValueError("told to")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_result_is_closed_once(exchange: Callable[[Any], Exchange], method: str) -> None:
    result = Closing()

    def application(environ: Any, start_response: Any) -> Closing:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return result

    exchange(application)(f"{method} / HTTP/1.0\r\n\r\n".encode())
    assert result.closed == 1


def test_an_answer_stays_good_when_closing_its_result_fails(
    exchange: Callable[[Any], Exchange],
) -> None:
    def application(environ: Any, start_response: Any) -> Closing:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Closing()

    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = exchange(application)(request + request[:-2] + b"Connection: close\r\n\r\n")
    assert answer.count(b"\r\n\r\n3\r\none\r\n0\r\n\r\n") == 2


def test_head_keeps_the_length_the_application_declares(
    exchange: Callable[[Any], Exchange],
) -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return []

    answer = exchange(application)(b"HEAD / HTTP/1.0\r\n\r\n")
    assert b"Content-Length: 5\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("name", "status", "declared", "body", "expected"),
    [
        ("too long", "200 OK", "3", [b"abcHTTP/1.1 200 OK"], b"abc"),
        ("too short", "200 OK", "9", [b"abc"], b"abc"),
        ("none allowed", "204 No Content", "3", [b"abc"], b""),
    ],
)
def test_an_application_is_held_to_its_length(
    exchange: Callable[[Any], Exchange],
    name: str,
    status: str,
    declared: str,
    body: list[bytes],
    expected: bytes,
) -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, [("Content-Type", "text/plain"), ("Content-Length", declared)])
        return body

    talk = exchange(application)
    answer = talk(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.partition(b"\r\n\r\n")[2] == expected


def test_an_error_after_the_head_ends_the_answer(exchange: Callable[[Any], Exchange]) -> None:
    closed: list[bool] = []

    def application(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            yield b"one"
            try:
                raise ValueError("told to")
            except ValueError:
                start_response("500 Oh", [("Content-Type", "text/plain")], sys.exc_info())
            yield b"two"
        finally:
            closed.append(True)

    answer = exchange(application)(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.endswith(b"3\r\none\r\n")
    assert closed == [True]


@pytest.mark.parametrize("size", [10, 200_000])
def test_the_validator_of_the_standard_library_finds_nothing(
    exchange: Callable[[Any], Exchange], size: int
) -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        length = len(environ["wsgi.input"].read(size))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(length).encode()]

    head = b"POST / HTTP/1.0\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size
    answer = exchange(validator(application))(head + b"x" * size)
    assert answer.endswith(b"\r\n\r\n%d" % size)


def test_the_limits_can_be_set(exchange: Callable[..., Exchange]) -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"fine"]

    talk = exchange(application, limits=Limits(max_body=3))
    assert b" 200 " in talk(b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc")
    assert b" 413 " in talk(b"POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\nabcd")


def _exit_in_stream(environ: Any, start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"one"
    raise SystemExit


@pytest.mark.parametrize(
    ("name", "fail", "expected"),
    [
        ("the call", lambda environ, start: sys.exit(3), b"Server error.\n"),
        ("the stream", _exit_in_stream, b"3\r\none\r\n"),
    ],
)
def test_an_application_that_exits_ends_its_answer_and_not_the_server(
    exchange: Callable[[Any], Exchange], name: str, fail: Any, expected: bytes
) -> None:
    def application(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/fail":
            return fail(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"fine"]

    talk = exchange(application)
    answer = talk(b"GET /fail HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n" + expected)
    assert talk(b"GET / HTTP/1.0\r\n\r\n").endswith(b"fine")
