"""The client's side of a `FakeMongrel2`."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from brubeck_testkit.mongrel2.answers import Answer, AnswerReader
from brubeck_testkit.mongrel2.messages import (
    CONTROL_PATH,
    Headers,
    Reply,
    http_headers,
    read_command,
)

if TYPE_CHECKING:
    from brubeck_testkit.mongrel2.server import FakeMongrel2

#: Bytes that may be on their way to a client with `download.flow_control`.
CREDIT_WINDOW = 102_400


class FakeClient:
    """One client's connection to a `FakeMongrel2`."""

    def __init__(self, server: FakeMongrel2, conn_id: str) -> None:
        self.server = server
        self.conn_id = conn_id
        #: The handler closed the connection, or cancelled it, or sent more than it may.
        self.closed = False
        #: Commands of the handler for this connection, such as ``{"credits": 4096}``.
        self.commands: list[dict[str, int | bytes]] = []
        self._messages: deque[bytes] = deque()
        self._pending = 0
        self._requests = 0
        self._rest = b""

    def request(
        self, method: str, target: str, headers: Headers | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request and return its answer. Raises `TimeoutError`."""
        self.send_request(method, target, headers, body)
        return self.read_answer(method)

    def send_request(
        self, method: str, target: str, headers: Headers | None = None, body: bytes = b""
    ) -> None:
        """Send a request, with its Content-Length when there is a body and none was given."""
        made = http_headers(method, target, headers)
        if body and "content-length" not in made and "transfer-encoding" not in made:
            made["content-length"] = str(len(body))
        self.send(made, body, path=str(made["PATH"]))

    def send(self, headers: Headers, body: bytes, *, path: str) -> None:
        """Send a message of these headers as it is, but for the first one's credits."""
        if self.server.flow_control and not self._requests:
            headers = {**headers, "DOWNLOAD_CREDITS": str(CREDIT_WINDOW)}
        self._requests += 1
        self.server.send(headers, body, path=path, conn_id=self.conn_id)

    def read_answer(self, method: str = "GET") -> Answer:
        """Return the next answer. Raises `TimeoutError`, `ValueError` if it is malformed."""
        reader = AnswerReader(method)
        reader.feed(self._rest)
        while True:
            answer = reader.read(self.closed and not self._messages)
            if answer is not None:
                self._rest = reader.rest()
                return answer
            if self.closed and not self._messages:
                raise ConnectionError("the handler closed the connection without an answer")
            reader.feed(self.receive())

    def receive(self) -> bytes:
        """Return the next piece the handler sent; nothing when it closed. Raises `TimeoutError`."""
        self.server.wait_for(lambda: self._messages or self.closed, f"bytes for {self.conn_id}")
        if not self._messages:
            return b""
        data = self._messages.popleft()
        self._pending -= len(data)
        if self.server.flow_control:
            self.server.send(
                {"METHOD": "JSON", "DOWNLOAD_CREDITS": str(len(data))},
                b'{"type":"credits"}',
                path=CONTROL_PATH,
                conn_id=self.conn_id,
            )
        return data

    def wait_closed(self) -> None:
        """Wait until the handler closes the connection. Raises `TimeoutError`."""
        self.server.wait_for(lambda: self.closed, f"connection {self.conn_id} to be closed")

    def disconnect(self) -> None:
        """Go away."""
        self.server.disconnect(self.conn_id)

    def take(self, reply: Reply) -> None:
        """Take a reply in; the server calls this while the connection is open."""
        if reply.command:
            command = read_command(reply.payload)
            self.commands.append(command)
            self.closed = self.closed or "cancel" in command
        elif not reply.payload:
            self.closed = True
        else:
            self._messages.append(reply.payload)
            self._pending += len(reply.payload)
            if self.server.flow_control and self._pending > CREDIT_WINDOW:
                self._messages.clear()
                self.closed = True
