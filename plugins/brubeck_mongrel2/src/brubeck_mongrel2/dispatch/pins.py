"""Which worker has which client."""

from __future__ import annotations

from typing import Generic, TypeVar

W = TypeVar("W")

#: Clients remembered at least; at most twice as many are. The server does not report every end.
MANY = 100_000


class Pins(Generic[W]):
    """Remember who a client was pinned to, by its key.

    There are two generations: what was asked for in the last one moves to the present, and the
    last one is forgotten when the present is full.
    """

    def __init__(self, many: int = MANY) -> None:
        self._many = many
        self._young: dict[bytes, W] = {}
        self._old: dict[bytes, W] = {}

    def find(self, key: bytes) -> W | None:
        """Return who a client's requests go to; None if that is to be decided."""
        return self._young.get(key)

    def find_ever(self, key: bytes) -> W | None:
        """Return who has had to do with a client, also before `share_anew`."""
        return self._young.get(key) or self._old.get(key)

    def pin(self, key: bytes, worker: W) -> None:
        """Remember who a client is with."""
        if len(self._young) >= self._many:
            self._young, self._old = {}, self._young
        self._young[key] = worker

    def unpin(self, key: bytes) -> None:
        """Forget a client."""
        self._young.pop(key, None)
        self._old.pop(key, None)

    def share_anew(self) -> None:
        """Have it decided anew where requests go, because there is one more to share with."""
        self._old.update(self._young)
        self._young = {}

    def clear(self) -> None:
        """Forget all clients."""
        self._young.clear()
        self._old.clear()
