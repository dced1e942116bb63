"""The queryset in Redis.

A collection is a hash of items by id, and a sorted set of their ids in the order of creation.
What the hash keeps of an item is its version, a line feed, and its JSON, so that the server can
compare versions by itself: its scripts are atomic.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from brubeck_core.interfaces.query import Page, Query, select
from brubeck_core.interfaces.queryset import Item, Outcome, Queryset, Status, version_of
from brubeck_redis.server import POOL_SIZE, PREFIX, TIMEOUT, URL, connect, make_key, reaching

if TYPE_CHECKING:
    from redis import Redis

# Keys: items, order. Arguments: id, the version to compare with, and for `_PUT` the new record.
# The version has a mark before it, so that none that a client makes up means any.
_COMPARE = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
local version = old and string.match(old, '^[^\\n]*') or ''
local fits = ARGV[2] == 'any' or ARGV[2] == '=' .. version
"""
_PUT = f"""{_COMPARE}
if not fits then
    return 'Conflict'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if old then
    return 'Updated'
end
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
redis.call('ZADD', KEYS[2], (tonumber(last) or 0) + 1, ARGV[1])
return 'Created'
"""
_TAKE = f"""{_COMPARE}
if not old then
    return {{'Not Found'}}
end
if not fits then
    return {{'Conflict'}}
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return {{'Updated', old}}
"""
# Arguments: the first and the last place in the order. A call takes a limited number of ids.
_PAGE = """
local ids = redis.call('ZRANGE', KEYS[2], ARGV[1], ARGV[2])
local found = {redis.call('ZCARD', KEYS[2])}
for first = 1, #ids, 1000 do
    local some = {unpack(ids, first, math.min(first + 999, #ids))}
    for _, record in ipairs(redis.call('HMGET', KEYS[1], unpack(some))) do
        found[#found + 1] = record
    end
end
return found
"""
#: A place in the order that nothing has, and the server can still read.
_END = 2**62


class RedisItems(Queryset):
    """Keep items in Redis.

    Items are read and sifted here when a query has conditions or an order; a page in the order
    of creation is all that is read otherwise.

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
        self._open(connect(url, pool_size=pool_size, timeout=timeout), prefix, ())

    def collection(self, name: str) -> RedisItems:
        made = RedisItems.__new__(RedisItems)
        made._open(self._redis, self._prefix, (*self._path, name))
        return made

    def create_one(self, item: Item, *, version: str | None = None) -> Outcome:
        item_id, text = item.get("id"), _json(item)
        if not isinstance(item_id, str) or not item_id or text is None:
            return Status.FAILED, item
        stored = json.loads(text)
        record = f"{version_of(stored)}\n{text}"
        with reaching(self._redis):
            found = self._put(self._keys, (item_id, _condition(version), record))
        status = Status(found.decode())
        return status, item_id if status is Status.CONFLICT else stored

    def read_all(self) -> list[Outcome]:
        return [(Status.OK, item) for item in self._read(0, -1).items]

    def read_one(self, item_id: str) -> Outcome:
        with reaching(self._redis):
            record = self._redis.hget(self._keys[0], item_id)
        return _outcome(item_id, record)

    def read_many(self, item_ids: Iterable[str]) -> list[Outcome]:
        wanted = list(item_ids)
        if not wanted:
            return []
        with reaching(self._redis):
            records = self._redis.hmget(self._keys[0], wanted)
        return [*map(_outcome, wanted, records)]

    def update_one(self, item: Item, *, version: str | None = None) -> Outcome:
        return self.create_one(item, version=version)

    def destroy_one(self, item_id: str, *, version: str | None = None) -> Outcome:
        with reaching(self._redis):
            found, *records = self._take(self._keys, (item_id, _condition(version)))
        return Status(found.decode()), _item(records[0]) if records else item_id

    def find(self, query: Query) -> Page:
        if query.where or query.sort:
            return select(self._read(0, -1).items, query)
        if query.count is None:
            return self._read(query.skip, -1)
        if query.count == 0:
            return self._read(_END, _END)
        return self._read(query.skip, query.skip + query.count - 1)

    def _open(self, client: Redis, prefix: str, path: tuple[str, ...]) -> None:
        self._redis = client
        self._prefix = prefix
        self._path = path
        self._keys = [make_key(prefix, kind, *path) for kind in ("items", "order")]
        self._put, self._take, self._page = map(client.register_script, (_PUT, _TAKE, _PAGE))

    def _read(self, first: int, last: int) -> Page:
        with reaching(self._redis):
            total, *records = self._page(self._keys, (min(first, _END), min(last, _END)))
        return Page([_item(record) for record in records], total)


def _json(item: Item) -> str | None:
    """Return an item as JSON, or None when there is something in it that JSON has not."""
    try:
        return json.dumps(dict(item), allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return None


def _condition(version: str | None) -> str:
    return "any" if version is None else f"={version}"


def _item(record: Any) -> dict[str, Any]:
    item: dict[str, Any] = json.loads(record.partition(b"\n")[2])
    return item


def _outcome(item_id: str, record: Any) -> Outcome:
    return (Status.NOT_FOUND, item_id) if record is None else (Status.OK, _item(record))
