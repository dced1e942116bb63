"""The server: listening sockets, connections, and the way to a clean end."""

from __future__ import annotations

import _socket
import errno
import logging
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from brubeck_core.http.limits import DEFAULT_LIMITS, Limits
from brubeck_wsgi.http1.answer import Writer
from brubeck_wsgi.http1.connection import Connection
from brubeck_wsgi.http1.deadlines import Deadlines
from brubeck_wsgi.http1.head import HeadParser
from brubeck_wsgi.http1.proxies import parse_networks
from brubeck_wsgi.http1.settings import DEFAULT_SETTINGS, ServerSettings

if TYPE_CHECKING:
    from brubeck_core.app.dispatch import Dispatch
    from brubeck_core.http.websocket import WebSocket
    from brubeck_core.interfaces.concurrency import Concurrency, Watch
    from brubeck_wsgi.addresses import Address

log = logging.getLogger("brubeck.wsgi")

_BUFFER = 64 * 1024
# Connections accepted in a row before others get their turn.
_ACCEPT_BATCH = 64
# How long accepting rests when the process is out of descriptors, in seconds.
_ACCEPT_REST = 0.1
_OUT_OF = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


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
        self.heads = HeadParser(limits, settings.max_line)
        self.secure = bool(settings.certificate)
        self._secured = _tls_wrapper(settings) if self.secure else None
        self.trusted = parse_networks(settings.trusted_proxies)
        self.writer = Writer(self)
        self.pool = concurrency.pool(settings.max_requests)
        self.preemptive = concurrency.preemptive
        self.deadlines = Deadlines(concurrency)
        #: Where every read lands first; only the event loop reads into it.
        self.buffer = bytearray(_BUFFER)
        self.view = memoryview(self.buffer)
        self.stopping = False
        #: Open WebSockets; told to close when the server stops.
        self.conversations: set[WebSocket] = set()
        self._sockets: list[Any] = []
        self._watches: list[Watch] = []
        self._connections: set[Connection] = set()
        self._stopped = concurrency.event()
        self._resting: Watch | None = None
        self._warned = 0.0

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
        for sock in self._sockets:
            sock.setblocking(False)
            acceptor = _Acceptor(self, sock)
            self._watches.append(
                self.concurrency.watch_readable(sock.fileno(), acceptor.on_readable)
            )
        self._stopped.wait()

    def stop(self, timeout: float) -> None:
        """Stop accepting at once; let requests in flight end within `timeout` seconds."""
        if self.stopping:
            return
        self.stopping = True
        for watch in self._watches:
            watch.close()
        self._close_sockets()
        if self._resting is not None:
            self._resting.close()
        deadline = monotonic() + timeout
        for connection in list(self._connections):
            if not connection.busy and connection.lingering is None:
                # A request may have arrived that nobody has looked at yet.
                connection.on_readable()
                if not (connection.busy or connection.pending or connection.collecting):
                    connection.close()
        for conversation in list(self.conversations):
            conversation.close(1001, "the server is stopping")
        while self._connections and monotonic() < deadline:
            self.concurrency.sleep(0.02)
        if self._connections:
            log.warning("%d connections were cut after %g s", len(self._connections), timeout)
        for connection in list(self._connections):
            connection.close()
        self.deadlines.close()
        self._stopped.set()

    def _close_sockets(self) -> None:
        while self._sockets:
            self._sockets.pop().close()

    def forget(self, connection: Connection) -> None:
        """Take a closed connection off the books."""
        self._connections.discard(connection)
        if self._resting is None and len(self._connections) == self.settings.max_connections - 1:
            self._accept_again()

    def accept_from(self, sock: Any) -> None:
        """Accept what waits on a listening socket."""
        room = self.settings.max_connections - len(self._connections)
        if room <= 0:
            for watch in self._watches:
                watch.pause()
            return
        for _ in range(min(room, _ACCEPT_BATCH)):
            try:
                fd, address = sock._accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno in _OUT_OF:
                    self._rest(error)
                return
            client: Any = _socket.socket(sock.family, sock.type, sock.proto, fileno=fd)
            client.setblocking(False)
            peer = address[0] if isinstance(address, tuple) else None
            if self._secured is not None:
                client = self._secured(client)
            self._connections.add(Connection(self, client, peer))

    def _rest(self, error: OSError) -> None:
        """Leave new connections in the backlog for a moment, instead of failing in a circle."""
        for watch in self._watches:
            watch.pause()
        now = monotonic()
        if now - self._warned > 1.0:
            self._warned = now
            log.warning("cannot accept connections: %s", error.strerror)
        self._resting = self.concurrency.call_later(_ACCEPT_REST, self._rested)

    def _rested(self) -> None:
        if self._resting is not None:
            self._resting.close()
            self._resting = None
        self._accept_again()

    def _accept_again(self) -> None:
        if not self.stopping:
            for watch in self._watches:
                watch.resume()


def _tls_wrapper(settings: ServerSettings) -> Callable[[Any], Any]:
    from brubeck_wsgi.http1.tls import TLSSocket, make_context  # ssl, only where it is used

    context = make_context(settings.certificate, settings.key)
    return lambda sock: TLSSocket(sock, context)


class _Acceptor:
    """Binds a listening socket to its server."""

    def __init__(self, server: HTTPServer, sock: Any) -> None:
        self._server = server
        self._sock = sock

    def on_readable(self) -> None:
        self._server.accept_from(self._sock)
