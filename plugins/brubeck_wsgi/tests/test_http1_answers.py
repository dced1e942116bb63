"""What an application answers with never spoils the connection or the wire."""

# ruff: noqa: E501

from __future__ import annotations

import _socket
import contextlib
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any

import pytest
from brubeck_core.errors import HTTPError
from brubeck_core.http.limits import Limits
from brubeck_core.http.response import Response
from brubeck_wsgi.http1.deadlines import Deadlines

Start = Callable[..., Any]

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def with_headers(*fields: tuple[str, str], body: Any = "x") -> Callable[[Any], Response]:
    def handler(request: Any) -> Response:
        response = Response(body)
        response.headers.extend(fields)
        return response

    return handler


def with_reason(request: Any) -> Response:
    response = Response("x")
    response.reason = "OK\r\nSet-Cookie: a=b"
    return response


@pytest.mark.parametrize(
    ("name", "handler"),
    [
        ("CR LF in a field", with_headers(("X", "a\r\nSet-Cookie: b=c"))),
        ("text beyond latin-1", with_headers(("X", "Ж"))),
        ("CR LF in the reason", with_reason),
        ("a stream with CR LF in a field", with_headers(("X", "a\r\nSet-Cookie: b"), body=iter("x"))),
        ("a stream with a length that is none", with_headers(("Content-Length", "abc"), body=iter("x"))),
        ("a stream with a negative length", with_headers(("Content-Length", "-1"), body=iter("x"))),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_a_500(start_server: Start, name: str, handler: Any) -> None:
    answer = start_server(handler).exchange(b"GET / HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"Set-Cookie" not in answer


def test_the_server_alone_says_how_the_message_ends(start_server: Start) -> None:
    fields = [
        ("Transfer-Encoding", "chunked"),
        ("Connection", "keep-alive"),
        ("Keep-Alive", "timeout=5"),
        ("Date", "yesterday"),
    ]
    answer = start_server(with_headers(*fields)).exchange(b"GET / HTTP/1.0\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"transfer-encoding" not in head
    assert b"keep-alive" not in head
    assert head.count(b"\r\ndate: ") == 1
    assert head.count(b"\r\nconnection: close") == 1


def test_an_error_of_a_stream_is_logged_whatever_it_is(
    start_server: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def pieces() -> Iterator[str]:
        yield "one"
        raise FileNotFoundError("the file of the stream")

    start_server(lambda request: Response(pieces())).exchange(GET)
    assert "the file of the stream" in caplog.text


@pytest.mark.parametrize("error", [ValueError, SystemExit])
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a_stream_that_fails_is_reset_and_the_server_goes_on(
    start_server: Start, concurrency: Any, version: bytes, error: type[BaseException]
) -> None:
    def pieces() -> Iterator[str]:
        yield "one"
        raise error

    def read_to_end(sock: _socket.socket) -> None:
        while concurrency.wait_readable(sock.fileno(), 5.0) and sock.recv(65536):
            pass

    running = start_server(lambda request: Response(pieces() if request.query else "fine"))
    # A plain socket: eventlet's own takes a reset for the end.
    with contextlib.closing(_socket.socket()) as sock:
        sock.connect(("127.0.0.1", running.port))
        sock.send(b"GET /?fail HTTP/%b\r\nHost: a\r\n\r\n" % version)
        sock.setblocking(False)
        with pytest.raises(ConnectionResetError):
            read_to_end(sock)
    assert running.exchange(b"GET / HTTP/1.0\r\n\r\n").endswith(b"fine")


def test_the_time_of_a_handler_is_not_the_clients(start_server: Start) -> None:
    running: Any = None

    def read_late(request: Any) -> Response:
        running.server.concurrency.sleep(0.6)
        return Response(str(len(request.body)))

    running = start_server(read_late, body_grace=0.3)
    with running.connect() as sock:
        sock.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        assert sock.recv(100).startswith(b"HTTP/1.1 100 ")
        sock.sendall(b"abc")
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_client_that_leaves_while_it_uploads_is_no_error(
    start_server: Start, caplog: pytest.LogCaptureFixture
) -> None:
    running = start_server()
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
    running.exchange(head + b"x" * 70_000, half_close=True)
    assert "ERROR" not in caplog.text


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("name", "rest", "status"),
    [
        ("no size", b"zz\r\n0\r\n\r\n", 400),
        ("a chunk that is too long", b"2\r\nabcd\r\n0\r\n\r\n", 400),
        ("too much", b"400\r\n" + b"x" * 0x400 + b"\r\n0\r\n\r\n", 413),
    ],
)
def test_a_body_gone_wrong_stays_wrong_for_who_reads_on(
    start_server: Start, concurrency: Any, name: str, rest: bytes, status: int
) -> None:
    found: list[object] = []
    begun = concurrency.event()

    def read_on(request: Any) -> Response:
        for _ in range(3):
            try:
                found.append(request.stream.read(10))
                begun.set()
            except HTTPError as error:
                found.append(error.status)
        return Response("x")

    running = start_server(read_on, Limits(max_body=100), body_buffer=1)
    with running.connect() as sock:
        sock.sendall(CHUNKED + b"2\r\nab\r\n")
        assert begun.wait(5)
        sock.sendall(rest + GET)
        sock.sendall(GET)
        answer = b""
        try:
            while data := sock.recv(65536):
                answer += data
        except ConnectionResetError:
            pass
    assert found == [b"ab", status, status]
    assert answer.count(b"HTTP/1.1 ") == 1
    assert len(running.seen) == 1


class Timed:
    def __init__(self, expire: Callable[[], None]) -> None:
        self.deadline = 0.0
        self.due = 0
        self.expire = expire


def test_a_deadline_that_fails_does_not_end_the_others(concurrency: Any) -> None:
    ended = concurrency.event()
    deadlines = Deadlines(concurrency)

    def fail() -> None:
        raise ValueError("told to")

    for expire in (fail, ended.set):
        deadlines.add(Timed(expire), 0.1)
    assert ended.wait(5)
    ended.clear()
    deadlines.add(Timed(ended.set), 0.1)
    assert ended.wait(5)
    deadlines.close()


def test_a_deadline_counts_from_when_it_was_added(concurrency: Any) -> None:
    deadlines = Deadlines(concurrency)
    sleep(1.5)
    ended = concurrency.event()
    deadlines.add(Timed(ended.set), 0.5)
    assert not ended.wait(0.3)
    assert ended.wait(4)
    deadlines.close()
