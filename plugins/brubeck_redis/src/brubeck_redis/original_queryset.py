"""The original's queryset in Redis: a hash of documents by their id, named by `api_id`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from brubeck_core.interfaces.queryset import ABSENT, Outcome, Queryset, Status, version_of
from brubeck_redis.server import reaching

if TYPE_CHECKING:
    from redis import Redis

# Arguments: id, what was read ("" for nothing), and what to write; without that it deletes.
_REPLACE = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
    return 0
end
if ARGV[3] then
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
else
    redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1
"""


class RedisQueryset(Queryset):
    """Keep documents, or mappings, as JSON in one hash, as the original does.

    What it reads it returns as parsed JSON; storing returns what it was given. As in the
    original, what is missing when it is read is `Failed`, with its id from `read_one` and with
    None from the methods for several, and there is no order of creation. `RedisItems` has one.

    Args:
        compress: whether to compress what is stored, by zlib.
        db_conn: a `redis.Redis`. Its timeouts, and whether it waits for connections, are up to
            whoever made it; `brubeck_redis.server.connect` makes one that suits.
        api_id: the name of the field that identifies a document, and of the hash.
    """

    MSG_OK = Status.OK
    MSG_UPDATED = Status.UPDATED
    MSG_CREATED = Status.CREATED
    MSG_NOTFOUND = Status.NOT_FOUND
    MSG_FAILED = Status.FAILED

    def __init__(
        self, compress: bool = False, db_conn: Redis | None = None, api_id: str = "id"
    ) -> None:
        if db_conn is None:
            raise ValueError(
                "RedisQueryset needs db_conn, such as brubeck_redis.server.connect('redis://...')"
            )
        self.db_conn = db_conn
        self.api_id = api_id
        self._compress = compress
        self._hash = api_id
        self._replace = db_conn.register_script(_REPLACE)

    def collection(self, name: str) -> RedisQueryset:
        """Return the queryset whose hash is named `name` after the name of this one."""
        made = RedisQueryset(self._compress, self.db_conn, self.api_id)
        made._hash = f"{self._hash}:{name}"
        return made

    # -- for one or several, as the argument is --------------------------------------------------

    def create(self, shields: Any) -> Any:
        """Store an item or a list of them."""
        return _one_or_many(shields, self.create_one, self.create_many)

    def read(self, ids: Any) -> Any:
        """Return the item of an id, the items of a list of ids, or, for nothing, all."""
        return _one_or_many(ids, self.read_one, self.read_many) if ids else self.read_all()

    def update(self, shields: Any) -> Any:
        """Replace an item or a list of them."""
        return _one_or_many(shields, self.update_one, self.update_many)

    def destroy(self, item_ids: Any) -> Any:
        """Remove the item of an id, or the items of a list of ids."""
        return _one_or_many(item_ids, self.destroy_one, self.destroy_many)

    # -- for one ---------------------------------------------------------------------------------

    def create_one(self, shield: Any, *, version: str | None = None) -> Outcome:
        item_id, data = self._id(shield), self._dump(shield)
        if not item_id or data is None:
            return Status.FAILED, shield
        if version is None:
            with reaching(self.db_conn):
                created = self.db_conn.hset(self._hash, item_id, data)
        else:
            old = self._stored(item_id)
            if version != self._version(old) or not self._replaced(item_id, old or b"", data):
                return Status.CONFLICT, item_id
            created = old is None
        return Status.CREATED if created else Status.UPDATED, shield

    def read_all(self) -> list[Outcome]:
        with reaching(self.db_conn):
            found = self.db_conn.hvals(self._hash)
        return [(Status.OK, _load(data)) for data in found]

    def read_one(self, iid: Any) -> Outcome:
        data = self._stored(str(iid))
        return (Status.FAILED, iid) if data is None else (Status.OK, _load(data))

    def update_one(self, shield: Any, *, version: str | None = None) -> Outcome:
        return self.create_one(shield, version=version)

    def destroy_one(self, item_id: Any, *, version: str | None = None) -> Outcome:
        if version is None:
            with reaching(self.db_conn), self.db_conn.pipeline(transaction=True) as both:
                both.hget(self._hash, str(item_id))
                both.hdel(self._hash, str(item_id))
                old = both.execute()[0]
        else:
            old = self._stored(str(item_id))
        if old is None:
            return Status.NOT_FOUND, item_id
        if version is not None and (
            version != self._version(old) or not self._replaced(str(item_id), old)
        ):
            return Status.CONFLICT, item_id
        return Status.UPDATED, _load(old)

    # -- for several -----------------------------------------------------------------------------

    def read_many(self, ids: Iterable[Any]) -> list[Outcome]:
        wanted = [str(iid) for iid in ids]
        if not wanted:
            return []
        with reaching(self.db_conn):
            found = self.db_conn.hmget(self._hash, wanted)
        return [
            (Status.FAILED, None) if data is None else (Status.OK, _load(data)) for data in found
        ]

    def destroy_many(self, item_ids: Iterable[Any]) -> list[Outcome]:
        outcomes = [self.destroy_one(item_id) for item_id in item_ids]
        return [
            (Status.FAILED, None) if status is Status.NOT_FOUND else (status, item)
            for status, item in outcomes
        ]

    # -- what is stored --------------------------------------------------------------------------

    def _id(self, shield: Any) -> str:
        mapping = isinstance(shield, Mapping)
        item_id = shield.get(self.api_id) if mapping else getattr(shield, self.api_id)
        return "" if item_id is None else str(item_id)

    def _dump(self, shield: Any) -> bytes | None:
        """Return what to store, or None when there is something in it that JSON has not."""
        try:
            text = json.dumps(dict(shield)) if isinstance(shield, Mapping) else shield.to_json()
        except (TypeError, ValueError, RecursionError):
            return None
        data: bytes = text.encode()
        return zlib.compress(data) if self._compress else data

    def _stored(self, item_id: str) -> bytes | str | None:
        with reaching(self.db_conn):
            return self.db_conn.hget(self._hash, item_id)

    def _version(self, data: bytes | str | None) -> str:
        return ABSENT if data is None else version_of(_load(data))

    def _replaced(self, *arguments: str | bytes) -> bool:
        """Write or delete, unless somebody has written since it was read."""
        with reaching(self.db_conn):
            return bool(self._replace([self._hash], arguments))


def _one_or_many(given: Any, one: Callable[[Any], Any], many: Callable[[Any], Any]) -> Any:
    return many(given) if isinstance(given, list) else one(given)


def _load(data: bytes | str) -> Any:
    """Parse what is stored, compressed or not: zlib begins with an x, a document never does."""
    if isinstance(data, bytes) and data[:1] == b"x":
        data = zlib.decompress(data)
    return json.loads(data)
