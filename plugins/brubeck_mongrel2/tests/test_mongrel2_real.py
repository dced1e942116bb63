"""Applications behind the real server: what the fake one cannot show."""

import http.client
import time
from contextlib import closing

import pytest
from brubeck_core.http.websocket import accept_websocket

HEAD = b"GET %b HTTP/1.1\r\nHost: h\r\n\r\n"


def five(application, message):
    return "Take five"


def echo(application, message):
    return message.body


@pytest.fixture
def behind(real_mongrel2, serve):
    """Run an application behind a real server: ``behind(routes, **options of new_config)``."""

    def start(routes, **options):
        server = real_mongrel2(**options)
        return server, serve(routes, server.handler.send_spec, server.handler.recv_spec)

    return start


def ask(server, method="GET", path="/", body=None, headers=None):
    with closing(http.client.HTTPConnection("127.0.0.1", server.server.port, timeout=10)) as client:
        client.request(method, path, body, headers or {}, encode_chunked=bool(headers))
        answer = client.getresponse()
        return answer.status, answer.read()


def read_to_end(client):
    data = b""
    while piece := client.recv(65536):
        data += piece
    return data


@pytest.mark.parametrize("protocol", ["json", "tnetstring"])
def test_requests_are_answered(behind, protocol):
    server, _ = behind([("^/echo", echo), ("^/", five)], protocol=protocol)
    assert ask(server) == (200, b"Take five")
    assert ask(server, "POST", "/echo", b"\0\xff" * 10_000) == (200, b"\0\xff" * 10_000)


def test_a_connection_is_used_again(behind):
    server, _ = behind([("^/", five)])
    with closing(http.client.HTTPConnection("127.0.0.1", server.server.port, timeout=10)) as client:
        for _ in range(50):
            client.request("GET", "/")
            assert client.getresponse().read() == b"Take five"


@pytest.mark.parametrize(
    ("name", "request_bytes"),
    [
        ("HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n"),
        ("close", b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
    ],
)
def test_a_client_that_waits_for_the_end_gets_it(behind, name, request_bytes):
    server, _ = behind([("^/", five)])
    with server.connect() as client:
        client.sendall(request_bytes)
        assert read_to_end(client).endswith(b"Take five")


@pytest.mark.parametrize(
    ("name", "head", "status"),
    [
        ("two lengths", b"Host: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n", b"400"),
        ("both", b"Host: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"400"),
        ("a negative length", b"Host: h\r\nContent-Length: -5\r\n", b"400"),
        ("a word as length", b"Host: h\r\nContent-Length: abc\r\n", b"400"),
        ("no Host", b"", b"400"),
        ("a control character", b"Host: h\r\nX-A: \x01\r\n", b"400"),
    ],
)
def test_what_mongrel2_lets_pass_is_refused(behind, name, head, status):
    seen = []
    server, _ = behind([("^/", lambda application, message: seen.append(message) or "seen")])
    with server.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\n" + head + b"\r\nhello")
        answer = read_to_end(client)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1") == 1
    assert seen == []


def test_another_coding_is_refused(behind):
    server, _ = behind([("^/", five)])
    with server.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n")
        assert read_to_end(client).startswith(b"HTTP/1.1 501")


@pytest.mark.parametrize("method", [b"JSON", b"XML", b"WEBSOCKET"])
def test_a_method_of_mongrel2s_own_is_refused(behind, method):
    server, _ = behind([("^/", five)])
    body = b'{"type":"disconnect"}'
    with server.connect() as client:
        head = b" / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(body)
        client.sendall(method + head + body)
        assert read_to_end(client).startswith(b"HTTP/1.1 501")


def test_pipelined_requests_are_answered_in_order(behind):
    def number(application, message):
        application.concurrency.sleep(0.001 * (5 - int(message.query)))
        return message.query

    server, _ = behind([("^/", number)])
    with server.connect() as client:
        client.sendall(b"".join(HEAD % b"/?%d" % value for value in range(5)))
        data = b""
        while data.count(b"\r\n\r\n") < 5 or data[-1:] != b"4":
            data += client.recv(65536)
    bodies = [part[:1] for part in data.split(b"\r\n\r\n")[1:]]
    assert bodies == [b"0", b"1", b"2", b"3", b"4"]


def test_more_answers_than_mongrel2_queues_arrive_on_one_connection(behind):
    """It drops a connection at the seventeenth message that waits."""
    server, _ = behind([("^/", lambda application, message: (b"%d," % n for n in range(3000)))])
    with closing(http.client.HTTPConnection("127.0.0.1", server.server.port, timeout=10)) as client:
        for _ in range(3):
            client.request("GET", "/")
            assert client.getresponse().read() == b"".join(b"%d," % n for n in range(3000))


def test_a_large_answer_arrives(behind):
    server, _ = behind([("^/", lambda application, message: b"x" * 5_000_000)])
    assert len(ask(server)[1]) == 5_000_000


@pytest.mark.parametrize("size", [10, 100_000, 1_000_000])
def test_flow_control_lets_any_stream_reach_a_slow_client(behind, size):
    def stream(application, message):
        return (b"x" * 10_000 for _ in range(size // 10_000)) if size > 10 else b"x" * size

    server, _ = behind([("^/", stream)], flow_control=True)
    with server.connect() as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        time.sleep(0.3)  # the client is slow: what it does not take fills up
        assert len(read_to_end(client).partition(b"\r\n\r\n")[2]) == size


def test_a_handler_hears_that_its_client_is_gone(behind):
    closed = []

    def stream(application, message):
        def generate():
            try:
                while True:
                    yield "x"
                    application.concurrency.sleep(0.01)
            finally:
                closed.append(True)

        return generate()

    server, running = behind([("^/", stream)])
    with server.connect() as client:
        client.sendall(HEAD % b"/")
        client.recv(100)
    running.wait_for(lambda: closed)


@pytest.mark.parametrize("flow_control", [False, True], ids=["paced", "credits"])
def test_a_burst_that_an_application_sends_arrives(behind, flow_control):
    asked = []

    def hold(application, message):
        asked.append(message)
        application.released.wait(10)
        return "released"

    server, running = behind([("^/", hold)], flow_control=flow_control)
    running.app.released = running.concurrency.event()
    with server.connect() as client:
        client.sendall(HEAD.replace(b"1.1", b"1.0") % b"/")
        running.wait_for(lambda: asked)
        for _ in range(40):
            running.connection.reply(asked[0], b"!" * 5000)
        running.app.released.set()
        assert read_to_end(client).count(b"!") == 200_000


# -- uploads and sockets ------------------------------------------------------------------------


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_large_upload_is_streamed(behind, chunked):
    sizes = []

    def measure(application, message):
        total = 0
        for part in message.stream:
            sizes.append(len(part))
            total += len(part)
        return str(total)

    server, _ = behind([("^/", measure)], stream_uploads=True)
    body = b"x" * 5_000_000
    data = (body[at : at + 60_000] for at in range(0, len(body), 60_000)) if chunked else body
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    assert ask(server, "PUT", "/", data, headers) == (200, b"5000000")
    assert max(sizes) < 600_000


def test_a_large_upload_is_stored(real_mongrel2, serve):
    server = real_mongrel2(store_uploads=True)
    addresses = server.handler.send_spec, server.handler.recv_spec
    tmp = server.layout.root / "tmp"
    serve(
        [("^/", lambda application, message: str(sum(map(len, message.stream))))],
        *addresses,
        upload_dir=str(tmp),
    )
    assert ask(server, "PUT", "/", b"x" * 5_000_000) == (200, b"5000000")
    chunks = (b"x" * 50_000 for _ in range(50))
    assert ask(server, "PUT", "/", chunks, {"Transfer-Encoding": "chunked"}) == (200, b"2500000")
    assert list(tmp.iterdir()) == []


def test_an_upload_that_is_refused_ends_the_connection(behind):
    server, _ = behind([("^/", five)], stream_uploads=True)
    with server.connect() as client:
        client.sendall(b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 50000000\r\n\r\nxxx")
        assert read_to_end(client).endswith(b"Take five")


def frame(opcode, payload):
    """Mask a frame with zeros: allowed, and easy to read."""
    head = bytes([0x80 | opcode])
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return head + length + bytes(4) + payload


def test_a_websocket_echoes(behind):
    def converse(ws):
        for message in ws:
            ws.send(message)

    server, _ = behind([("^/", lambda application, message: accept_websocket(message, converse))])
    with server.connect() as client, client.makefile("rb") as reader:
        client.sendall(
            b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        lines = iter(reader.readline, b"\r\n")
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in list(lines)
        client.sendall(frame(1, b"Take five") + frame(2, b"\xff" * 200) + frame(9, b"hi"))
        received = reader.read(11 + 204 + 4)
        assert b"\x81\x09Take five" in received
        assert b"\x82\x7e\x00\xc8" + b"\xff" * 200 in received
        assert b"\x8a\x02hi" in received
        client.sendall(frame(8, b"\x03\xe8"))
        assert reader.read() == b"\x88\x02\x03\xe8"
