"""A WebSocket on a connection of the embedded server; wsproto knows the frames."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from brubeck_core.errors import ClientDisconnected
from brubeck_core.http.websocket import Message, WebSocket, WebSocketClosed
from wsproto.connection import Connection as Frames
from wsproto.connection import ConnectionState, ConnectionType
from wsproto.events import (
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Pong,
    TextMessage,
)
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError

if TYPE_CHECKING:
    from brubeck_wsgi.http1.connection import Connection

_RECEIVE = 64 * 1024
# A reason has to fit into a control frame with its code (RFC 6455 §5.5).
_LONGEST_REASON = 123


class ServerWebSocket(WebSocket):
    """The WebSocket of one connection, whose worker runs the conversation.

    Args:
        connection: the connection; its watch is paused while a worker owns it.
        received: what came behind the handshake.
    """

    def __init__(self, connection: Connection, subprotocol: str | None, received: bytes) -> None:
        self.subprotocol = subprotocol
        self._connection = connection
        self._server = connection.server
        self._frames = Frames(ConnectionType.SERVER)
        self._sending = connection.server.concurrency.lock()
        self._messages: deque[Message] = deque()
        self._parts: list[Message] = []
        self._size = 0
        self._closed: WebSocketClosed | None = None
        # When anything was heard last, and whether a ping since then is unanswered.
        self._heard = monotonic()
        self._pinged = False
        self._buffer = bytearray(_RECEIVE)
        if received:
            self._feed(received)

    def receive(self, timeout: float | None = None) -> Message:
        deadline = None if timeout is None else monotonic() + timeout
        while not self._messages:
            if self._closed is not None:
                raise WebSocketClosed(self._closed.code, self._closed.reason)
            self._wait(deadline)
            if deadline is not None and monotonic() > deadline and not self._messages:
                # Pings and parts of a message come in time for ever, if a client likes.
                self._time_out()
        return self._messages.popleft()

    def send(self, message: Message) -> None:
        if isinstance(message, str):
            self._send(TextMessage(data=message))
        else:
            self._send(BytesMessage(data=bytearray(message)))

    def close(self, code: int = 1000, reason: str = "") -> None:
        if self._frames.state is not ConnectionState.OPEN:
            return
        cut = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        with suppress(WebSocketClosed):
            self._send(CloseConnection(code=code, reason=cut))

    def _wait(self, deadline: float | None) -> None:
        """Read once; pings keep the connection honest while nothing comes."""
        connection, patience = self._connection, self._server.settings.websocket_ping
        while True:
            left = self._heard + patience - monotonic()
            if deadline is not None:
                left = min(left, deadline - monotonic())
            if connection.wait_readable(max(0.0, left)):
                break
            now = monotonic()
            if now >= self._heard + patience:
                if self._pinged:
                    self._lost()
                    return
                self._send(Ping())
                self._pinged = True
                self._heard = now
            if deadline is not None and now >= deadline:
                self._time_out()
        try:
            count = connection.recv_into(self._buffer)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            count = 0
        if count:
            self._heard = monotonic()
            self._pinged = False
            self._feed(bytes(self._buffer[:count]))
        else:
            self._lost()

    def _time_out(self) -> NoReturn:
        raise TimeoutError("no message came in time")

    def _feed(self, data: bytes) -> None:
        self._frames.receive_data(data)
        for event in self._frames.events():
            self._take(event)

    def _take(self, event: Event) -> None:
        if isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, CloseConnection):
            self._closed = WebSocketClosed(event.code, event.reason or "")
            if self._frames.state is ConnectionState.REMOTE_CLOSING:
                # Unless another task closes in this moment, and has answered it so.
                with suppress(WebSocketClosed):
                    self._send(event.response())
            else:
                # wsproto's way to say that the other side broke the protocol.
                self.close(event.code, event.reason or "")
        elif isinstance(event, TextMessage | BytesMessage):
            self._size += _size(event.data)
            if self._size > self._server.limits.max_message:
                self._fail(CloseReason.MESSAGE_TOO_BIG, "the message is too big")
                return
            data = event.data
            if data or event.message_finished:
                self._parts.append(data if isinstance(data, str) else bytes(data))
            if event.message_finished:
                parts, self._parts, self._size = self._parts, [], 0
                self._messages.append(_join(parts))
        else:
            assert isinstance(event, Pong)

    def _fail(self, code: int, reason: str) -> None:
        self._closed = WebSocketClosed(code, reason)
        self._parts.clear()
        self.close(code, reason)

    def _lost(self) -> None:
        if self._closed is None:
            self._closed = WebSocketClosed()

    def _send(self, event: Event) -> None:
        if self._closed is not None and not isinstance(event, CloseConnection):
            raise WebSocketClosed(self._closed.code, self._closed.reason)
        try:
            with self._sending:
                self._transmit(self._frames.send(event))
        except LocalProtocolError:
            raise WebSocketClosed() from None

    def _transmit(self, data: bytes) -> None:
        try:
            self._connection.send_all(data)
        except (ClientDisconnected, OSError):
            self._lost()
            raise WebSocketClosed() from None


def _size(data: str | bytes | bytearray) -> int:
    """Return how many bytes a piece of a message came in."""
    return len(data.encode()) if isinstance(data, str) and not data.isascii() else len(data)


def _join(parts: list[Message]) -> Message:
    # All parts of a message are of one kind.
    if isinstance(parts[0], str):
        return "".join(part for part in parts if isinstance(part, str))
    return b"".join(part for part in parts if isinstance(part, bytes))
