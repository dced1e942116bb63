"""The fake Mongrel2: what it sends, and what it makes of replies."""

import pytest
from brubeck_testkit.mongrel2 import FakeMongrel2, http_headers, pack, unpack_reply
from brubeck_testkit.mongrel2.answers import AnswerReader
from brubeck_testkit.mongrel2.messages import read_command

zmq = pytest.importorskip("zmq")

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nTake five"


@pytest.mark.parametrize(
    ("name", "made", "expected"),
    [
        (
            "JSON",
            pack({"a": 'x"\\\xe9', "b": ["1", "2"]}, b"hi", path="/p", conn_id="7"),
            b'fake-1 7 /p 28:{"a":"x\\"\\\\\xe9","b":["1","2"]},2:hi,',
        ),
        (
            "tnetstring",
            pack({"a": "x", "b": ["1", "2"]}, path="/p", protocol="tnetstring"),
            b"fake-1 1 /p 23:1:a,1:x,1:b,8:1:1,1:2,]}0:,",
        ),
    ],
)
def test_it_packs(name, made, expected):
    assert made == expected


def test_headers_are_those_of_mongrel2():
    made = http_headers("GET", "/a%20b?c=d", {"X-A": "1"}, version="HTTP/1.0")
    assert made == {
        "PATH": "/a%20b",
        "host": "127.0.0.1:6767",
        "x-forwarded-for": "127.0.0.1",
        "x-a": "1",
        "METHOD": "GET",
        "VERSION": "HTTP/1.0",
        "URI": "/a%20b?c=d",
        "QUERY": "c=d",
        "PATTERN": "/",
        "URL_SCHEME": "http",
        "REMOTE_ADDR": "127.0.0.1",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"app_1 1:7, x",
        b"app-1 2:7, x",
        b"app-1 1:7,x",
        b"app-1 0:, x",
        b"app-1 1:x, x",
        b"app-1 514:" + b" ".join([b"100"] * 129)[:514] + b", x",
    ],
    ids=range(7),
)
def test_a_reply_that_mongrel2_would_skip_is_none(raw):
    assert unpack_reply(raw) is None


def test_a_command_is_read():
    reply = unpack_reply(b"app-1 3:X 7, 27:3:ctl,17:7:credits,4:4096#}]")
    assert (reply.command, reply.conn_ids) == (True, ["7"])
    assert read_command(reply.payload) == {"credits": 4096}


@pytest.mark.parametrize(
    ("name", "method", "data", "closed", "body", "rest"),
    [
        ("a length", "GET", ANSWER + b"HTTP", False, b"Take five", b"HTTP"),
        ("HEAD", "HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", False, b"", b""),
        ("204", "GET", b"HTTP/1.1 204 No Content\r\n\r\n", False, b"", b""),
        (
            "chunks",
            "GET",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nTake\r\n0\r\n\r\nx",
            False,
            b"Take",
            b"x",
        ),
        ("the end", "GET", b"HTTP/1.1 200 OK\r\n\r\nTake", True, b"Take", b""),
    ],
)
def test_an_answer_is_read_wherever_it_is_cut(name, method, data, closed, body, rest):
    for at in range(len(data)):
        reader = AnswerReader(method)
        reader.feed(data[:at])
        early = reader.read()
        reader.feed(data[at:])
        answer = early or reader.read(closed)
        assert answer.body == body
        assert early or reader.rest() == rest


@pytest.mark.parametrize(
    ("data", "closed", "reason"),
    [
        (b"nonsense\r\n\r\n", False, "not the head"),
        (b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", False, "not a header"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nTake", True, "closed in the body"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nTake\r\n", False, "chunk"),
    ],
    ids=["no head", "no header", "cut short", "no chunk"],
)
def test_an_answer_that_is_none_is_an_error(data, closed, reason):
    reader = AnswerReader("GET")
    reader.feed(data)
    with pytest.raises(ValueError, match=reason):
        reader.read(closed)


@pytest.fixture
def server():
    with FakeMongrel2(timeout=5.0) as server:
        yield server


@pytest.fixture
def handler(server):
    """The two sockets of a handler."""
    context = zmq.Context()
    pull, pub = context.socket(zmq.PULL), context.socket(zmq.XPUB)
    pull.connect(server.pull_addr)
    pub.connect(server.pub_addr)
    try:
        # The server's side of a subscription goes out while it waits for something.
        server.wait_for(lambda: pub.poll(0), "its subscription")
        yield pull, pub
    finally:
        pull.close(linger=0)
        pub.close(linger=0)
        context.term()


def test_a_client_gets_what_is_sent_to_it(server, handler):
    pull, pub = handler
    one, two = server.connect(), server.connect()
    one.send_request("GET", "/")
    assert pull.recv().startswith(b"fake-1 1 / ")
    pub.send(b"fake-1 3:1 2, " + ANSWER)
    pub.send(b"fake-1 1:1, ")
    assert one.read_answer().text == "Take five"
    assert two.read_answer().text == "Take five"
    one.wait_closed()
    assert not two.closed


def test_it_keeps_what_the_real_one_would_skip_or_bounce(server, handler):
    _, pub = handler
    client = server.connect()
    pub.send(b"fake-1 nonsense")
    pub.send(b"fake-1 2:99, x")
    pub.send(b"fake-1 1:1, x")
    assert client.receive() == b"x"
    assert server.skipped == [b"fake-1 nonsense"]
    assert [reply.conn_ids for reply in server.bounced] == [["99"]]


def test_what_comes_after_the_close_is_bounced(server, handler):
    pull, pub = handler
    client = server.connect()
    for message in (b"x", b"", b"late"):
        pub.send(b"fake-1 1:1, " + message)
    pub.send(b"fake-1 3:X 1, 22:3:ctl,12:6:cancel,0:,}]")
    server.wait_for(lambda: server.bounced, "the late one to be bounced")
    assert (client.receive(), client.receive()) == (b"x", b"")
    assert [reply.payload for reply in server.bounced] == [b"late"]
    assert pull.recv() == b'fake-1 1 @* 17:{"METHOD":"JSON"},21:{"type":"disconnect"},'


def test_a_client_that_goes_away_is_told(server, handler):
    client = server.connect()
    client.disconnect()
    assert handler[0].recv() == b'fake-1 1 @* 17:{"METHOD":"JSON"},21:{"type":"disconnect"},'


def test_waiting_has_an_end():
    with FakeMongrel2(timeout=0.1) as server, pytest.raises(TimeoutError, match="handler"):
        server.request("GET", "/")
