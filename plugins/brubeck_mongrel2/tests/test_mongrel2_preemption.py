"""Threads change places anywhere: each test holds one up where another used to overtake it."""

import time
from contextlib import suppress

import pytest
from brubeck_core.http.websocket import accept_websocket
from brubeck_mongrel2.answering import Answering
from brubeck_mongrel2.endpoint import Endpoint
from brubeck_mongrel2.outbox import Outbox
from brubeck_mongrel2.publisher import Publisher
from brubeck_mongrel2.websocket import Mongrel2WebSocket
from brubeck_testkit.mongrel2 import http_headers

MOMENT = 0.05

HANDSHAKE = http_headers(
    "WEBSOCKET_HANDSHAKE",
    "/x",
    {
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
    },
)
GOODBYE = b"\x88\x02\x03\xe8"


@pytest.fixture(autouse=True)
def preemptive(concurrency):
    if not concurrency.preemptive:
        pytest.skip("greenlets change places where they wait only")


@pytest.fixture
def hold_up(monkeypatch):
    """Make a method take its time before and after it does its work, where `when` says so."""

    def hold(owner, name, when=lambda *arguments: True):
        method = getattr(owner, name)

        def held(*arguments):
            slow = when(*arguments)
            time.sleep(MOMENT * slow)
            result = method(*arguments)
            time.sleep(MOMENT * slow)
            return result

        monkeypatch.setattr(owner, name, held)

    return hold


def converse(server, conversation_end):
    """Open a WebSocket, say good-bye as a client and return all that came after the head."""
    client = server.connect()
    client.send(HANDSHAKE, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", path="/x")
    client.read_answer()
    said = client._rest
    headers = http_headers("WEBSOCKET", "/x", {}) | {"FLAGS": "0x88"}
    client.send(headers, conversation_end, path="/x")
    while more := client.receive():
        said += more
    return said


def test_credits_that_come_before_a_message_counts_as_sent(fake, hold_up):
    hold_up(Publisher, "_send_locked", lambda publisher, message, client: b"xxx" in message)
    server = fake([("^/", lambda application, message: b"x" * 500_000)], flow_control=True)
    assert len(server.request("GET", "/").body) == 500_000


def test_a_clients_good_bye_is_answered_before_its_connection_is_closed(fake, hold_up):
    def impatient(socket):
        while True:
            with suppress(TimeoutError):
                socket.receive(timeout=MOMENT / 10)

    hold_up(Outbox, "add", lambda outbox, data: data == GOODBYE)
    server = fake([("^/", lambda application, message: accept_websocket(message, impatient))])
    assert converse(server, b"\x03\xe8") == GOODBYE


def test_frames_leave_in_the_order_they_were_made_in(fake, hold_up):
    """Once a good-bye has left, nothing may follow."""

    def chatty(socket):
        while True:
            socket.send("chat")

    hold_up(Outbox, "add", lambda outbox, data: b"chat" in data)
    server = fake([("^/", lambda application, message: accept_websocket(message, chatty))])
    said = converse(server, b"\x03\xe8")
    assert said.endswith(GOODBYE)


def test_an_end_waits_for_the_turn_that_it_meets(fake, monkeypatch):
    """What a turn has yet to open would never be closed, and keep the process from ending."""
    start_over = Endpoint._start_over
    began, meanwhile = [], []

    def overtaken(endpoint):
        began.append(endpoint)
        time.sleep(10 * MOMENT)
        start_over(endpoint)
        meanwhile.append(endpoint)

    monkeypatch.setattr(Endpoint, "_start_over", overtaken)
    server = fake([("^/", lambda *request: "here")])
    assert server.request("GET", "/").text == "here"
    server.restart()
    server.behind.wait_for(lambda: began)
    # As a second signal would have it: at once.
    server.behind.connection._stopped.set()
    server.behind._task.result(10)
    assert meanwhile


def test_a_frame_may_meet_the_end_of_its_worker(fake, monkeypatch):
    feed = Mongrel2WebSocket.feed

    def overtaken(socket, message):
        (endpoint,) = server.behind.connection._endpoints
        (client,) = endpoint.clients
        socket.disconnected()
        server.behind.wait_for(lambda: client.peer is None)
        feed(socket, message)

    monkeypatch.setattr(Mongrel2WebSocket, "feed", overtaken)
    server = fake([("^/", lambda application, message: accept_websocket(message, list))])
    client = server.connect()
    client.send(HANDSHAKE, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", path="/x")
    client.read_answer()
    client.send(http_headers("WEBSOCKET", "/x", {}) | {"FLAGS": "none"}, b"", path="/x")
    server.behind.wait_for(lambda: server.behind.connection._handling.dropped == 1)


def test_no_answer_reaches_a_client_of_a_server_that_has_restarted(fake, monkeypatch):
    """The worker looks whether its client is there, and writes when another has its number."""
    count = Answering._count_locked
    restarting, restarted = [], []

    def overtaken(answering, client, size):
        counted = count(answering, client, size)
        if not restarting:
            restarting.append(client)
            (endpoint,) = server.behind.connection._endpoints
            server.restart()
            restarted.append(counted)
            server.behind.wait_for(lambda: not client.alive and endpoint.up)
        return counted

    monkeypatch.setattr(Answering, "_count_locked", overtaken)
    server = fake([("^/first", lambda *request: "first"), ("^/", lambda *request: "second")])
    server.connect().send_request("GET", "/first")
    server.behind.wait_for(lambda: restarted)
    assert server.request("GET", "/second").text == "second"
    assert restarted == [True]
    assert not server.bounced
