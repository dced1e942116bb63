"""The original's cache store in Redis: entries end at a point in Unix time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from brubeck_redis.server import reaching

if TYPE_CHECKING:
    from redis import Redis


class RedisCacheStore:
    """Keep text under keys that the server forgets in time.

    New programs use `RedisCache`, whose entries live for so many seconds.

    Args:
        redis_connection: a `redis.Redis`. Its timeouts are up to whoever made it;
            `brubeck_redis.server.connect` makes one that suits.
        key_prefix: what the names of all keys begin with.
    """

    def __init__(self, redis_connection: Redis | None = None, key_prefix: str = "") -> None:
        if redis_connection is None:
            raise ValueError(
                "RedisCacheStore needs redis_connection, such as "
                "brubeck_redis.server.connect('redis://...')"
            )
        self._redis = redis_connection
        self._prefix = key_prefix

    def save(self, key: str, data: Any, expire: float | None = None) -> None:
        """Keep `data` under `key` until `expire`, in seconds since 1970; None is for good.

        Raises `AssertionError`, as in the original, when that is past.
        """
        ttl = None if expire is None else int((expire - time.time()) * 1000)
        if ttl is not None and ttl <= 0:
            raise AssertionError(f"expire is {expire:.0f}, which is past; it is in Unix time")
        with reaching(self._redis):
            self._redis.set(self._prefix + key, data, px=ttl)

    def load(self, key: str) -> str | None:
        """Return the text kept under `key`; None when there is nothing or it has expired."""
        with reaching(self._redis):
            data: Any = self._redis.get(self._prefix + key)
        return data.decode() if isinstance(data, bytes) else data

    def delete(self, key: str) -> None:
        """Forget `key`."""
        with reaching(self._redis):
            self._redis.delete(self._prefix + key)

    def delete_expired(self) -> None:
        """Raise `NotImplementedError`: the server forgets what has expired by itself."""
        raise NotImplementedError("Redis forgets what has expired by itself; leave the call out")
