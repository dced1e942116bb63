"""Write answers to clients: one message where that will do, pieces where it has to be."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ClientDisconnected
from brubeck_core.http.encode import LAST_CHUNK, encode_chunk, encode_head
from brubeck_core.http.response import TEXT, Response
from brubeck_mongrel2.outbox import Outbox
from brubeck_mongrel2.protocol import reply
from brubeck_mongrel2.protocol.flow import CREDIT_WINDOW
from brubeck_mongrel2.protocol.framing import wants_close

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.exchange import Client, Exchange

log = logging.getLogger("brubeck.mongrel2")


class Answering:
    """Write the answers of one process."""

    def __init__(self, concurrency: Concurrency) -> None:
        self._concurrency = concurrency
        # Keeps the workers of threads apart, and what applications write besides.
        self._lock: Any = nullcontext()
        if concurrency.preemptive:
            self._lock = concurrency.lock()
            self.count = self._count_locked  # type: ignore[method-assign]

    def answer(self, exchange: Exchange, response: Response, close: bool = False) -> None:
        """Write `response`, which dispatch has finished; close the connection if it has to be.

        Raises `ClientDisconnected` when the client is gone.
        """
        endpoint, client = exchange.endpoint, exchange.client
        old = exchange.message.headers["VERSION"] != "HTTP/1.1"
        streaming = not isinstance(response.body, bytes)
        endless = streaming and response.header("content-length") is None
        close = close or (endless and old) or wants_close(exchange.message)
        try:
            start = encode_head(response, not close, old, endless and not old)
        except (TypeError, ValueError):
            # A header list can be written to past every check.
            log.exception("the answer to %s cannot be sent", exchange.message.path)
            response.close()
            response = Response(b"", 500).finish("GET")
            streaming, start = False, encode_head(response, not close, old)
        if streaming:
            self._stream(exchange, response, start, endless and not old)
        else:
            assert isinstance(response.body, bytes)
            self.write(endpoint, client, start + response.body)
        if close:
            self.close(endpoint, client)
        # Answers to requests that were sent ahead leave together.
        elif client.outbox is not None and not client.waiting:
            client.outbox.drain()

    def begin(self, exchange: Exchange, response: Response) -> None:
        """Write the head of an answer alone. Raises as `answer` does."""
        self.write(exchange.endpoint, exchange.client, encode_head(response, True, False))

    def answer_socket(self, exchange: Exchange, response: Response) -> None:
        """Write the body of an answer to a JSON or XML socket, each piece ended with a NUL.

        So does the client end its own. Such a socket has no heads. Raises as `answer` does.
        """
        try:
            for piece in response.chunks():
                self.write(exchange.endpoint, exchange.client, piece + b"\0")
        finally:
            response.close()

    def refuse(self, exchange: Exchange, status: int, detail: str) -> None:
        """Answer a request that no handler may see, and close its connection."""
        response = Response(detail + "\n", status, content_type=TEXT)
        self.answer(exchange, response.finish("GET"), close=True)

    def write(self, endpoint: Endpoint, client: Client, data: bytes) -> None:
        """Write bytes to a client; wait while it has too much on its way.

        Raises `ClientDisconnected` when the client is gone.
        """
        if self.count(client, len(data)):
            if not endpoint.send(client.address + data, client):
                raise ClientDisconnected("the server went away before the answer was written")
            return
        if not client.open:
            raise ClientDisconnected("the client went away before its answer was written")
        self.outbox(endpoint, client).put(data)

    def add(self, endpoint: Endpoint, client: Client, data: bytes) -> int:
        """Write bytes to a client without waiting; return those that wait to be sent."""
        return self.outbox(endpoint, client).add(data)

    def count(self, client: Client, size: int) -> bool:
        """Say whether that many bytes may be sent to a client now; then, they count as sent."""
        if not client.open or (client.outbox is not None and not client.outbox.empty):
            return False
        now = monotonic()
        if client.flow.room(now) < size:
            return False
        client.flow.sent(size, now)
        return True

    def _count_locked(self, client: Client, size: int) -> bool:
        with self._lock:
            return Answering.count(self, client, size)

    def credit(self, client: Client, size: int) -> None:
        """Note that so many bytes have reached a client."""
        with self._lock:
            client.flow.credit(size)

    def use_credits(self, endpoint: Endpoint, window: int = CREDIT_WINDOW) -> None:
        """Hear that a server counts the bytes it writes, at most `window` of a client."""
        with self._lock:
            endpoint.clients.use_credits(window)

    def outbox(self, endpoint: Endpoint, client: Client) -> Outbox:
        """Return where what cannot be sent to a client yet waits."""
        with self._lock:
            outbox: Outbox | None = client.outbox
            if outbox is None:
                outbox = Outbox(self._concurrency, endpoint, client, self._lock)
                client.outbox = outbox
            return outbox

    def close(self, endpoint: Endpoint, client: Client) -> None:
        """Close a client's connection, once all before it is sent. Raises as `answer` does."""
        if client.outbox is not None:
            client.outbox.drain()
        if client.open:
            client.closing = True
            endpoint.send(client.address, client)

    def abort(self, endpoint: Endpoint, client: Client) -> None:
        """Cut a client's connection, so that nobody takes what was written for complete."""
        if client.open:
            client.closing = True
            endpoint.send(reply.cancel(client.sender, client.conn_id), client)
        if client.outbox is not None:
            client.outbox.flush()

    def _stream(self, exchange: Exchange, response: Response, start: bytes, chunked: bool) -> None:
        """Write a streamed answer; cut the connection if that fails on our side."""
        client = exchange.client
        declared = response.header("content-length")
        left = int(declared) if declared is not None else None
        put = self.outbox(exchange.endpoint, client).put
        try:
            put(start)
            for piece in response.chunks():
                if left is not None:
                    if len(piece) > left:
                        log.error("a streamed body is longer than its Content-Length; it was cut")
                        piece = piece[:left]
                    left -= len(piece)
                    if not piece:
                        break
                put(encode_chunk(piece) if chunked else piece)
            if chunked:
                put(LAST_CHUNK)
        except ClientDisconnected:
            raise
        except Exception:
            # The head is out: all that is left is to end in a way no client takes for complete.
            log.exception("a streamed body failed; the connection is cut")
            self.abort(exchange.endpoint, client)
        finally:
            response.close()
        if left:
            log.error("a streamed body is %d bytes shorter than its Content-Length", left)
            self.abort(exchange.endpoint, client)
