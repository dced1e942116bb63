"""The cache in Redis."""

from __future__ import annotations

from typing import Any

from brubeck_core.interfaces.cache import Cache
from brubeck_redis.server import POOL_SIZE, PREFIX, TIMEOUT, URL, connect, make_key, reaching

#: Milliseconds beyond which the server cannot count: 285,000 years.
_LONGEST = 2**53


class RedisCache(Cache):
    """Keep each entry under a key of its own, which the server forgets in time.

    Args:
        url: the server; see `brubeck_redis.server.connect`.
        prefix: what the names of all keys begin with.
        pool_size: how many connections to keep at most.
        timeout: seconds to wait for an answer.
    """

    def __init__(
        self,
        url: str = URL,
        prefix: str = PREFIX,
        pool_size: int = POOL_SIZE,
        timeout: float = TIMEOUT,
    ) -> None:
        self._redis = connect(url, pool_size=pool_size, timeout=timeout)
        self._prefix = prefix

    def save(self, key: str, data: str, ttl: float | None = None) -> None:
        ends = None if ttl is None else _milliseconds(ttl)
        with reaching(self._redis):
            self._redis.set(self._key(key), data, px=ends)

    def load(self, key: str) -> str | None:
        with reaching(self._redis):
            data: Any = self._redis.get(self._key(key))
        return None if data is None else data.decode("utf-8", "surrogatepass")

    def delete(self, key: str) -> bool:
        with reaching(self._redis):
            return bool(self._redis.delete(self._key(key)))

    def delete_expired(self) -> int:
        """Return 0: the server has forgotten what has expired by itself."""
        return 0

    def increment(self, key: str, ttl: float) -> int:
        ends, name = _milliseconds(ttl), self._key(key)
        with reaching(self._redis), self._redis.pipeline(transaction=True) as both:
            both.set(name, 0, px=ends, nx=True)
            both.incr(name)
            return int(both.execute()[1])

    def _key(self, name: str) -> str:
        return make_key(self._prefix, "cache", name)


def _milliseconds(ttl: float) -> int:
    if not ttl > 0:
        raise ValueError(f"a ttl is a positive number of seconds, not {ttl}")
    return max(1, int(min(ttl * 1000, _LONGEST)))
