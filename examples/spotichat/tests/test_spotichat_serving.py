"""The chat behind its server: streams begin at once, and its end does not wait for theirs."""

import json
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from brubeck_testkit.plugin import require_unpatched
from brubeck_testkit.servers import running

HERE = Path(__file__).parent.parent


@pytest.fixture
def server(backend):
    require_unpatched()
    with running(HERE, concurrency=backend) as server:
        yield server


def asking(server, path):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", path)
    return closing(connection)


def test_who_waits_is_answered_when_the_server_stops(server):
    token = json.loads(server.request("POST", "/api/login/ann").body)["username"]
    with asking(server, f"/api/events/x?username={token}") as stream:
        events = stream.getresponse()
        assert [events.readline(), events.readline()] == [b":\n", b"\n"]
        server.request("POST", f"/api/feed/x?username={token}&message=Hello")
        lines = [events.readline() for _ in range(6)]
        assert b'"message": "Hello"' in lines[4]

        feed = json.loads(server.get(f"/api/feed/x?username={token}").body)
        with asking(server, f"/api/feed/x?since={feed['last']}&username={token}") as poll:
            server.get("/api/rooms")  # answered behind the poll, which is held by then
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 5
            assert json.loads(poll.getresponse().read())["messages"] == []
        events.read()  # to its end: it was not cut
