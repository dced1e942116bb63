"""Caches and session ids, as the original has them: entries end at a point in Unix time.

New programs use ``app.cache``, whose entries live for so many seconds.
"""

# A plugin that is not installed is `Any` to a type checker.
# mypy: disable-error-code="import-not-found, attr-defined"

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from brubeck._names import lazy_names
from brubeck_core.builtin.memory_cache import MemoryCache

if TYPE_CHECKING:
    from brubeck_redis import RedisCacheStore as RedisCacheStore
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {"RedisCacheStore": "brubeck_redis"},
        own=("BaseCacheStore", "InMemoryCacheStore", "generate_session_id"),
    )


def generate_session_id() -> str:
    """Return 64 hexadecimal digits that nobody can guess."""
    return secrets.token_hex(32)


class BaseCacheStore:
    """What a cache store offers; every method is for the subclass to write."""

    def save(self, key: str, data: Any, expire: float | None = None) -> None:
        """Keep `data` under `key` until `expire`, in seconds since 1970; None is for good."""
        raise NotImplementedError

    def load(self, key: str) -> Any:
        """Return what is kept under `key`; None when there is nothing or it has expired."""
        raise NotImplementedError

    def delete(self, key: str) -> None:
        """Forget `key`."""
        raise NotImplementedError

    def delete_expired(self) -> None:
        """Forget all that has expired."""
        raise NotImplementedError


class InMemoryCacheStore(BaseCacheStore):
    """Keep entries in this process, at most `max_entries`; see `MemoryCache`."""

    def __init__(self, max_entries: int = 10_000) -> None:
        self._cache = MemoryCache(max_entries)

    def save(self, key: str, data: Any, expire: float | None = None) -> None:
        ttl = None if expire is None else expire - time.time()
        if ttl is None or ttl > 0:
            self._cache.save(key, data, ttl)
        else:
            self._cache.delete(key)

    def load(self, key: str) -> Any:
        return self._cache.load(key)

    def delete(self, key: str) -> None:
        self._cache.delete(key)

    def delete_expired(self) -> None:
        self._cache.delete_expired()
