"""WebSockets on the embedded server, spoken to by wsproto's client side."""

# ruff: noqa: E501

from __future__ import annotations

import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from brubeck_core.errors import HTTPError
from brubeck_core.http.limits import Limits
from brubeck_core.http.response import Response
from brubeck_core.http.websocket import WebSocket, WebSocketClosed, accept_websocket
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Pong,
    RejectConnection,
    Request,
    TextMessage,
)

Start = Callable[..., Any]


class Client:
    def __init__(self, port: int, **request: Any) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.ws = WSConnection(ConnectionType.CLIENT)
        self.events: list[Event] = []
        self.send(Request(host=f"127.0.0.1:{port}", target="/", **request))

    def send(self, *events: Event) -> None:
        self.sock.sendall(b"".join(self.ws.send(event) for event in events))

    def next(self) -> Event:
        while not self.events:
            data = self.sock.recv(65536)
            self.ws.receive_data(data or None)
            self.events.extend(self.ws.events())
            if not data and not self.events:
                raise EOFError
        return self.events.pop(0)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc: object) -> None:
        self.sock.close()


def serving(conversation: Callable[[WebSocket], object], **options: Any) -> Callable[..., Response]:
    def handler(request: Any) -> Response:
        try:
            return accept_websocket(request, conversation, **options)
        except HTTPError as error:
            return Response(error.detail, error.status, error.headers)

    return handler


def echo(ws: WebSocket) -> None:
    for message in ws:
        ws.send(message)


@pytest.mark.parametrize(
    "message",
    [
        TextMessage(data="Take five"),
        TextMessage(data=""),
        TextMessage(data="Ж" * 70_000),
        BytesMessage(data=bytearray(b"\0\xff" * 100_000)),
    ],
    ids=["text", "empty", "long text", "long bytes"],
)
def test_messages_come_back(start_server: Start, message: Any) -> None:
    with Client(start_server(serving(echo)).port) as client:
        assert isinstance(client.next(), AcceptConnection)
        client.send(message)
        received = message.data[:0]
        while True:
            event = client.next()
            received += event.data  # type: ignore[attr-defined]
            if event.message_finished:  # type: ignore[attr-defined]
                break
        assert received == message.data


def test_fragments_are_one_message(start_server: Start) -> None:
    with Client(start_server(serving(echo)).port) as client:
        client.next()
        client.send(
            TextMessage(data="Take ", message_finished=False), Ping(b"hi"), TextMessage(data="five")
        )
        events = [client.next(), client.next()]
        assert Pong(b"hi") in events
        assert any(isinstance(event, TextMessage) and event.data == "Take five" for event in events)


def test_the_client_closes(start_server: Start) -> None:
    ended: list[str] = []

    def converse(ws: WebSocket) -> None:
        echo(ws)
        ended.append("iteration ended")

    with Client(start_server(serving(converse)).port) as client:
        client.next()
        client.send(CloseConnection(code=1000, reason="bye"))
        answer = client.next()
        assert isinstance(answer, CloseConnection)
        assert answer.code == 1000
        assert client.sock.recv(100) == b""
    assert ended == ["iteration ended"]


def test_both_sides_close_at_once(start_server: Start) -> None:
    """Another task's good-bye comes between the client's and the answer to that."""
    heard: list[tuple[int, str]] = []

    class OvertakenLock:
        def __init__(self, ws: Any) -> None:
            self.ws = ws
            self.lock = ws._sending

        def __enter__(self) -> None:
            self.ws._sending = self.lock
            self.ws._send(CloseConnection(code=1001))
            self.lock.acquire()

        def __exit__(self, *exc: object) -> None:
            self.lock.release()

    def converse(ws: Any) -> None:
        ws._sending = OvertakenLock(ws)
        try:
            ws.receive()
        except WebSocketClosed as closed:
            heard.append((closed.code, closed.reason))
            raise

    with Client(start_server(serving(converse)).port) as client:
        client.next()
        client.send(CloseConnection(code=4000, reason="bye"))
        assert client.next().code == 1001  # type: ignore[attr-defined]
        assert client.sock.recv(100) == b""
    assert heard == [(4000, "bye")]


def test_the_server_closes_when_the_conversation_ends(start_server: Start) -> None:
    with Client(start_server(serving(lambda ws: ws.send("bye"))).port) as client:
        client.next()
        assert client.next().data == "bye"  # type: ignore[attr-defined]
        assert client.next().code == 1000  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_a_conversation_that_fails_closes_with_1011(
    start_server: Start, error: type[BaseException]
) -> None:
    def converse(ws: WebSocket) -> None:
        raise error

    with Client(start_server(serving(converse)).port) as client:
        client.next()
        assert client.next().code == 1011  # type: ignore[attr-defined]


def test_a_client_that_vanishes_ends_the_conversation(start_server: Start) -> None:
    codes: list[int] = []
    done: list[bool] = []

    def converse(ws: WebSocket) -> None:
        try:
            ws.receive()
        except WebSocketClosed as closed:
            codes.append(closed.code)
        done.append(True)

    running = start_server(serving(converse))
    with Client(running.port) as client:
        client.next()
    for _ in range(500):
        if done:
            break
        running.server.concurrency.sleep(0.01)
    assert codes == [1006]


@pytest.mark.parametrize(
    "message",
    [TextMessage(data="x" * 1001), TextMessage(data="é" * 501), BytesMessage(data=b"x" * 1001)],
    ids=["ASCII", "other text", "bytes"],
)
def test_a_message_over_the_limit_closes_with_1009(start_server: Start, message: Event) -> None:
    running = start_server(serving(echo), Limits(max_message=1000))
    with Client(running.port) as client:
        client.next()
        client.send(message)
        assert client.next().code == 1009  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "frame", "code"),
    [
        ("text that is not UTF-8", b"\x81\x82\0\0\0\0\xc3\x28", 1007),
        ("an unmasked frame", b"\x81\x02hi", 1002),
        ("a reserved bit", b"\xc1\x82\0\0\0\0hi", 1002),
        ("an unknown opcode", b"\x83\x80\0\0\0\0", 1002),
        ("a fragmented ping", b"\x09\x80\0\0\0\0", 1002),
        ("a long ping", b"\x89\xfe\0\x7e\0\0\0\0" + b"x" * 126, 1002),
        ("a continuation of nothing", b"\x80\x80\0\0\0\0", 1002),
    ],
)
def test_bad_frames_are_refused(start_server: Start, name: str, frame: bytes, code: int) -> None:
    with Client(start_server(serving(echo)).port) as client:
        client.next()
        client.sock.sendall(frame)
        assert client.next().code == code  # type: ignore[attr-defined]


def test_receive_times_out(start_server: Start) -> None:
    def converse(ws: WebSocket) -> None:
        with pytest.raises(TimeoutError):
            ws.receive(timeout=0.05)
        ws.send("waited")

    with Client(start_server(serving(converse)).port) as client:
        client.next()
        assert client.next().data == "waited"  # type: ignore[attr-defined]


def test_receive_times_out_while_pongs_come_all_the_time(
    start_server: Start, concurrency: Any
) -> None:
    timed_out = concurrency.event()

    def converse(ws: WebSocket) -> None:
        with pytest.raises(TimeoutError):
            ws.receive(timeout=0.2)
        timed_out.set()
        for _ in ws:
            pass

    with Client(start_server(serving(converse)).port) as client:
        client.next()
        ended = monotonic() + 5
        while not timed_out.is_set():
            assert monotonic() < ended
            client.sock.sendall(b"\x8a\x80\0\0\0\0" * 10_000)


def test_silence_is_broken_by_a_ping(start_server: Start) -> None:
    with Client(start_server(serving(echo), websocket_ping=0.1).port) as client:
        client.next()
        assert isinstance(client.next(), Ping)


@pytest.mark.parametrize(
    ("name", "options", "headers", "status"),
    [
        ("foreign page", {}, [(b"Origin", b"https://evil.example")], 403),
        ("page of a listed origin", {"origins": ["https://a.example"]}, [(b"Origin", b"https://b.example")], 403),
    ],
)  # fmt: skip
def test_pages_of_other_origins_are_refused(
    start_server: Start, name: str, options: Any, headers: Any, status: int
) -> None:
    running = start_server(serving(echo, **options))
    with Client(running.port, extra_headers=headers) as client:
        event = client.next()
        assert isinstance(event, RejectConnection)
        assert event.status_code == status


def test_a_subprotocol_is_agreed_on(start_server: Start) -> None:
    running = start_server(serving(echo, subprotocols=["chat.v2", "chat.v1"]))
    with Client(running.port, subprotocols=["chat.v1", "other"]) as client:
        event = client.next()
        assert isinstance(event, AcceptConnection)
        assert event.subprotocol == "chat.v1"


@pytest.mark.parametrize(
    ("name", "change", "status"),
    [
        ("version 8", (b"Version: 13", b"Version: 8"), 426),
        ("a key that is none", (b"Key: dGhlIHNhbXBsZSBub25jZQ==", b"Key: abc"), 400),
        ("no upgrade", (b"Upgrade: websocket", b"Upgrade: h2c"), 426),
        ("POST", (b"GET", b"POST"), 400),
    ],
)
def test_bad_handshakes_are_refused(
    start_server: Start, name: str, change: tuple[bytes, bytes], status: int
) -> None:
    handshake = (
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with start_server(serving(echo)).connect() as sock:
        sock.sendall(handshake.replace(*change))
        assert sock.recv(65536).startswith(b"HTTP/1.1 %d " % status)


def test_stopping_says_good_bye(start_server: Start) -> None:
    running = start_server(serving(echo))
    with Client(running.port) as client:
        client.next()
        client.send(TextMessage(data="x"))
        client.next()
        stopping = running.server.concurrency.spawn(running.server.stop, 5.0)
        assert client.next().code == 1001  # type: ignore[attr-defined]
        client.send(client.ws and CloseConnection(code=1001).response())
        stopping.result(10.0)
