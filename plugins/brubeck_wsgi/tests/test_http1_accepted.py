"""What has to be understood, however it is cut into pieces."""

# ruff: noqa: E501

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brubeck_core.http.response import Response

Start = Callable[..., Any]

CLOSE = b"Connection: close\r\n"

ACCEPTED: list[tuple[str, bytes, list[bytes]]] = [
    ("plain", b"GET /a HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"\r\n", [b"GET /a 0"]),
    ("HTTP/1.0", b"GET /a HTTP/1.0\r\n\r\n", [b"GET /a 0"]),
    ("encoded path", b"GET /caf%C3%A9%2Fx HTTP/1.0\r\n\r\n", ["GET /café/x 0".encode()]),
    ("absolute form", b"GET http://b/x?y HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"\r\n", [b"GET /x 0"]),
    ("two empty lines first", b"\r\n\r\nGET / HTTP/1.0\r\n\r\n", [b"GET / 0"]),
    ("length 005", b"POST / HTTP/1.0\r\nContent-Length: 005\r\n\r\nabcde", [b"POST / 5"]),
    (
        "chunks, extensions and trailers",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n" + CLOSE + b"\r\n"
        b'5;a=b;c="d e"\r\nabcde\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n',
        [b"POST / 15"],
    ),
    (
        "pipelined",
        b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
        b"abcPOST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
        b"GET /4 HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"\r\n",
        [b"GET /1 0", b"POST /2 3", b"POST /3 2", b"GET /4 0"],
    ),
    (
        "upgrade to something unknown",
        b"GET /1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        b"GET /2 HTTP/1.0\r\n\r\n",
        [b"GET /1 0", b"GET /2 0"],
    ),
]  # fmt: skip


def read_all(sock: socket.socket) -> bytes:
    answer = b""
    while data := sock.recv(65536):
        answer += data
    return answer


def bodies(answer: bytes) -> list[bytes]:
    found = []
    while answer:
        head, _, answer = answer.partition(b"\r\n\r\n")
        length = int(re.findall(rb"Content-Length: (\d+)", head)[0])
        found.append(answer[:length])
        answer = answer[length:]
    return found


@pytest.mark.parametrize(("name", "data", "expected"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_is_understood(start_server: Start, name: str, data: bytes, expected: list[bytes]) -> None:
    assert bodies(start_server().exchange(data)) == expected


@pytest.mark.parametrize(("name", "data", "expected"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_is_understood_split_at_every_byte(
    start_server: Start, name: str, data: bytes, expected: list[bytes]
) -> None:
    running = start_server()
    for cut in range(1, len(data)):
        assert bodies(running.exchange(data[:cut], data[cut:])) == expected


@pytest.mark.parametrize(("name", "data", "expected"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_is_understood_byte_by_byte(
    start_server: Start, name: str, data: bytes, expected: list[bytes]
) -> None:
    pieces = [data[index : index + 1] for index in range(len(data))]
    assert bodies(start_server().exchange(*pieces)) == expected


def test_a_thousand_pipelined_requests_are_answered_in_order(start_server: Start) -> None:
    requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(1000))
    last = b"GET /last HTTP/1.0\r\n\r\n"
    expected = [b"GET /%d 0" % n for n in range(1000)] + [b"GET /last 0"]
    assert bodies(start_server().exchange(requests + last)) == expected


def test_many_pipelining_clients_do_not_mix_up_their_heads(
    start_server: Start, concurrency: Any
) -> None:
    running = start_server()

    def client(name: int) -> list[bytes]:
        one = b"GET /%d HTTP/1.1\r\nHost: a\r\nX-Name: %d\r\n\r\n" % (name, name)
        return bodies(running.exchange(one * 50 + b"GET /%d HTTP/1.0\r\n\r\n" % name))

    tasks = [concurrency.spawn(client, name) for name in range(8)]
    assert [task.result(20) for task in tasks] == [[b"GET /%d 0" % n] * 51 for n in range(8)]
    assert all(request.header("x-name") in (None, request.path[1:]) for request in running.seen)


def test_keep_alive_serves_one_request_after_the_other(start_server: Start) -> None:
    with start_server().connect() as sock:
        for number in range(5):
            sock.sendall(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number)
            answer = sock.recv(65536)
            assert answer.endswith(b"GET /%d 0" % number)
            assert b"Connection:" not in answer


def test_http_1_0_stays_open_when_asked(start_server: Start) -> None:
    with start_server().connect() as sock:
        for _ in range(2):
            sock.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert b"\r\nConnection: keep-alive\r\n" in sock.recv(65536)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHo",
        b"G\xff",
    ],
)
def test_one_client_never_spoils_another(start_server: Start, head: bytes) -> None:
    running = start_server()
    with running.connect() as first:
        first.sendall(head)
        for _ in range(2):
            assert b" 200 " in running.exchange(b"GET / HTTP/1.0\r\n\r\n")


def test_head_has_the_length_and_no_body(start_server: Start) -> None:
    answer = start_server().exchange(b"HEAD / HTTP/1.0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: 8" in head
    assert body == b""


def test_underscored_headers_never_arrive(start_server: Start) -> None:
    running = start_server()
    running.exchange(b"GET / HTTP/1.0\r\nX_Forwarded_For: 1\r\nX-Real: 2\r\n\r\n")
    assert dict(running.seen[0].headers) == {"x-real": "2"}


def test_forwarded_headers_of_strangers_are_not_believed(start_server: Start) -> None:
    running = start_server()
    running.exchange(b"GET / HTTP/1.0\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n")
    assert running.seen[0].remote_addr == "127.0.0.1"


def test_repeated_fields_are_joined(start_server: Start) -> None:
    running = start_server()
    running.exchange(b"GET / HTTP/1.0\r\nX: 1\r\nx: 2\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n")
    assert dict(running.seen[0].headers) == {"x": "1, 2", "cookie": "a=1; b=2"}


def test_the_absolute_form_names_the_host(start_server: Start) -> None:
    running = start_server()
    running.exchange(b"GET http://b:81/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert running.seen[0].host == "b:81"


def test_continue_is_said_when_the_body_is_read(start_server: Start) -> None:
    with start_server().connect() as sock:
        sock.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        assert sock.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"abc")
        assert sock.recv(65536).endswith(b"POST / 3")


def test_continue_is_not_said_for_a_body_nobody_reads(start_server: Start) -> None:
    running = start_server(lambda request: Response("no", 403))
    answer = running.exchange(
        b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"100 Continue" not in answer
    assert b"Connection: close" in answer


def test_continue_is_not_said_within_an_answer(start_server: Start) -> None:
    def pieces(request: Any) -> Iterator[bytes]:
        yield b"length "
        yield b"%d" % len(request.body)

    running = start_server(lambda request: Response(pieces(request)))
    with running.connect() as sock:
        sock.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        answer = b""
        while b"length " not in answer:
            answer += sock.recv(65536)
        sock.sendall(b"abc")
        answer += read_all(sock)
    assert answer.partition(b"\r\n\r\n")[2] == b"7\r\nlength \r\n1\r\n3\r\n0\r\n\r\n"


def test_http_1_0_is_never_told_to_continue(start_server: Start) -> None:
    answer = start_server().exchange(
        b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
    )
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [65_537, 1_000_000])
def test_a_large_body_reaches_the_handler_whole(start_server: Start, size: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size
    assert start_server().exchange(head + b"x" * size).endswith(b"POST / %d" % size)


def test_a_large_chunked_body_reaches_the_handler_whole(start_server: Start) -> None:
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    data = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = start_server().exchange(data + chunk * 20 + b"0\r\n\r\n")
    assert answer.endswith(b"POST / %d" % (0x4000 * 20))


def test_a_large_body_reaches_the_handler_in_pieces(start_server: Start) -> None:
    def measure(request: Any) -> Response:
        sizes = [len(piece) for piece in request.iter_body()]
        return Response(f"{sum(sizes)} in pieces of at most {max(sizes)}")

    size = 1_000_000
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size
    answer = start_server(measure).exchange(head + b"x" * size)
    found = re.search(rb"([0-9]+) in pieces of at most ([0-9]+)$", answer)
    assert found is not None
    assert int(found[1]) == size
    assert int(found[2]) <= 65_536


def test_an_unread_body_does_not_become_a_request(start_server: Start) -> None:
    running = start_server(lambda request: Response("no", 401))
    body = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n" * 4000
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = running.exchange(head + body)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert len(running.seen) == 1


def test_a_chunked_body_over_the_limit_is_413(start_server: Start) -> None:
    from brubeck_core.errors import HTTPError
    from brubeck_core.http.limits import Limits

    def read(request: Any) -> Response:
        try:
            return Response(str(len(request.body)))
        except HTTPError as error:
            return Response(b"", error.status)

    running = start_server(read, Limits(max_body=100_000))
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    data = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 20
    assert running.exchange(data + b"0\r\n\r\n").startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
@pytest.mark.parametrize("buffer", [10, 1000], ids=["streamed", "read ahead"])
def test_a_small_chunked_body_over_the_limit_is_413(
    start_server: Start, buffer: int, expect: bytes
) -> None:
    from brubeck_core.http.limits import Limits

    running = start_server(limits=Limits(max_body=100), body_buffer=buffer)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + expect + b"\r\n"
    answer = running.exchange(head + b"65\r\n" + b"x" * 0x65 + b"\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert running.seen == []


def test_a_streamed_answer_is_chunked(start_server: Start) -> None:
    running = start_server(lambda request: Response(iter(["one", b"", "two"])))
    answer = running.exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert body == b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"


def test_a_streamed_answer_to_http_1_0_ends_with_the_connection(start_server: Start) -> None:
    running = start_server(lambda request: Response(iter(["one", "two"])))
    head, _, body = running.exchange(b"GET / HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert body == b"onetwo"


def test_a_stream_that_fails_has_no_last_chunk(start_server: Start) -> None:
    def pieces() -> Any:
        yield "one"
        raise ValueError("told to")

    running = start_server(lambda request: Response(pieces()))
    answer = running.exchange(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.endswith(b"3\r\none\r\n")


@pytest.mark.parametrize(("declared", "sent"), [("4", b"onet"), ("9", b"onetwo")])
def test_a_stream_never_exceeds_its_length(start_server: Start, declared: str, sent: bytes) -> None:
    headers = {"Content-Length": declared}
    running = start_server(lambda request: Response(iter(["one", "two"]), headers=headers))
    answer = running.exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.partition(b"\r\n\r\n")[2] == sent


def test_a_header_smuggled_past_the_checks_never_reaches_the_wire(start_server: Start) -> None:
    def sneak(request: Any) -> Response:
        response = Response("x")
        response.headers.append(("X", "a\r\nSet-Cookie: b=c"))
        return response

    answer = start_server(sneak).exchange(b"GET / HTTP/1.0\r\n\r\n")
    assert b"Set-Cookie" not in answer
