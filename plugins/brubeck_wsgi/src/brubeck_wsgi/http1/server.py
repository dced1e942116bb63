"""The server: listening sockets, connections, and the way to a clean end."""

from __future__ import annotations

import _socket
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Any

from brubeck_core.http.limits import DEFAULT_LIMITS, Limits
from brubeck_wsgi.http1.answer import Writer
from brubeck_wsgi.http1.connection import Connection
from brubeck_wsgi.http1.deadlines import Deadlines
from brubeck_wsgi.http1.head import HeadParser, HTTPRequest
from brubeck_wsgi.http1.proxies import parse_networks
from brubeck_wsgi.http1.settings import DEFAULT_SETTINGS, ServerSettings

if TYPE_CHECKING:
    from brubeck_core.app.dispatch import Dispatch
    from brubeck_core.http.websocket import WebSocket
    from brubeck_core.interfaces.concurrency import Concurrency, Listener, Lock
    from brubeck_wsgi.addresses import Address

log = logging.getLogger("brubeck.wsgi")

_BUFFER = 64 * 1024
# How long a stopping server leaves idle connections open, in seconds: a client that is just
# about to ask gets its answer, which says that the connection closes, and not a reset.
_LAST_MOMENT = 1.0


class HTTPServer:
    """Answers HTTP/1.1 on the addresses it is told to `open`.

    Args:
        dispatch: turns a request into a response; never raises an `Exception`.
        concurrency: the backend that runs everything.
        settings: bounds on connections.
        limits: bounds on requests.
    """

    def __init__(
        self,
        dispatch: Dispatch,
        concurrency: Concurrency,
        settings: ServerSettings = DEFAULT_SETTINGS,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.dispatch = dispatch
        self.concurrency = concurrency
        self.settings = settings
        self.limits = limits
        self.secure = bool(settings.certificate)
        self._secured = _tls_wrapper(settings) if self.secure else None
        self.trusted = parse_networks(settings.trusted_proxies)
        self.writer = Writer(self)
        self.preemptive = concurrency.preemptive
        # Threads are dear where greenlets are cheap.
        bound = settings.max_requests
        workers = min(settings.threads, bound) if self.preemptive else bound
        self.pool = concurrency.pool(workers, bound - workers)
        #: Parses a complete head. A parser is shared by all connections, but not by threads.
        self.parse: Callable[[bytes], HTTPRequest] = (
            _parse_per_thread if self.preemptive else _parse_with_one
        )(limits, settings.max_line)
        self.deadlines = Deadlines(concurrency)
        #: Where every read lands first; only the event loop reads into it.
        self.buffer = bytearray(_BUFFER)
        self.view = memoryview(self.buffer)
        self.stopping = False
        #: Whether the last moment of idle connections is over, too.
        self.leaving = False
        #: Open WebSockets; told to close when the server stops.
        self.conversations: set[WebSocket] = set()
        self._sockets: list[Any] = []
        self._listeners: list[Listener] = []
        self._full = False
        self._booking: Lock | nullcontext[None] = (
            concurrency.lock() if concurrency.preemptive else nullcontext()
        )
        self._connections: set[Connection] = set()
        self._stopped = concurrency.event()

    def open(self, addresses: Iterable[Address]) -> HTTPServer:
        """Open addresses to accept on later, and return the server.

        Raises `ConfigError` when one cannot be used; then none stays open.
        """
        try:
            for address in addresses:
                # Plain sockets on every backend: waiting is the server's own business.
                self._sockets.append(address.listen(_socket))
        except BaseException:
            self._close_sockets()
            raise
        return self

    @property
    def ports(self) -> list[int]:
        """The ports it listens on, in the order of the addresses; none for unix sockets."""
        names = [sock.getsockname() for sock in self._sockets]
        return [name[1] for name in names if isinstance(name, tuple)]

    def serve(self) -> None:
        """Accept and answer until `stop` has ended."""
        self._listeners = [
            self.concurrency.listen(sock, self._accept, inline=True) for sock in self._sockets
        ]
        for listener in self._listeners:
            listener.start()
        self._stopped.wait()

    def stop(self, timeout: float) -> None:
        """Stop accepting at once; let requests in flight end within `timeout` seconds."""
        if self.stopping:
            return
        self.stopping = True
        for listener in self._listeners:
            listener.stop()
        self._close_sockets()
        for conversation in list(self.conversations):
            # Each may wait for a client that takes nothing.
            self.concurrency.spawn(conversation.close, 1001, "the server is stopping")
        # Where requests are handed over, so that none is at that very moment.
        closing = self.concurrency.call_later(min(_LAST_MOMENT, timeout), self._close_idle)
        self._wait_for_connections(timeout)
        closing.close()
        if self._connections:
            log.warning("%d connections were cut after %g s", len(self._connections), timeout)
            for connection in list(self._connections):
                connection.cut()
            self._wait_for_connections(_LAST_MOMENT)
        self.deadlines.close()
        self._stopped.set()

    def _wait_for_connections(self, seconds: float) -> None:
        deadline = monotonic() + seconds
        while self._connections and monotonic() < deadline:
            self.concurrency.sleep(0.02)

    def _close_idle(self) -> None:
        self.leaving = True
        for connection in list(self._connections):
            waits = connection.pending or connection.collecting or connection.lingering is not None
            if not (connection.busy or waits):
                connection.close()

    def _close_sockets(self) -> None:
        while self._sockets:
            self._sockets.pop().close()

    def forget(self, connection: Connection) -> None:
        """Take a closed connection off the books."""
        with self._booking:
            self._connections.discard(connection)
            if self._full and not self.stopping:
                self._full = False
                for listener in self._listeners:
                    listener.resume()

    def _accept(self, client: Any, address: Any) -> None:
        peer = address[0] if isinstance(address, tuple) else None
        if self._secured is not None:
            client = self._secured(client)
        connection = Connection(self, client, peer)
        with self._booking:
            if not connection.closed:
                self._connections.add(connection)
            if len(self._connections) >= self.settings.max_connections:
                self._full = True
                for listener in self._listeners:
                    listener.pause()


def _parse_with_one(limits: Limits, max_line: int) -> Callable[[bytes], HTTPRequest]:
    return HeadParser(limits, max_line).parse


def _parse_per_thread(limits: Limits, max_line: int) -> Callable[[bytes], HTTPRequest]:
    parsers = threading.local()

    def parse(head: bytes) -> HTTPRequest:
        try:
            parser: HeadParser = parsers.parser
        except AttributeError:
            parser = parsers.parser = HeadParser(limits, max_line)
        return parser.parse(head)

    return parse


def _tls_wrapper(settings: ServerSettings) -> Callable[[Any], Any]:
    from brubeck_wsgi.http1.tls import TLSSocket, make_context  # ssl, only where it is used

    context = make_context(settings.certificate, settings.key)
    return lambda sock: TLSSocket(sock, context)
