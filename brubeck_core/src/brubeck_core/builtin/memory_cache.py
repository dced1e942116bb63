"""The cache that keeps entries in this process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import inf

from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.cache import Cache


class MemoryCache(Cache):
    """Keep a bounded number of entries; when it is full, the least recently used one goes.

    Args:
        max_entries: how many entries to keep at most.
        clock: seconds that never jump back. The wall clock would let entries live for hours
            or end at once when somebody sets it.
    """

    def __init__(
        self, max_entries: int = 10_000, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if max_entries < 1:
            raise ConfigError(f"max_entries of the memory cache is {max_entries}; use 1 or more")
        self._max_entries = max_entries
        self._clock = clock
        self._entries: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def save(self, key: str, data: str, ttl: float | None = None) -> None:
        ends = inf if ttl is None else self._end(ttl)
        with self._lock:
            self._keep(key, data, ends)

    def load(self, key: str) -> str | None:
        with self._lock:
            entry = self._living(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def increment(self, key: str, ttl: float) -> int:
        ends = self._end(ttl)
        with self._lock:
            data, ends = self._living(key) or ("0", ends)
            count = int(data) + 1
            self._keep(key, str(count), ends)
            return count

    def delete(self, key: str) -> bool:
        with self._lock:
            entry = self._entries.pop(key, None)
            return entry is not None and entry[1] > self._clock()

    def delete_expired(self) -> int:
        with self._lock:
            now = self._clock()
            expired = [key for key, (_, ends) in self._entries.items() if ends <= now]
            for key in expired:
                del self._entries[key]
        return len(expired)

    def _end(self, ttl: float) -> float:
        if not ttl > 0:
            raise ValueError(f"a ttl is a positive number of seconds, not {ttl}")
        return self._clock() + ttl

    def _living(self, key: str) -> tuple[str, float] | None:
        """Return the entry of `key`, if there is one that has not ended; forget one that has."""
        entry = self._entries.get(key)
        if entry is not None and entry[1] <= self._clock():
            del self._entries[key]
            return None
        return entry

    def _keep(self, key: str, data: str, ends: float) -> None:
        self._entries[key] = (data, ends)
        self._entries.move_to_end(key)
        if len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)
