"""A client that cannot know that the server stops, and asks, gets its answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from brubeck_core.app.brubeck import Brubeck
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_wsgi import WSGIConnection
from brubeck_wsgi.http1.connection import Connection

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Start = Callable[..., Any]

EARLIER: list[tuple[str, bytes]] = [
    ("a connection just opened", b""),
    ("a connection kept alive", GET),
    ("the beginning of a request", GET[:20]),
]


def stop(running: Any) -> Any:
    """Let the server stop in the background, and return when it has begun to."""
    stopping = running.server.concurrency.spawn(running.server.stop, 20.0)
    deadline = time.monotonic() + 10
    while not running.server.stopping:
        assert time.monotonic() < deadline
        running.server.concurrency.sleep(0.01)
    return stopping


@pytest.mark.parametrize("earlier", [pytest.param(case[1], id=case[0]) for case in EARLIER])
def test_a_request_on_an_open_connection_is_answered(start_server: Start, earlier: bytes) -> None:
    running = start_server()
    with running.connect() as client:
        client.sendall(earlier)
        if earlier == GET:
            client.recv(65536)
        # What has been accepted by now is all there will be.
        running.exchange(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        stopping = stop(running)
        client.sendall(GET[20:] if 0 < len(earlier) < len(GET) else GET)
        answer = b""
        while data := client.recv(65536):
            answer += data
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in answer.lower()
    stopping.result(10.0)


def test_a_stop_that_begins_behind_an_answer_leaves_time_for_the_next(
    start_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start_server()
    stopping: list[Any] = []

    def send_and_stop(
        connection: Connection, data: bytes, send: Callable[..., None] = Connection.send_all
    ) -> None:
        send(connection, data)
        if not stopping:
            stopping.append(stop(running))

    monkeypatch.setattr(Connection, "send_all", send_and_stop)
    with running.connect() as client:
        client.sendall(GET)
        first = client.recv(65536)
        client.sendall(GET)
        second = b""
        while data := client.recv(65536):
            second += data
    assert b"\r\nconnection: close\r\n" not in first.lower()
    assert b"\r\nconnection: close\r\n" in second.lower()
    stopping[0].result(10.0)


def test_an_idle_connection_is_closed_in_the_end(start_server: Start) -> None:
    running = start_server()
    with running.connect() as client:
        client.sendall(GET)
        assert client.recv(65536).endswith(b"GET / 0")
        stopping = stop(running)
        assert client.recv(1) == b""
    stopping.result(10.0)


def test_a_connection_told_to_stop_before_it_serves_does_not(concurrency: Concurrency) -> None:
    connection = WSGIConnection(port=0)
    app = Brubeck(connection, concurrency=concurrency)
    app.stop()
    concurrency.spawn(connection.serve, app).result(5.0)
