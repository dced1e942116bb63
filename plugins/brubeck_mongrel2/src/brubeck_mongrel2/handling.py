"""From messages to work: whose they are, what they are, and who has to hear of them."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from brubeck_core.errors import HTTPError
from brubeck_mongrel2.answering import Answering
from brubeck_mongrel2.exchange import Exchange
from brubeck_mongrel2.protocol import reply
from brubeck_mongrel2.protocol.classify import Kind, classify
from brubeck_mongrel2.protocol.connections import PipelineOverflow
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.flow import CreditFlow
from brubeck_mongrel2.protocol.message import Message, parse
from brubeck_mongrel2.serving import Serving
from brubeck_mongrel2.telling import Telling
from brubeck_mongrel2.websocket import Mongrel2WebSocket
from brubeck_mongrel2.working import Working

if TYPE_CHECKING:
    from collections.abc import Callable

    from brubeck_core.app.brubeck import Brubeck
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.exchange import Client
    from brubeck_mongrel2.spool import Spool, SpooledBody

log = logging.getLogger("brubeck.mongrel2")

#: Seconds of work or silence after which a client is kept from the server's idle killer, whose
#: `limits.min_ping` is 120.
_KEEP_ALIVE_AFTER = 20.0


class Handling:
    """Take messages in and have their answers written.

    Args:
        max_requests: how many requests are answered at once.
        cancel: whether a handler is ended when its client goes away, where it waits.
        access_log: whether each answer is logged; Mongrel2 does not know its status.
        on_disconnect: called as ordinary work when a client goes away, with the names of its
            server and connection.
        spool: where servers put uploads, if they do.
    """

    def __init__(
        self,
        app: Brubeck,
        *,
        max_requests: int,
        cancel: bool,
        access_log: bool,
        on_disconnect: Callable[[str, str], object],
        spool: Spool | None = None,
    ) -> None:
        self.concurrency = concurrency = app.concurrency
        #: Messages that were none of Mongrel2's, and dropped.
        self.dropped = 0
        self._app = app
        self._cancel = cancel
        self._on_disconnect = on_disconnect
        self._spool = spool
        self._answering = Answering(concurrency)
        serving = Serving(app, self._answering, access_log)
        self._working = Working(concurrency, serving, self._answering, max_requests, cancel)
        #: Set while nothing is being answered.
        self.idle = self._working.idle
        #: Say whether another request may be taken in.
        self.has_room = self._working.has_room
        self._endpoints: list[Endpoint] = []
        self._senders: set[str] = set()
        self._lock = self._working.lock
        #: Writes to clients beside the answers.
        self.telling = Telling(self._endpoints, self._answering, self._lock)
        if concurrency.preemptive:
            self._admit = self._admit_locked  # type: ignore[method-assign]

    # -- taking in, in the event loop -----------------------------------------------------

    def watch(self, endpoint: Endpoint) -> None:
        """Work for `endpoint` too."""
        self._endpoints.append(endpoint)
        self._working.watch(endpoint)

    def received(self, endpoint: Endpoint, raw: bytes) -> None:
        """Take a message."""
        try:
            message = parse(raw)
            kind = classify(message)
            if self._spool is not None and kind is Kind.HTTP and self._spool.is_stored(message):
                self._take_stored(endpoint, message, self._spool)
            elif kind is Kind.HTTP or kind in _REQUESTS:
                exchange = self._admit(endpoint, message, kind)
                if exchange is not None:
                    self._working.begin(exchange)
            else:
                self._notice(endpoint, message, kind)
        except ProtocolError as error:
            self.dropped += 1
            log.warning("dropped a message, the %d. so far: %s", self.dropped, error)

    def lost(self, endpoint: Endpoint) -> None:
        """End the work for all clients of a server that is gone."""
        with self._lock:
            gone = endpoint.clients.restart()
        for client in gone:
            self._end(client)

    def use_credits(self, endpoint: Endpoint) -> None:
        """Hear that a server counts the bytes it writes; from the event loop."""
        with self._lock:
            self._answering.use_credits(endpoint)

    def say_goodbye(self) -> None:
        """Close every WebSocket, because this process ends."""
        for endpoint in self._endpoints:
            for client in endpoint.clients:
                peer = client.peer
                if isinstance(peer, Mongrel2WebSocket):
                    peer.going_away()

    def cut(self) -> None:
        """Cut the connections of all who still wait, because this process ends in spite of them.

        The server would let them wait for ever.
        """
        for endpoint in self._endpoints:
            for client in endpoint.clients:
                if client.running is not None:
                    self._answering.abort(endpoint, client)

    def tend(self) -> None:
        """Keep waiting clients connected, and forget what was idle for long."""
        now = monotonic()
        for endpoint in self._endpoints:
            with self._lock:
                endpoint.clients.sweep(now)
                waiting: dict[str, list[str]] = {}
                for client in endpoint.clients:
                    busy = client.running is not None or client.peer is not None
                    if busy and client.open and now - client.seen > _KEEP_ALIVE_AFTER:
                        waiting.setdefault(client.sender, []).append(client.conn_id)
            for sender, conn_ids in waiting.items():
                for message in reply.keep_alive(sender, conn_ids):
                    endpoint.send(message)

    def _take_stored(self, endpoint: Endpoint, message: Message, spool: Spool) -> None:
        try:
            stored = spool.take(message)
        except HTTPError:
            # Plain HTTP without the body it announced: what refuses that refuses this.
            exchange = self._admit(endpoint, message, Kind.HTTP)
        else:
            if stored is None:
                return
            exchange = self._admit(endpoint, message, Kind.STORED, stored)
        if exchange is not None:
            self._working.begin(exchange)

    def _admit(
        self, endpoint: Endpoint, message: Message, kind: Kind, stored: SpooledBody | None = None
    ) -> Exchange | None:
        """Return the exchange to begin at once with a request, if there is one."""
        if message.sender not in self._senders:
            self._meet(endpoint, message.sender)
        now = monotonic()
        client: Client = endpoint.clients.open(message.sender, message.conn_id, now)
        if not client.alive or client.closing:
            return None
        credits = message.headers.get("DOWNLOAD_CREDITS")
        if credits is not None:
            client.flow = CreditFlow(_number(credits))
            if endpoint.clients.window is None:
                self._answering.use_credits(endpoint, _number(credits))
        if kind is Kind.WEBSOCKET_HANDSHAKE and client.running is not None:
            # The server takes a handshake as the first request of a connection only. With a socket
            # of its own it would write past the answer that is on its way.
            kind = Kind.SPOOFED
        exchange = Exchange(endpoint, client, message, kind)
        if stored is not None:
            exchange.stored = stored
        if kind is Kind.WEBSOCKET_HANDSHAKE:
            max_size = self._app.limits.max_message
            outbox = self._answering.outbox(endpoint, client)
            client.peer = Mongrel2WebSocket(self.concurrency, outbox, max_size)
        try:
            if not client.arrive(exchange, now):
                return None
        except PipelineOverflow as error:
            log.warning("%s; it is cut", error)
            self._answering.abort(endpoint, client)
            return None
        return exchange if self._working.admits(exchange) else None

    def _admit_locked(
        self, endpoint: Endpoint, message: Message, kind: Kind, stored: SpooledBody | None = None
    ) -> Exchange | None:
        with self._lock:
            return Handling._admit(self, endpoint, message, kind, stored)

    def _meet(self, endpoint: Endpoint, sender: str) -> None:
        """Look once at each server whether it can hear us."""
        self._senders.add(sender)
        if not endpoint.takes(sender):
            log.error(
                "the Mongrel2 server %r takes no answers that are addressed to it, so every client "
                "of it will wait for ever; set recv_ident = %r in its handler row",
                sender,
                sender,
            )

    def _notice(self, endpoint: Endpoint, message: Message, kind: Kind) -> None:
        if kind is Kind.DISCONNECT:
            with self._lock:
                gone: Client | None = endpoint.clients.forget(message.sender, message.conn_id)
            if gone is not None:
                self._end(gone)
            return
        client = endpoint.clients.find(message.sender, message.conn_id)
        if kind is Kind.CREDITS:
            self._credit(endpoint, client, _number(message.headers.get("DOWNLOAD_CREDITS", "")))
        elif client is None:
            # Another process has the rest of it; nobody can make anything of this part.
            endpoint.send(reply.cancel(message.sender, message.conn_id))
        else:
            self._feed(endpoint, client, message)

    def _credit(self, endpoint: Endpoint, client: Client | None, size: int) -> None:
        if client is not None:
            self._answering.credit(client, size)
        if endpoint.clients.window is None:
            self.use_credits(endpoint)
        if client is not None and client.outbox is not None:
            client.outbox.flush()

    def _feed(self, endpoint: Endpoint, client: Client, message: Message) -> None:
        peer = client.peer
        if peer is None:
            return
        try:
            peer.feed(message)
        except ProtocolError:
            self._answering.abort(endpoint, client)
            peer.disconnected()
            raise

    def _end(self, client: Client) -> None:
        """Tell everybody who has to do with a client that it is gone."""
        if client.outbox is not None:
            client.outbox.flush()
        # Its worker may end at any moment, and leave it none.
        peer = client.peer
        if peer is not None:
            peer.disconnected()
        exchange = client.running
        # A conversation hears of it from its socket.
        converses = exchange is not None and exchange.kind is Kind.WEBSOCKET_HANDSHAKE
        if exchange is not None and self._cancel and not converses:
            self._working.interrupt(exchange)
        self._working.spawn(self._on_disconnect, client.sender, client.conn_id)


_REQUESTS = frozenset(
    {
        Kind.HTTP,
        Kind.SPOOFED,
        Kind.UPLOAD_START,
        Kind.WEBSOCKET_HANDSHAKE,
        Kind.JSON_SOCKET,
        Kind.XML_SOCKET,
    }
)


def _number(text: str | list[str]) -> int:
    if not isinstance(text, str) or not text.isdecimal() or len(text) > 12:
        raise ProtocolError("credits are not a number")
    return int(text)
