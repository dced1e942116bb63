"""WebSockets through a fake Mongrel2, by the core's interface."""

import pytest
from brubeck_core.http.websocket import WebSocketClosed, accept_websocket
from brubeck_mongrel2 import websocket
from brubeck_testkit.mongrel2 import http_headers

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
HEADERS = {
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-key": KEY,
    "sec-websocket-version": "13",
}


def talking(conversation, **options):
    return lambda application, message: accept_websocket(message, conversation, **options)


def echo(socket):
    for message in socket:
        socket.send(message)


def handshake(**changes):
    return http_headers("WEBSOCKET_HANDSHAKE", "/x", HEADERS | changes)


class Client:
    """A browser's side: frames in, frames out."""

    def __init__(self, server, **changes):
        self.client = server.connect()
        self.client.send(handshake(**changes), ACCEPT, path="/x")
        self.data = b""

    def opened(self):
        answer = self.client.read_answer()
        self.data = self.client._rest
        return answer

    def send(self, flags, body):
        headers = http_headers("WEBSOCKET", "/x", HEADERS) | {"FLAGS": flags}
        self.client.send(headers, body, path="/x")

    def next(self):
        """Return opcode and payload of the next frame; None at the end."""
        while len(self.data) < 2:
            more = self.client.receive()
            if not more:
                return None
            self.data += more
        opcode, size = self.data[0] & 0x0F, self.data[1]
        start = {126: 4, 127: 10}.get(size, 2)
        if start > 2:
            size = int.from_bytes(self.data[2:start], "big")
        while len(self.data) < start + size:
            more = self.client.receive()
            assert more, "the connection was closed within a frame"
            self.data += more
        payload = self.data[start : start + size]
        self.data = self.data[start + size :]
        return opcode, payload


def test_a_socket_is_opened(fake):
    client = Client(
        fake([("^/", talking(echo, subprotocols=["chat"]))]),
        **{"sec-websocket-protocol": "other, chat"},
    )
    answer = client.opened()
    assert (answer.status, answer.reason) == (101, "Switching Protocols")
    assert answer.header("Sec-WebSocket-Accept") == ACCEPT.decode()
    assert answer.header("Sec-WebSocket-Protocol") == "chat"


@pytest.mark.parametrize(
    ("flags", "body"),
    [
        ("0x81", b"Take five"),
        ("0x81", b""),
        ("0x81", "\u0416".encode() * 70_000),
        ("0x82", b"\0\xff" * 100_000),
    ],
    ids=["text", "empty", "long text", "long bytes"],
)
def test_messages_come_back(fake, flags, body):
    client = Client(fake([("^/", talking(echo))]))
    client.opened()
    client.send(flags, body)
    assert client.next() == (int(flags, 16) & 0x0F, body)


def test_what_is_said_before_the_socket_is_open_is_heard(fake):
    def slow(application, message):
        application.concurrency.sleep(0.1)
        return accept_websocket(message, echo)

    client = Client(fake([("^/", slow)]))
    client.send("0x81", b"early")
    client.opened()
    assert client.next() == (1, b"early")


def test_pings_are_answered_while_nobody_receives(fake):
    done = []

    def busy(socket):
        while not done:
            server.behind.concurrency.sleep(0.01)

    server = fake([("^/", talking(busy))])
    client = Client(server)
    client.opened()
    client.send("0x89", b"hi")
    assert client.next() == (0xA, b"hi")
    done.append(True)


def test_the_client_closes(fake):
    ended = []

    def converse(socket):
        echo(socket)
        ended.append("iteration ended")

    client = Client(fake([("^/", talking(converse))]))
    client.opened()
    client.send("0x88", b"\x03\xe8bye")
    assert client.next() == (8, b"\x03\xe8")
    client.client.wait_closed()
    assert ended == ["iteration ended"]


@pytest.mark.parametrize(
    ("name", "conversation", "code"),
    [
        ("it ends", lambda socket: None, 1000),
        ("it closes", lambda socket: socket.close(4000, "enough"), 4000),
        ("it fails", lambda socket: 1 / 0, 1011),
    ],
)
def test_the_end_of_the_conversation_closes(fake, name, conversation, code):
    client = Client(fake([("^/", talking(conversation))]))
    client.opened()
    opcode, payload = client.next()
    assert (opcode, payload[:2]) == (8, code.to_bytes(2, "big"))
    client.send("0x88", payload[:2])
    client.client.wait_closed()


def test_a_client_that_never_answers_the_good_bye_is_not_waited_for(fake, monkeypatch):
    monkeypatch.setattr(websocket, "GOODBYE", 0.05)
    client = Client(fake([("^/", talking(lambda socket: None))]))
    client.opened()
    client.next()
    client.client.wait_closed()


def test_a_client_that_vanishes_ends_the_conversation(fake):
    codes = []

    def converse(socket):
        try:
            socket.receive()
        except WebSocketClosed as closed:
            codes.append(closed.code)
        with pytest.raises(WebSocketClosed):
            socket.send("too late")
        codes.append("sent")

    server = fake([("^/", talking(converse))])
    client = Client(server)
    client.opened()
    client.client.disconnect()
    server.behind.wait_for(lambda: len(codes) == 2)
    assert codes == [1006, "sent"]


@pytest.mark.parametrize(
    ("name", "flags", "body", "code"),
    [
        ("text that is not UTF-8", "0x81", b"\xc3\x28", 1007),
        ("a reserved bit", "0xC1", b"hi", 1002),
        ("an unknown opcode", "0x83", b"", 1002),
        ("a message over the limit", "0x82", b"x" * 1001, 1009),
    ],
)
def test_bad_frames_close(fake, name, flags, body, code):
    server = fake([("^/", talking(echo))], settings={"limits": {"max_message": 1000}})
    client = Client(server)
    client.opened()
    client.send(flags, body)
    assert client.next()[1][:2] == code.to_bytes(2, "big")
    client.client.wait_closed()


def test_what_waits_for_a_client_that_says_good_bye_is_sent_first(fake):
    """It has more on its way than its credits allow."""
    started = []

    def converse(socket):
        socket.send(b"x" * 300_000)
        started.append(True)
        echo(socket)

    server = fake([("^/", talking(converse))], flow_control=True)
    client = Client(server)
    server.behind.wait_for(lambda: started)
    client.send("0x88", b"\x03\xe8")
    client.opened()
    assert client.next() == (2, b"x" * 300_000)
    assert client.next() == (8, b"\x03\xe8")
    client.client.wait_closed()


def test_flags_that_are_none_cut_the_connection(fake):
    client = Client(fake([("^/", talking(echo))]))
    client.opened()
    client.send("nonsense", b"hi")
    client.client.wait_closed()


def test_a_client_that_says_more_than_is_received_is_closed(fake):
    def deaf(socket):
        while not done:
            server.behind.concurrency.sleep(0.01)

    done = []
    server = fake([("^/", talking(deaf))])
    client = Client(server)
    client.opened()
    for _ in range(websocket.MAX_WAITING + 1):
        client.send("0x81", b"x")
    assert client.next()[1][:2] == (1008).to_bytes(2, "big")
    done.append(True)


def test_a_client_that_pings_and_reads_nothing_is_cut(fake, monkeypatch):
    monkeypatch.setattr(websocket, "HIGH_WATER", 1000)

    def deaf(socket):
        while not done:
            server.behind.concurrency.sleep(0.01)

    done = []
    server = fake([("^/", talking(deaf))], flow_control=True)
    client = Client(server)
    client.opened()
    for _ in range(1000):
        client.send("0x89", b"x" * 125)
    server.wait_for(lambda: client.client.closed, "the connection to be cut")
    assert client.client.commands[-1] == {"cancel": b"true"}
    done.append(True)


def test_receive_times_out(fake):
    def converse(socket):
        with pytest.raises(TimeoutError):
            socket.receive(timeout=0.05)
        socket.send("waited")

    client = Client(fake([("^/", talking(converse))]))
    client.opened()
    assert client.next() == (1, b"waited")


def test_silence_is_broken_by_a_ping_and_then_by_the_end(fake, monkeypatch):
    monkeypatch.setattr(websocket, "PATIENCE", 0.05)
    ended = []

    def converse(socket):
        echo(socket)
        ended.append(True)

    server = fake([("^/", talking(converse))])
    client = Client(server)
    client.opened()
    assert client.next() == (9, b"")
    server.behind.wait_for(lambda: ended)


def test_pages_of_other_origins_are_refused(fake):
    client = Client(fake([("^/", talking(echo))]), origin="https://evil.example")
    assert client.opened().status == 403
    client.client.wait_closed()


@pytest.mark.parametrize(
    ("name", "changes", "status"),
    [
        ("another version", {"sec-websocket-version": "8"}, 426),
        ("a body", {"content-length": "5"}, 400),
        ("another upgrade", {"upgrade": "h2c"}, 426),
    ],
)
def test_bad_handshakes_are_refused(fake, name, changes, status):
    client = Client(fake([("^/", talking(echo))]), **changes)
    assert client.opened().status == status
    client.client.wait_closed()


def test_a_handshake_that_the_server_did_not_see_is_refused(fake):
    client = fake([("^/", talking(echo))]).connect()
    assert client.request("GET", "/", HEADERS).status == 400
    client.wait_closed()


def test_a_handshake_behind_another_request_is_refused(fake):
    """The server ends such a connection; only a client's method of that name comes so far."""
    may_end = []

    def hold(application, message):
        while not may_end:
            application.concurrency.sleep(0.01)
        return "first"

    server = fake([("^/hold", hold), ("^/", talking(echo))])
    client = server.connect()
    client.send_request("GET", "/hold")
    client.send(handshake(), ACCEPT, path="/x")
    # Once a later one is refused, the handshake has been taken in.
    assert server.request("GET", "/", HEADERS).status == 400
    may_end.append(True)
    assert client.read_answer().text == "first"
    assert client.read_answer().status == 501
    client.wait_closed()


def test_a_page_that_is_no_socket_answers_and_closes(fake):
    client = Client(fake([("^/", lambda application, message: "a page")]))
    answer = client.opened()
    assert (answer.status, answer.text) == (200, "a page")
    client.client.wait_closed()


def test_stopping_says_good_bye(fake):
    server = fake([("^/", talking(echo))])
    client = Client(server)
    client.opened()
    stopping = server.behind.concurrency.spawn(server.behind.stop)
    assert client.next() == (8, b"\x03\xe9")
    client.client.wait_closed()
    stopping.result(10)
