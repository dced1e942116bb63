"""One connection of a client, from its first byte to its last.

Bytes are read and heads are parsed in the event loop (on threads, in the thread that watches
all descriptors), so that a connection costs no worker before a whole request is there. A worker
of the pool then owns the connection until the answer is out. What came behind the request stays
unparsed until then: answers keep the order of requests, and after an error nothing more runs.
"""

from __future__ import annotations

import _socket
import logging
import struct
from time import monotonic
from typing import TYPE_CHECKING, Any

import httptools
from brubeck_core.errors import ClientDisconnected
from brubeck_core.http.encode import encode_head
from brubeck_wsgi.http1.answer import error_answer, log_access
from brubeck_wsgi.http1.arriving import Arriving, begin_body
from brubeck_wsgi.http1.deadlines import NEVER
from brubeck_wsgi.http1.head import END, HTTPRequest, check_partial
from brubeck_wsgi.http1.proxies import believe_forwarded, parse_proxy_header
from brubeck_wsgi.http1.refused import Refused

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Watch
    from brubeck_wsgi.http1.server import HTTPServer

log = logging.getLogger("brubeck.wsgi")


class Connection:
    """A client's connection; see the module's text.

    Args:
        server: the server that accepted it.
        sock: the non-blocking socket.
        peer: the client's address, or None on a unix socket.
    """

    __slots__ = (
        "busy",
        "closed",
        "collecting",
        "deadline",
        "due",
        "expects_proxy",
        "fd",
        "flush",
        "lingering",
        "paused",
        "peer",
        "pending",
        "recv_into",
        "send",
        "server",
        "sock",
        "validator",
        "watch",
    )

    def __init__(self, server: HTTPServer, sock: Any, peer: str | None) -> None:
        self.server = server
        self.sock = sock
        self.fd: int = sock.fileno()
        self.recv_into = sock.recv_into
        self.send = sock.send
        #: Sends what TLS keeps back; None on a plain socket.
        self.flush = getattr(sock, "flush", None)
        #: Whether a PROXY header has to come first.
        self.expects_proxy = server.settings.proxy_protocol
        self.peer = peer
        #: Bytes that came and are not parsed yet.
        self.pending = b""
        #: Whether a worker owns the connection.
        self.busy = False
        self.paused = False
        self.closed = False
        #: Bytes still to be thrown away before the connection closes; None while it is in use.
        self.lingering: int | None = None
        self.collecting: Arriving | None = None
        self.validator: httptools.HttpRequestParser | None = None
        self.due = 0
        self.deadline = NEVER
        self.watch: Watch = server.concurrency.watch_readable(self.fd, self.on_readable)
        server.deadlines.add(self, server.settings.header_timeout)

    # -- in the event loop ----------------------------------------------------------------------

    def on_readable(self) -> None:
        """Read what came, and hand a complete request to a worker."""
        if self.busy:
            # The next request, or the end: both wait until this one is answered.
            self.paused = True
            self.watch.pause()
            return
        server = self.server
        try:
            count = self.recv_into(server.buffer)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.close()
            return
        if not count:
            self.close()
            return
        data = server.view[:count].tobytes()
        if self.lingering is not None:
            self.lingering -= count
            if self.lingering <= 0:
                self.close()
            return
        request: HTTPRequest | None
        try:
            if self.collecting is not None:
                request = self.collecting.add(data)
            elif self.expects_proxy:
                request = self._after_proxy_header(data)
            elif not self.pending and data[0] > 32 and 0 < data.find(END) == count - 4:
                # PERF: one whole head and nothing else, as nearly always.
                request = self._identify(server.parse(data))
                if request.body_length:
                    request = begin_body(self, request)
            else:
                request = self._next_request(data)
        except Refused as refused:
            self.refuse(refused)
            return
        except Exception:
            # Nothing of a connection may be left to a loop that knows nothing of it.
            log.exception("reading a request failed; the connection is cut")
            self.close()
            return
        if request is not None:
            self._hand_over(request)

    def _hand_over(self, request: HTTPRequest) -> None:
        server = self.server
        self.busy = True
        self.deadline = NEVER
        if server.preemptive:
            # Another thread works on it now: nobody but that one may touch the connection.
            self.paused = True
            self.watch.pause()
        if not server.pool.try_spawn(self.work, request):
            self.busy = False
            self.refuse(Refused(503, "The server is busy."), (("Retry-After", "1"),))

    def _next_request(self, data: bytes) -> HTTPRequest | None:
        """Parse the next head of `pending` and `data`, with its body if that is there.

        Returns None when more has to come. Raises `Refused`.
        """
        old = self.pending
        # A head in pieces was searched before, but for the last three bytes, which may be the
        # beginning of its end.
        start = 0 if self.validator is None else max(0, len(old) - 3)
        if old:
            data = old + data
        skipped = 0
        while data.startswith(b"\r\n", skipped) and skipped < 4:
            skipped += 2  # empty lines in front of a request line (RFC 9112 §2.2)
        end = data.find(END, max(start, skipped))
        if end < 0:
            self._wait_for_head(data, data[len(old) :])
            return None
        end += 4
        self.pending = data[end:]
        self.validator = None
        head = data[skipped:end] if skipped else data[:end]
        request = self._identify(self.server.parse(head))
        if request.body_length:
            return begin_body(self, request)
        return request

    def _identify(self, request: HTTPRequest) -> HTTPRequest:
        """Tell a request who sent it, and by which scheme."""
        server = self.server
        request.remote_addr = self.peer
        if server.secure:
            request.scheme = "https"
        if server.trusted:
            believe_forwarded(request, server.trusted)
        return request

    def _after_proxy_header(self, data: bytes) -> HTTPRequest | None:
        data = self.pending + data
        parsed = parse_proxy_header(data)
        if parsed is None:
            self.pending = data
            return None
        client, length = parsed
        self.expects_proxy = False
        self.pending = b""
        self.peer = client or self.peer
        return self._next_request(data[length:]) if len(data) > length else None

    def _wait_for_head(self, data: bytes, new: bytes) -> None:
        self.pending = data
        server = self.server
        if self.validator is None:
            # The rest of a head gets its own time, counted from its first byte.
            server.deadlines.hasten(self, monotonic() + server.settings.header_timeout)
            self.validator = httptools.HttpRequestParser(_SINK)
            new = data
        check_partial(self.validator, new)
        if len(data) > server.settings.max_line and b"\r\n" not in data[: server.settings.max_line]:
            raise Refused(414, "The request line is too long.")
        if len(data) > server.settings.max_line + server.limits.max_headers_size:
            raise Refused(431, "The header fields are too large.")
        if data.count(b"\n", len(data) - len(new)) and (
            data.count(b"\n") > server.limits.max_headers + 1
        ):
            raise Refused(431, "There are too many header fields.")

    def refuse(self, refused: Refused, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Answer with an error and read nothing more; runs in the event loop, never waits."""
        if self.server.settings.access_log:
            log_access(self.peer, None, None, refused.status)
        response = error_answer(refused.status, refused.detail, headers)
        try:
            self.send(encode_head(response, keep_alive=False, old=False) + response.body)  # type: ignore[operator]
        except OSError:
            self.close()
            return
        self.linger()

    def expire(self) -> None:
        """Act on a deadline: the client took too long."""
        if self.closed or self.busy:
            return
        if self.pending or self.collecting is not None:
            self.refuse(Refused(408, "The request took too long to arrive."))
        else:
            self.close()

    # -- in a worker ----------------------------------------------------------------------------

    def work(self, request: HTTPRequest | None) -> None:
        """Answer a request, and those that came behind it."""
        server = self.server
        answer = server.writer.answer
        try:
            while request is not None:
                if not answer(self, request):
                    return
                stream = request.stream
                if stream is not None:
                    self.pending = stream.rest
                try:
                    request = self._next_request(b"") if self.pending else None
                except Refused as refused:
                    self.refuse(refused)
                    return
        except (ClientDisconnected, OSError):
            self.close()
        except server.concurrency.task_ends:
            self.close()
            raise
        except BaseException:
            # Not even a SystemExit of the application may reach a loop, which would end with it.
            log.exception("answering failed; the connection is cut")
            self.abort()
        finally:
            self.busy = False
            if not self.closed:
                self._wait_again(server)

    def _wait_again(self, server: HTTPServer) -> None:
        if self.lingering is None and self.collecting is None and self.validator is None:
            # Its last answer did not say that it closes: the client may be about to ask again.
            if server.leaving:
                self.close()
                return
            self.deadline = deadline = server.deadlines.now + server.settings.idle_timeout
            if deadline + 1 < self.due:
                server.deadlines.hasten(self, deadline)
        if self.paused:
            self.paused = False
            self.watch.resume()

    def send_all(self, data: bytes) -> None:
        """Send all of `data`, waiting for the client where it is slow.

        Raises `ClientDisconnected` when it takes nothing for the write timeout, `OSError` when
        it is gone.
        """
        try:
            sent = self.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        if sent == len(data) and self.flush is None:
            return
        concurrency, timeout = self.server.concurrency, self.server.settings.write_timeout
        view = memoryview(data)[sent:]
        while view:
            if not concurrency.wait_writable(self.fd, timeout):
                raise ClientDisconnected("the client takes nothing of its answer")
            try:
                view = view[self.send(view) :]
            except (BlockingIOError, InterruptedError):
                pass
        while self.flush is not None and not self.flush():
            if not concurrency.wait_writable(self.fd, timeout):
                raise ClientDisconnected("the client takes nothing of its answer")

    def wait_readable(self, timeout: float) -> bool:
        """Wait in a worker until more can be read; False after `timeout` seconds."""
        if not self.paused:
            # One reader at a time: from here on the worker is it.
            self.paused = True
            self.watch.pause()
        return self.server.concurrency.wait_readable(self.fd, timeout)

    def linger(self) -> None:
        """Say that no more comes, and throw away what the client still sends for a moment.

        Closing at once would reset the connection, and the client could lose the answer.
        """
        if self.closed:
            return
        self.pending = b""
        self.collecting = None
        try:
            self.sock.shutdown(_socket.SHUT_WR)
        except OSError:
            self.close()
            return
        self.lingering = self.server.settings.drain
        self.server.deadlines.hasten(self, monotonic() + 2.0)
        if self.paused and not self.busy:
            self.paused = False
            self.watch.resume()

    def abort(self) -> None:
        """Close the connection so that nobody takes what was sent for complete (RST)."""
        try:
            self.sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _RESET)
        except OSError:
            pass
        self.close()

    def cut(self) -> None:
        """End the connection while a worker may own it; the worker notices and closes it."""
        if not self.busy:
            self.close()
            return
        try:
            self.sock.shutdown(_socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        """Close the connection at once."""
        if self.closed:
            return
        self.closed = True
        self.watch.close()
        self.server.deadlines.remove(self)
        self.server.forget(self)
        self.sock.close()


# SO_LINGER with a time of 0.
_RESET = struct.pack("ii", 1, 0)


class _Sink:
    """What a parser that only validates reports to."""


_SINK = _Sink()
