"""Request bodies: where they end, and how a handler reads one that is still arriving."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from brubeck_core.errors import ClientDisconnected, HTTPError
from brubeck_wsgi.http1.refused import Refused

# A chunk size of RFC 9112 §7.1: hexadecimal digits only, with extensions that are ignored.
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_size_line = re.compile(
    rb"([0-9A-Fa-f]{1,16})"
    rb"(?:[ \t]*;[ \t]*" + _TOKEN + rb"(?:[ \t]*=[ \t]*(?:" + _TOKEN + rb'|"(?:[^"\\\x00-\x08'
    rb'\x0a-\x1f\x7f]|\\[\t -~\x80-\xff])*"))?)*'
).fullmatch
_field_line = re.compile(_TOKEN + rb":[^\x00-\x08\x0a-\x1f\x7f]*").fullmatch

_MAX_SIZE_LINE = 1024
_MAX_TRAILERS = 8 * 1024
_MAX_TRAILER_FIELDS = 100


class Decoder(Protocol):
    """Takes bytes off the connection until the body is complete."""

    #: Whether the body has ended.
    done: bool
    #: What came behind the body's end.
    rest: bytes

    def feed(self, data: bytes) -> bytes:
        """Return what `data` adds to the body. Raises `Refused` for malformed framing."""


class LengthDecoder:
    """A body of a known length (RFC 9112 §6.2)."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.done = length == 0
        self.rest = b""

    def feed(self, data: bytes) -> bytes:
        """Return what `data` adds to the body."""
        left = self._left
        if len(data) < left:
            self._left = left - len(data)
            return data
        self._left = 0
        self.done = True
        self.rest = data[left:]
        return data[:left]


class ChunkedDecoder:
    """A chunked body (RFC 9112 §7.1). Extensions and trailers are checked and left out."""

    def __init__(self) -> None:
        self.done = False
        self.rest = b""
        self._buffer = b""
        # Where the unread part of the buffer begins: cutting the buffer at every chunk would
        # cost the square of the number of tiny chunks in it.
        self._position = 0
        self._chunk_left = 0
        self._state: Callable[[list[bytes]], bool] = self._read_size
        self._trailer_bytes = 0
        self._trailer_fields = 0

    def feed(self, data: bytes) -> bytes:
        """Return what `data` adds to the body. Raises `Refused` for malformed framing."""
        self._buffer = self._buffer[self._position :] + data
        self._position = 0
        pieces: list[bytes] = []
        while self._state(pieces):
            pass
        if self.done:
            self.rest = self._buffer[self._position :]
            self._buffer = b""
        return b"".join(pieces)

    # Each state takes what it can off the buffer, and says whether another one may go on.

    def _read_size(self, pieces: list[bytes]) -> bool:
        line = self._take_line(_MAX_SIZE_LINE)
        if line is None:
            return False
        match = _size_line(line)
        if match is None:
            raise Refused(400, "A chunk size is malformed.")
        self._chunk_left = int(match.group(1), 16)
        self._state = self._read_data if self._chunk_left else self._read_trailer
        return True

    def _read_data(self, pieces: list[bytes]) -> bool:
        start = self._position
        piece = self._buffer[start : start + self._chunk_left]
        if not piece:
            return False
        pieces.append(piece)
        self._position = start + len(piece)
        self._chunk_left -= len(piece)
        if self._chunk_left:
            return False
        self._state = self._read_data_end
        return True

    def _read_data_end(self, pieces: list[bytes]) -> bool:
        end = self._buffer[self._position : self._position + 2]
        if not b"\r\n".startswith(end):
            raise Refused(400, "A chunk is longer than its size.")
        if len(end) < 2:
            return False
        self._position += 2
        self._state = self._read_size
        return True

    def _read_trailer(self, pieces: list[bytes]) -> bool:
        line = self._take_line(_MAX_TRAILERS)
        if line is None:
            return False
        if not line:
            self.done = True
            return False
        self._trailer_bytes += len(line)
        self._trailer_fields += 1
        if self._trailer_bytes > _MAX_TRAILERS or self._trailer_fields > _MAX_TRAILER_FIELDS:
            raise Refused(431, "The trailer fields are too many or too large.")
        if not _field_line(line):
            raise Refused(400, "A trailer field is malformed.")
        name = line.partition(b":")[0].lower()
        if name in (b"content-length", b"transfer-encoding", b"host"):
            raise Refused(400, "A trailer field that frames the message is not allowed.")
        return True

    def _take_line(self, longest: int) -> bytes | None:
        start = self._position
        end = self._buffer.find(b"\n", start, start + longest + 2)
        if end < 0:
            if len(self._buffer) - start > longest:
                raise Refused(400, "A line of a chunked body is too long.")
            return None
        if end == start or self._buffer[end - 1] != 0x0D:
            raise Refused(400, "A line of a chunked body does not end with CR LF.")
        self._position = end + 1
        return self._buffer[start : end - 1]


class RequestBody:
    """A body that a handler reads while it arrives; what it does not read stays unread.

    Args:
        decoder: finds the end of the body.
        received: what of it has arrived already, decoded.
        receive: waits for more bytes and returns them; b"" when the client is gone.
        limit: the most bytes it may have.
        before: called once before the first wait; sends "100 Continue" where it is expected.
    """

    def __init__(
        self,
        decoder: Decoder,
        received: bytes,
        receive: Callable[[], bytes],
        limit: int,
        before: Callable[[], None] | None = None,
    ) -> None:
        self._decoder = decoder
        self._ready = received
        self._total = len(received)
        self._receive = receive
        self._limit = limit
        self._before = before
        # Why nothing more can be read: the rest of a body that went wrong is not to be trusted.
        self._failure: tuple[int, str] | None = None

    @property
    def complete(self) -> bool:
        """Whether all of the body has arrived, and nothing was wrong with it."""
        return self._decoder.done and self._failure is None

    @property
    def rest(self) -> bytes:
        """What arrived behind the body."""
        return self._decoder.rest

    def withdraw_continue(self) -> None:
        """Say no "100 Continue" any more: the final answer begins (RFC 9110 §15.2)."""
        self._before = None

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that is left for -1; b"" at the end.

        Raises `ClientDisconnected` when the client goes away, `HTTPError` 400 when it frames the
        body wrongly, 408 when it is too slow, 413 when the body is too large; and again for who
        reads on.
        """
        if self._failure is not None:
            raise HTTPError(*self._failure)
        if size < 0:
            return b"".join(self)
        while size and not self._ready and not self._decoder.done:
            self._ready = self._next()
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(64 * 1024):
            yield piece

    def _next(self) -> bytes:
        if self._before is not None:
            before, self._before = self._before, None
            before()
        data = self._receive()
        if not data:
            raise ClientDisconnected("the client went away in the middle of the body")
        try:
            piece = self._decoder.feed(data)
            self._total += len(piece)
            if self._total > self._limit:
                raise Refused(413, f"The body is larger than {self._limit} bytes.")
        except Refused as refused:
            self._failure = refused.status, refused.detail
            raise HTTPError(*self._failure) from None
        return piece
