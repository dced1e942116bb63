"""Request bodies that arrive in parts, as the handler reads them (setting `upload.stream`)."""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ClientDisconnected, HTTPError
from brubeck_mongrel2.protocol import reply
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.framing import content_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_mongrel2.exchange import Exchange
    from brubeck_mongrel2.protocol.message import Message

#: Bytes that may be on their way to a handler that does not read.
WINDOW = 256 * 1024
#: Seconds without any progress after which a client is given up.
STALLED = 30.0


class UploadReader:
    """The body of a request, read while it arrives; the server sends what it is asked for.

    Its names are those of the embedded server's bodies.
    """

    def __init__(self, concurrency: Concurrency, exchange: Exchange) -> None:
        self._concurrency = concurrency
        self._exchange = exchange
        self._lock: Any = concurrency.lock() if concurrency.preemptive else nullcontext()
        self._parts: deque[bytes] = deque()
        # How much of the first part is read: cutting it at each read would copy it again.
        self._offset = 0
        self._arrived = concurrency.event()
        self._announced = content_length(exchange.message.headers.get("content-length", ""))
        #: Whether all of the body has arrived.
        self.complete = False
        #: Whether the server has taken what follows the body, and so part of the next request.
        self.overran = False
        self._received = 0
        self._take(exchange.message)
        # What came with the head was not asked for.
        self._granted = self._received

    def feed(self, message: Message) -> None:
        """Take a further part; from the event loop.

        Raises `ProtocolError` for a part that is not the next one.
        """
        with self._lock:
            if self.complete or message.headers["UPLOAD_STREAM"] != str(self._received):
                raise ProtocolError("a part of an upload is not the one that comes next")
            self._take(message)
        self._arrived.set()

    def disconnected(self) -> None:
        """Wake whoever reads: there will be no more."""
        self._arrived.set()

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that is left for -1; b"" at the end.

        Raises `ClientDisconnected` when the client goes away, `HTTPError` 408 when nothing comes
        for `STALLED` seconds.
        """
        if size < 0:
            return b"".join(self)
        while True:
            self._arrived.clear()
            with self._lock:
                if self._parts:
                    return self._cut(size)
                if self.complete:
                    return b""
                self._ask()
            if not self._exchange.client.open:
                raise ClientDisconnected("the client went away in the middle of the body")
            if not self._arrived.wait(STALLED):
                raise HTTPError(408, "The body did not arrive in time.")

    def read_all(self, limit: int) -> bytes:
        """Return all of the body. Raises `HTTPError` 413 beyond `limit` bytes, and as `read`."""
        if self._announced is not None and self._announced > limit:
            raise HTTPError(413, f"The body is larger than {limit} bytes.")
        parts = []
        total = 0
        while part := self.read(limit + 1):
            total += len(part)
            if total > limit:
                raise HTTPError(413, f"The body is larger than {limit} bytes.")
            parts.append(part)
        return b"".join(parts)

    def __iter__(self) -> Iterator[bytes]:
        while part := self.read(WINDOW):
            yield part

    def _cut(self, size: int) -> bytes:
        part = self._parts[0][self._offset : self._offset + size]
        self._offset += len(part)
        if self._offset == len(self._parts[0]):
            self._parts.popleft()
            self._offset = 0
        return part

    def _take(self, message: Message) -> None:
        body = message.body
        if self._announced is not None:
            left = self._announced - self._received
            self.overran = len(body) > left
            body = body[:left]
        self._received += len(message.body)
        if body:
            self._parts.append(body)
        self.complete = "UPLOAD_STREAM_DONE" in message.headers
        if self.complete and self._received < (self._announced or 0):
            raise ProtocolError("an upload ends before its Content-Length")

    def _ask(self) -> None:
        """Let the server send on, as far as the window goes."""
        on_its_way = self._granted - self._received
        if on_its_way > WINDOW // 2:
            return
        wanted = WINDOW - on_its_way
        self._granted += wanted
        client = self._exchange.client
        grant = reply.upload_credits(client.sender, client.conn_id, wanted)
        if not self._exchange.endpoint.send(grant, client):
            client.alive = False
