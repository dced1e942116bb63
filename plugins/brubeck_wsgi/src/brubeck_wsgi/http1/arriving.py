"""Bodies on their way: read ahead while they are small, streamed to the handler when not."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from brubeck_core.errors import HTTPError
from brubeck_core.http.encode import CONTINUE
from brubeck_wsgi.http1.bodies import ChunkedDecoder, Decoder, LengthDecoder, RequestBody
from brubeck_wsgi.http1.head import HTTPRequest
from brubeck_wsgi.http1.refused import Refused

if TYPE_CHECKING:
    from brubeck_wsgi.http1.connection import Connection

_RECEIVE = 64 * 1024


def begin_body(connection: Connection, request: HTTPRequest) -> HTTPRequest | None:
    """Take what of a request's body is there.

    Returns the request when its handler can be called: the body is complete, or is one to be
    streamed. Until then the connection is `collecting`. Raises `Refused` for bad framing, and
    for more than a body may have.
    """
    length = request.body_length
    if 0 < length <= len(connection.pending) and not request.expects_continue:
        # PERF: all of it came with the head, as forms do.
        data = connection.pending
        request.body, connection.pending = data[:length], data[length:]
        return request
    decoder: Decoder = ChunkedDecoder() if length < 0 else LengthDecoder(length)
    arriving = Arriving(connection, request, decoder)
    data, connection.pending = connection.pending, b""
    if request.expects_continue or length > connection.server.settings.body_buffer:
        return arriving.stream(decoder.feed(data))
    connection.collecting = arriving
    return arriving.add(data)


class Arriving:
    """The body of one request, while it is on its way."""

    __slots__ = (
        "_connection",
        "_decoder",
        "_pieces",
        "_received",
        "_request",
        "_since",
        "_waited",
    )

    def __init__(self, connection: Connection, request: HTTPRequest, decoder: Decoder) -> None:
        self._connection = connection
        self._request = request
        self._decoder = decoder
        self._pieces: list[bytes] = []
        self._received = 0
        self._since = monotonic()
        self._waited = 0.0

    def add(self, data: bytes) -> HTTPRequest | None:
        """Read ahead; returns the request when the body is complete, or too large to wait for."""
        connection, request, decoder = self._connection, self._request, self._decoder
        piece = decoder.feed(data)
        self._pieces.append(piece)
        self._received += len(piece)
        self._check_size()
        if decoder.done:
            connection.collecting = None
            connection.pending = decoder.rest
            request.body = b"".join(self._pieces)
            return request
        if self._received > connection.server.settings.body_buffer:
            connection.collecting = None
            return self.stream(b"".join(self._pieces))
        connection.server.deadlines.hasten(connection, self._since + self._allowance())
        return None

    def stream(self, received: bytes) -> HTTPRequest:
        """Let the handler read the rest itself."""
        request = self._request
        self._pieces.clear()
        self._received = len(received)
        self._check_size()
        before = self._send_continue if request.expects_continue else None
        request.stream = RequestBody(
            self._decoder, received, self._receive, request.limits.max_body, before
        )
        return request

    def _check_size(self) -> None:
        limit = self._request.limits.max_body
        if self._received > limit:
            raise Refused(413, f"The body is larger than {limit} bytes.")

    def _allowance(self) -> float:
        """Return how long what came so far may have taken, in seconds."""
        settings = self._connection.server.settings
        return settings.body_grace + self._received / settings.body_rate

    def _receive(self) -> bytes:
        """Wait in a worker for more bytes; b"" when the client is gone. Raises `HTTPError` 408."""
        connection = self._connection
        while True:
            # Only waiting counts: the time a handler takes between two reads is its own.
            began = monotonic()
            ready = connection.wait_readable(max(0.0, self._allowance() - self._waited))
            self._waited += monotonic() - began
            if not ready:
                raise HTTPError(408, "The body took too long to arrive.")
            buffer = bytearray(_RECEIVE)
            try:
                count = connection.recv_into(buffer)
            except (BlockingIOError, InterruptedError):
                continue
            except OSError:
                return b""
            self._received += count
            return bytes(buffer[:count])

    def _send_continue(self) -> None:
        self._connection.send_all(CONTINUE)
