"""The recorded cases through Mongrel2: a fake one, and the real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import zmq
from brubeck_core import Brubeck
from brubeck_core.http.limits import DEFAULT_LIMITS
from brubeck_core.testing import Answer
from brubeck_mongrel2 import Mongrel2Connection
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.message import parse
from brubeck_mongrel2.request import Mongrel2Request
from brubeck_testkit.mongrel2 import FakeMongrel2, pack
from brubeck_testkit.servers import ask
from golden_apps import Case, UnknownCase
from real_mongrel2 import real_mongrel2

Headers = dict[str, str]


class Stage:
    """A handler process of one Mongrel2, on which one application after the other appears."""

    def __init__(self, pull: str, pub: str) -> None:
        self.connection = Mongrel2Connection(pull, pub)
        self._host = Brubeck(self.connection)
        self._host.start()
        self._task = self._host.concurrency.spawn(self.connection.serve, self._host)

    def show(self, app: Brubeck) -> None:
        """Let `app` answer from now on."""
        self._host.dispatch = app.dispatch

    def pause(self) -> None:
        """Let the process do what there is to do."""
        self._host.concurrency.sleep(0.01)

    def stop(self) -> None:
        self.connection.stop(5.0)
        self._task.result(10.0)


class Transport(Protocol):
    """Sends a request to an application, and returns its answer."""

    def __call__(
        self, app: Brubeck, method: str, path: str, headers: Headers, body: bytes
    ) -> Answer: ...


class FakeTransport:
    """Send requests through `FakeMongrel2`."""

    def __init__(self, server: FakeMongrel2, stage: Stage) -> None:
        self._server = server
        self._stage = stage

    def __call__(
        self, app: Brubeck, method: str, path: str, headers: Headers, body: bytes
    ) -> Answer:
        self._stage.show(app)
        found = self._server.request(method, path, headers, body)
        return Answer(found.status, found.reason, found.headers, found.body)


class RealTransport:
    """Send requests to the real server."""

    def __init__(self, port: int, stage: Stage) -> None:
        self._port = port
        self._stage = stage

    def __call__(
        self, app: Brubeck, method: str, path: str, headers: Headers, body: bytes
    ) -> Answer:
        self._stage.show(app)
        return ask(self._port, method, path, body=body, headers=headers)


@contextmanager
def fake_transport() -> Iterator[FakeTransport]:
    with FakeMongrel2() as server:
        stage = Stage(server.pull_addr, server.pub_addr)
        try:
            yield FakeTransport(server, stage)
        finally:
            stage.stop()


@contextmanager
def real_transport() -> Iterator[RealTransport]:
    with real_mongrel2() as server:
        stage = Stage(server.pull, server.pub)
        try:
            yield RealTransport(server.port, stage)
        finally:
            stage.stop()


# -- cases about messages -------------------------------------------------------------------------


def check_message(case: Case) -> None:
    """Check a case whose subject is a message of Mongrel2."""
    subject = case["subject"]
    if "JSON message" in subject:
        body = subject.partition("with body ")[2].encode()
        request = Mongrel2Request(parse(pack({"METHOD": "JSON"}, body, path="@*")), DEFAULT_LIMITS)
        observed = case["observed"]
        assert request.data == observed["data"]
        assert request.is_disconnect() is observed["is_disconnect"]
    elif "header length is wrong" in subject:
        for length in (b"1", b"99"):
            try:
                parse(b"fake-1 1 / %b:{},0:,," % length)
            except ProtocolError:
                continue
            raise AssertionError("it was read")
    elif "without a host header" in subject:
        headers = {"METHOD": "GET", "PATH": "/", "VERSION": "HTTP/1.1", "URL_SCHEME": "http"}
        request = Mongrel2Request(parse(pack(headers)), DEFAULT_LIMITS)
        assert request.url.startswith("http://")
    else:
        raise UnknownCase(subject)


def check_connection(case: Case) -> None:
    """Check a case about what is published to Mongrel2."""
    if case["subject"] == "frames published to Mongrel2":
        check_frames(case["observed"])
    elif case["subject"] == "a disconnect message reaches the application":
        check_disconnect()
    else:
        raise UnknownCase(case["subject"])


def check_frames(observed: dict[str, Any]) -> None:
    context = zmq.Context()
    published = context.socket(zmq.SUB)
    published.setsockopt(zmq.SUBSCRIBE, b"UUID")
    pull = context.socket(zmq.PUSH)
    addresses = []
    for socket in (pull, published):
        socket.setsockopt(zmq.LINGER, 0)
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        addresses.append(f"tcp://127.0.0.1:{port}")
    stage = Stage(addresses[0], addresses[1])
    connection = stage.connection
    received: list[str] = []

    def receive() -> None:
        """Take in what comes, without keeping the connection's own tasks from it."""
        while published.poll(0):
            received.append(published.recv().decode())
        stage.pause()

    try:
        # A publisher knows its subscribers a moment after it has connected.
        while not received:
            connection.send("UUID", "7", "BODY")
            receive()
        connection.reply_bulk("UUID", ["7", "12"], "X")
        connection.close_bulk("UUID", ["7", "12"])
        connection.close_bulk("UUID", [str(number) for number in range(observed["max_idents"] + 1)])
        while len(set(received)) < 5:
            receive()
    finally:
        stage.stop()
        published.close()
        pull.close()
        context.term()
    different = list(dict.fromkeys(received))
    assert different[:3] == [observed["send"], observed["bulk"], observed["close_bulk"]]
    counts = [len(text.partition(":")[2].partition(",")[0].split()) for text in different[3:]]
    assert counts == [observed["max_idents"], 1]


def check_disconnect() -> None:
    seen: list[str] = []

    def note(application: Brubeck, message: Any) -> str:
        seen.append(message.path)
        return "here"

    app = Brubeck("local")
    app.add_route_rule("", note)
    app.start()
    with fake_transport() as transport:
        gone = transport._server.connect()
        gone.disconnect()
        assert transport(app, "GET", "/after", {}, b"").text == "here"
        assert not gone._messages
        assert not transport._server.bounced
    assert seen == ["/after"]
