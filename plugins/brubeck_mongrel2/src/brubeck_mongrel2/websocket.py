"""A WebSocket behind Mongrel2: frames come as messages, and go as bytes."""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ClientDisconnected
from brubeck_core.http.websocket import Message, WebSocket, WebSocketClosed
from brubeck_mongrel2.outbox import HIGH_WATER
from brubeck_mongrel2.protocol.websocket import Binary, Closed, Text, WebSocketSession
from brubeck_mongrel2.protocol.websocket_frames import CloseCode

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_mongrel2.outbox import Outbox
    from brubeck_mongrel2.protocol.message import Message as Frame

#: Seconds of silence after which the client is asked for a pong, and after as many more given up.
PATIENCE = 50.0
#: Seconds that the client has to answer our good-bye.
GOODBYE = 5.0
#: Messages that may wait for a handler that does not receive.
MAX_WAITING = 1024


class Mongrel2WebSocket(WebSocket):
    """The WebSocket of one client.

    It takes frames in from the moment of the handshake on: the server does not wait for our
    answer to that before it hands on what the client says.

    Args:
        outbox: the client's.
        max_size: bytes of a message, and of all messages that wait to be received.
    """

    def __init__(self, concurrency: Concurrency, outbox: Outbox, max_size: int) -> None:
        self._concurrency = concurrency
        self._max_size = max_size
        self._lock: Any = concurrency.lock() if concurrency.preemptive else nullcontext()
        self._session = WebSocketSession(max_size)
        self._outbox = outbox
        self._messages: deque[Message] = deque()
        self._size = 0
        self._heard = concurrency.event()
        self._closed: WebSocketClosed | None = None

    # -- for the handler ------------------------------------------------------------------

    def receive(self, timeout: float | None = None) -> Message:
        deadline = None if timeout is None else monotonic() + timeout
        asked = False
        while True:
            self._heard.clear()
            with self._lock:
                if self._messages:
                    message = self._messages.popleft()
                    self._size -= len(message)
                    return message
                if self._closed is not None:
                    raise WebSocketClosed(self._closed.code, self._closed.reason)
            left = PATIENCE if deadline is None else min(PATIENCE, deadline - monotonic())
            if left > 0 and self._heard.wait(left):
                asked = False
            elif deadline is not None and monotonic() >= deadline:
                raise TimeoutError("no message came in time")
            elif asked:
                self.disconnected()
            else:
                asked = True
                with self._lock:
                    self._session.ping()
                    self._hand_over()
                self._ease()

    def send(self, message: Message) -> None:
        with self._lock:
            if self._closed is not None:
                raise WebSocketClosed(self._closed.code, self._closed.reason)
            if isinstance(message, str):
                self._session.send_text(message)
            else:
                self._session.send_binary(message)
            self._hand_over()
        self._ease()

    def close(self, code: int = CloseCode.NORMAL, reason: str = "") -> None:
        with self._lock:
            self._session.close(code, reason)
            self._hand_over()
        try:
            self._ease()
        except WebSocketClosed:
            pass

    # -- for the connection ---------------------------------------------------------------

    def feed(self, message: Frame) -> None:
        """Take a frame; from the event loop. Raises `ProtocolError` for one without sound FLAGS."""
        with self._lock:
            event = self._session.receive(message.header("FLAGS") or "", message.body)
            if isinstance(event, Text | Binary):
                self._messages.append(event.data)
                self._size += len(event.data)
                if len(self._messages) > MAX_WAITING or self._size > 4 * self._max_size:
                    self._messages.clear()
                    self._session.close(CloseCode.POLICY_VIOLATION, "too many messages wait")
                    self._closed = WebSocketClosed(CloseCode.POLICY_VIOLATION)
            elif isinstance(event, Closed):
                self._closed = WebSocketClosed(event.code, event.reason)
            waiting = self._hand_over()
        if waiting > 2 * HIGH_WATER:
            # It sends pings and reads no pongs; its handler may not notice for long.
            self._outbox.cut()
            self.disconnected()
        self._heard.set()

    def disconnected(self) -> None:
        """Hear that the client is gone."""
        if self._closed is None:
            self._closed = WebSocketClosed()
        self._heard.set()

    def going_away(self) -> None:
        """Say good-bye because this process ends; what the client answers is not waited for."""
        with self._lock:
            self._session.close(CloseCode.GOING_AWAY)
            if self._closed is None:
                self._closed = WebSocketClosed(CloseCode.GOING_AWAY)
            self._hand_over()
        self._heard.set()

    def finish(self, code: int = CloseCode.NORMAL) -> None:
        """Say good-bye, if nobody has yet, and wait for the client's answer to that."""
        self.close(code)
        deadline = monotonic() + GOODBYE
        while True:
            self._heard.clear()
            with self._lock:
                if self._closed is not None:
                    return
            if not self._heard.wait(max(0.0, deadline - monotonic())):
                return

    def _hand_over(self) -> int:
        """Put what the session has to write into the outbox; return the bytes that wait there.

        With the lock held, since frames have to leave in the order they were made in, and nobody
        may see that the session has ended and close the connection ahead of its last frame.
        """
        data = self._session.take()
        return self._outbox.add(data) if data else 0

    def _ease(self) -> None:
        """Wait while too much is on its way. Raises `WebSocketClosed` when the client is gone."""
        try:
            self._outbox.ease()
        except ClientDisconnected:
            self.disconnected()
            raise WebSocketClosed() from None
