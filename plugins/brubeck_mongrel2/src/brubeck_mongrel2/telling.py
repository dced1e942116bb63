"""What applications write to clients beside the answers: `send`, `reply_bulk` and the like.

It counts as answers do, or a burst of it would make the server drop the connection; see `Flow`.
"""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ClientDisconnected
from brubeck_mongrel2.protocol import reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from brubeck_mongrel2.answering import Answering
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.exchange import Client

#: Bytes that may wait for one of many clients before it is given up: the others do not wait.
MAX_BEHIND = 8 << 20


class Telling:
    """Write to clients of any of the servers, by name.

    One that this process does not know, since others have its requests, is written to at once.

    Args:
        lock: held where clients are looked up.
    """

    def __init__(self, endpoints: Sequence[Endpoint], answering: Any, lock: Any) -> None:
        self._endpoints = endpoints
        self._answering: Answering = answering
        self._lock = lock

    def send(self, uuid: str, conn_id: str, data: bytes) -> None:
        """Write to one client; wait while it has too much on its way."""
        message = reply.reply(uuid, conn_id, data)
        for endpoint in self._hearing(uuid):
            client = self._find(endpoint, uuid, conn_id)
            if client is None:
                endpoint.send(message)
            else:
                with suppress(ClientDisconnected):
                    self._answering.write(endpoint, client, data)

    def send_bulk(self, uuid: str, conn_ids: Iterable[str], data: bytes) -> None:
        """Write to several clients and wait for none; see `MAX_BEHIND`."""
        names = list(conn_ids)
        messages = list(reply.reply_bulk(uuid, names, data))
        for endpoint in self._hearing(uuid):
            ready = [each for each in names if self._count(endpoint, uuid, each, data)]
            if len(ready) < len(names):
                messages = list(reply.reply_bulk(uuid, ready, data))
            for message in messages:
                endpoint.send(message)

    def close_bulk(self, uuid: str, conn_ids: Iterable[str]) -> None:
        """Close connections, each once all before it is written."""
        names = list(conn_ids)
        messages = list(reply.close_bulk(uuid, names))
        for endpoint in self._hearing(uuid):
            ready = [each for each in names if self._note_close(endpoint, uuid, each)]
            if len(ready) < len(names):
                messages = list(reply.close_bulk(uuid, ready))
            for message in messages:
                endpoint.send(message)

    def _hearing(self, uuid: str) -> Iterator[Endpoint]:
        return (endpoint for endpoint in list(self._endpoints) if endpoint.takes(uuid))

    def _find(self, endpoint: Endpoint, uuid: str, conn_id: str) -> Client | None:
        with self._lock:
            return endpoint.clients.wake(uuid, conn_id, monotonic())

    def _count(self, endpoint: Endpoint, uuid: str, conn_id: str, data: bytes) -> bool:
        """Say whether to write to a client at once; else, it has been seen to."""
        client = self._find(endpoint, uuid, conn_id)
        if client is None or self._answering.count(client, len(data)):
            return True
        if client.open and self._answering.add(endpoint, client, data) > MAX_BEHIND:
            self._answering.abort(endpoint, client)
        return False

    def _note_close(self, endpoint: Endpoint, uuid: str, conn_id: str) -> bool:
        """Say whether to close a connection at once; else, it has been seen to."""
        client = self._find(endpoint, uuid, conn_id)
        if client is None:
            return True
        if not client.open:
            return False
        if client.outbox is not None:
            client.outbox.close()
            return False
        client.closing = True
        return True
