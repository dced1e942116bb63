"""Connections to the server, and who may use one."""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import Any

from brubeck_core.errors import StoreUnavailable
from brubeck_redis.places import Places, Stack
from redis import BlockingConnectionPool

#: Seconds to wait for a connection that others use, while the server answers them.
_WAIT = 0.9


class Pool(BlockingConnectionPool):
    """A pool of connections, with a gate before it.

    Attributes:
        gate: what to go through for as long as a connection is used.
    """

    def __init__(self, *, max_connections: int, **options: Any) -> None:
        # The library's own types leave this one out.
        super().__init__(  # type: ignore[no-untyped-call]
            max_connections=max_connections, timeout=_WAIT, queue_class=Stack, **options
        )
        self.gate = Gate(max_connections)


class Gate:
    """A context that so many tasks may be in at once; others wait.

    Who waits for a busy server gets in as soon as it can. When one of those inside finds the
    server away, though, all who wait already are sent away too: each would have to find out for
    itself, one after the other, and longer than a request may take.

    Raises `StoreUnavailable` when there is no getting in.
    """

    def __init__(self, places: int) -> None:
        self._places = Places(places)
        self._failed = -inf

    def __enter__(self) -> None:
        began = monotonic()
        if not self._places.acquire(_WAIT):
            raise StoreUnavailable("redis: others use all connections; see pool_size")
        if self._failed > began:
            self._places.release()
            raise StoreUnavailable("redis: it went away while others used all connections")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, StoreUnavailable):
            self._failed = monotonic()
        self._places.release()
