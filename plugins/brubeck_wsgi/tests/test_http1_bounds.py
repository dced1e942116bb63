"""No client holds anything for free, and stopping loses nothing."""

# ruff: noqa: E501
from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
from brubeck_core.http.response import Response

Start = Callable[..., Any]

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


def wait_until(running: Any, condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not come about in time"
        running.server.concurrency.sleep(0.01)


def closed_within(sock: socket.socket, seconds: float) -> bytes:
    started = monotonic()
    received = b""
    try:
        while data := sock.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    assert monotonic() - started < seconds
    return received


@pytest.mark.parametrize(
    ("name", "data", "settings", "status"),
    [
        ("nothing at all", b"", {"header_timeout": 1}, None),
        ("half a head", b"GET / HTTP/1.1\r\nHo", {"header_timeout": 1}, 408),
        ("half a body", POST + b"Content-Length: 9\r\n\r\nabc", {"body_grace": 1, "body_rate": 1000}, 408),
        ("half a chunk", POST + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc", {"body_grace": 1, "body_rate": 1000}, 408),
        ("silence after an answer", GET, {"idle_timeout": 1}, 200),
    ],
)  # fmt: skip
def test_a_client_that_stops_is_cut(
    start_server: Start, name: str, data: bytes, settings: dict[str, Any], status: int | None
) -> None:
    with start_server(**settings).connect() as sock:
        sock.sendall(data)
        answer = closed_within(sock, 6.0)
    assert answer[:13] == (b"" if status is None else b"HTTP/1.1 %d " % status)


def test_a_dripping_head_gets_one_deadline_for_all_of_it(start_server: Start) -> None:
    running = start_server(header_timeout=1)
    with running.connect() as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nX: ")
        started = monotonic()
        try:
            while monotonic() - started < 9:
                sock.sendall(b"a")
                running.server.concurrency.sleep(0.1)
        except OSError:
            pass
        assert monotonic() - started < 7


def test_a_dripping_body_that_a_handler_reads_is_cut(start_server: Start) -> None:
    outcomes: list[object] = []

    def read(request: Any) -> Response:
        try:
            outcomes.append(len(request.body))
        except Exception as error:
            outcomes.append(getattr(error, "status", error))
        return Response("x")

    running = start_server(read, body_grace=0.5, body_rate=100_000)
    with running.connect() as sock:
        sock.sendall(POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100)
        wait_until(running, lambda: bool(outcomes))
    assert outcomes == [408]


def test_a_client_that_takes_nothing_is_cut_and_its_stream_closed(start_server: Start) -> None:
    ended: list[bool] = []

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 1_000_000
        finally:
            ended.append(True)

    running = start_server(lambda request: Response(pieces()), write_timeout=0.5)
    with running.connect() as sock:
        sock.sendall(GET)
        wait_until(running, lambda: bool(ended))


def test_a_stream_is_closed_when_the_client_is_gone(start_server: Start) -> None:
    ended: list[bool] = []
    running: Any = None

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
                running.server.concurrency.sleep(0.01)
        finally:
            ended.append(True)

    running = start_server(lambda request: Response(pieces()))
    with running.connect() as sock:
        sock.sendall(GET)
        sock.recv(100)
    wait_until(running, lambda: bool(ended))


def test_beyond_the_bound_requests_are_answered_503(start_server: Start) -> None:
    running: Any = None
    go: Any = None

    def wait(request: Any) -> Response:
        go.wait(10)
        return Response("x")

    running = start_server(wait, max_requests=2)
    go = running.server.concurrency.event()
    busy = [running.connect() for _ in range(2)]
    for sock in busy:
        sock.sendall(GET)
    wait_until(running, lambda: len(running.seen) == 2)
    answer = running.exchange(GET)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: " in answer
    go.set()
    for sock in busy:
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")
        sock.close()
    with running.connect() as sock:
        sock.sendall(GET)
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_connections_beyond_the_bound_wait_for_room(start_server: Start) -> None:
    running = start_server(max_connections=1)
    with running.connect() as first:
        first.sendall(GET)
        assert first.recv(65536)
        second = running.connect()
        second.sendall(GET)
        second.settimeout(0.2)
        with pytest.raises(TimeoutError):
            second.recv(65536)
    second.settimeout(5)
    with second:
        assert second.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_stopping_answers_what_is_in_flight_and_nothing_new(start_server: Start) -> None:
    go: Any = None

    def wait(request: Any) -> Response:
        go.wait(10)
        return Response("x")

    running = start_server(wait, max_requests=100)
    concurrency = running.server.concurrency
    go = concurrency.event()
    idle = running.connect()
    busy = [running.connect() for _ in range(50)]
    for sock in busy:
        sock.sendall(GET)
    wait_until(running, lambda: len(running.seen) == 50)
    stopping = concurrency.spawn(running.server.stop, 10.0)
    assert idle.recv(10) == b""
    with pytest.raises(ConnectionRefusedError):
        running.connect().close()
    assert not stopping.done()
    go.set()
    for sock in busy:
        answer = closed_within(sock, 5.0)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"\r\nConnection: close\r\n" in answer
        sock.close()
    stopping.result(5.0)
    idle.close()


def test_stopping_answers_what_is_pipelined(start_server: Start) -> None:
    go: Any = None

    def wait(request: Any) -> Response:
        go.wait(10)
        return Response("x")

    running = start_server(wait)
    go = running.server.concurrency.event()
    with running.connect() as sock:
        sock.sendall(GET * 3)
        wait_until(running, lambda: len(running.seen) == 1)
        stopping = running.server.concurrency.spawn(running.server.stop, 10.0)
        go.set()
        answer = closed_within(sock, 5.0)
    assert answer.count(b"HTTP/1.1 200 ") == 3
    assert answer.count(b"Connection: close") == 1
    stopping.result(5.0)


def test_stopping_answers_what_is_pipelined_behind_a_streamed_body(start_server: Start) -> None:
    go: Any = None
    bodies: list[bytes] = []

    def wait(request: Any) -> Response:
        bodies.append(request.body)
        go.wait(10)
        return Response("x")

    running = start_server(wait, body_buffer=10)
    go = running.server.concurrency.event()
    with running.connect() as sock:
        sock.sendall(POST + b"Content-Length: 20\r\n\r\n")
        wait_until(running, lambda: len(running.seen) == 1)
        sock.sendall(b"x" * 20 + GET * 2)
        wait_until(running, lambda: bool(bodies))
        stopping = running.server.concurrency.spawn(running.server.stop, 10.0)
        wait_until(running, lambda: running.server.stopping)
        go.set()
        answer = closed_within(sock, 5.0)
    assert answer.count(b"HTTP/1.1 200 ") == 3
    stopping.result(5.0)


def test_stopping_cuts_what_takes_too_long(start_server: Start) -> None:
    running: Any = None

    def wait(request: Any) -> Response:
        running.server.concurrency.sleep(3)
        return Response("x")

    running = start_server(wait)
    with running.connect() as sock:
        sock.sendall(GET)
        wait_until(running, lambda: len(running.seen) == 1)
        running.server.stop(0.1)
        assert closed_within(sock, 1.0) == b""
