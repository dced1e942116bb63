"""Querysets as the original has them: one item in, one outcome out; a list in, a list out.

Items are documents, or anything with `to_python()`, or mappings. An outcome is a pair of a
status and the item.
"""

# A plugin that is not installed is `Any` to a type checker.
# mypy: disable-error-code="import-not-found, attr-defined"

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brubeck._names import lazy_names
from brubeck_core.builtin.memory_queryset import MemoryShelf
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.query import Page, Query
from brubeck_core.interfaces.queryset import Outcome, Queryset, Status

if TYPE_CHECKING:
    from brubeck_redis import RedisQueryset as RedisQueryset
else:
    __getattr__, __dir__ = lazy_names(
        __name__, {"RedisQueryset": "brubeck_redis"}, own=("AbstractQueryset", "DictQueryset")
    )


class AbstractQueryset(Queryset):
    """Sort calls into those for one item, for several and for all.

    Args:
        db_conn: whatever the subclass needs to reach its database.
        api_id: the name of the field that identifies an item.
    """

    MSG_OK = Status.OK
    MSG_UPDATED = Status.UPDATED
    MSG_CREATED = Status.CREATED
    MSG_NOTFOUND = Status.NOT_FOUND
    MSG_FAILED = Status.FAILED

    def __init__(self, db_conn: Any = None, api_id: str = "id") -> None:
        self.db_conn = db_conn
        self.api_id = api_id

    def collection(self, name: str) -> Queryset:
        """Refuse: unless the subclass says how, one queryset holds the items of one API."""
        raise ConfigError(
            f"{type(self).__qualname__} holds the items of one API: give each API its own, as "
            f"`queries` of its class, or define collection(name) for {name!r}"
        )

    def create(self, shields: Any) -> Any:
        """Store an item or a list of them."""
        if isinstance(shields, list):
            return self.create_many(shields)
        return self.create_one(shields)

    def read(self, ids: Any) -> Any:
        """Return the item of an id, the items of a list of ids, or, for nothing, all."""
        if not ids:
            return self.read_all()
        if isinstance(ids, list):
            return self.read_many(ids)
        return self.read_one(ids)

    def update(self, shields: Any) -> Any:
        """Replace an item or a list of them."""
        if isinstance(shields, list):
            return self.update_many(shields)
        return self.update_one(shields)

    def destroy(self, item_ids: Any) -> Any:
        """Remove the item of an id, or the items of a list of ids."""
        if isinstance(item_ids, list):
            return self.destroy_many(item_ids)
        return self.destroy_one(item_ids)


class DictQueryset(AbstractQueryset):
    """Keep items in this process.

    What is stored, and read back, is the result of `to_python()`; storing returns what it was
    given. As the original does, and other querysets do not, it calls every update `Updated`, also
    one that stores something new, and what is missing when it is read `Failed`.
    """

    def __init__(self, api_id: str = "id") -> None:
        super().__init__(db_conn=MemoryShelf(), api_id=api_id)
        self._collections: dict[str, DictQueryset] = {}

    def collection(self, name: str) -> DictQueryset:
        return self._collections.setdefault(name, DictQueryset(self.api_id))

    def create_one(self, shield: Any, *, version: str | None = None) -> Outcome:
        if isinstance(shield, Mapping):
            item_id, item = shield.get(self.api_id), shield
        else:
            item_id, item = getattr(shield, self.api_id), shield.to_python()
        if item_id in (None, ""):
            return Status.FAILED, shield
        status = self.db_conn.put(str(item_id), item, version)
        return status, str(item_id) if status is Status.CONFLICT else shield

    def read_all(self) -> list[Outcome]:
        return [(Status.OK, item) for item in self.db_conn]

    def read_one(self, iid: Any) -> Outcome:
        item = self.db_conn.get(str(iid))
        return (Status.FAILED, iid) if item is None else (Status.OK, item)

    def update_one(self, shield: Any, *, version: str | None = None) -> Outcome:
        status, item = self.create_one(shield, version=version)
        return Status.UPDATED if status is Status.CREATED else status, item

    def destroy_one(self, item_id: Any, *, version: str | None = None) -> Outcome:
        status, item = self.db_conn.pop(str(item_id), version)
        return status, item_id if item is None else item

    def find(self, query: Query) -> Page:
        page: Page = self.db_conn.find(query)
        return page
