"""Items in MongoDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from brubeck_core.interfaces.query import Page, Query
from brubeck_core.interfaces.queryset import (
    ABSENT,
    Item,
    Outcome,
    Queryset,
    Status,
    version_of,
)
from brubeck_mongo.client import DEFAULT_URL, Document, Mongo, finishing
from brubeck_mongo.documents import Unstorable, from_document, is_utf8, to_document
from brubeck_mongo.filters import ITEM, Inexpressible, filter_of, path_of
from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DocumentTooLarge, DuplicateKeyError, OperationFailure

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

#: What a server says of a document that is larger than it stores.
_TOO_LARGE = frozenset({10334, 17419, 17420})


class MongoQueryset(Queryset):
    """Keep items in the collection ``items``, and those of `collection` beside it.

    A document is ``{"_id": "5", "number": 17, "version": "...", "item": {"id": "5", ...}}``, with
    the item's place in the order of creation and its `version_of`.

    Args:
        url, database, pool_size, timeout: as `brubeck_mongo.client.Mongo` has them.

    An item without a text `id`, with values that JSON does not have, or of more than 16 MB is not
    stored: its outcome is `FAILED`.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        database: str | None = None,
        pool_size: int = 100,
        timeout: float = 0.5,
    ) -> None:
        self._set(Mongo("queryset.mongo", url, database, pool_size, timeout), "items")

    def _set(self, mongo: Mongo, name: str) -> None:
        self._mongo = mongo
        self._name = name
        self._has_index = False

    def setup(self, app: Brubeck) -> None:
        self._mongo.use(app.concurrency)

    def close(self) -> None:
        """Close this process's connections, of all collections; another call opens new ones."""
        self._mongo.close()

    def collection(self, name: str) -> MongoQueryset:
        queryset = MongoQueryset.__new__(MongoQueryset)
        queryset._set(self._mongo, f"{self._name}__{_collection_name(name)}")
        return queryset

    def create_one(self, item: Item, *, version: str | None = None) -> Outcome:
        return self._write(item, version, is_new=True)

    def update_one(self, item: Item, *, version: str | None = None) -> Outcome:
        return self._write(item, version, is_new=False)

    def read_all(self) -> list[Outcome]:
        return [(Status.OK, item) for item in self.find(Query()).items]

    def read_one(self, item_id: str) -> Outcome:
        return self.read_many([item_id])[0]

    @finishing
    def read_many(self, item_ids: Iterable[str]) -> list[Outcome]:
        wanted = list(item_ids)
        known = [each for each in wanted if _is_id(each)]
        with self._mongo.reaching():
            found = {each["_id"]: each for each in self._items.find({"_id": {"$in": known}})}
        return [
            (Status.OK, _item(found[each]))
            if _is_id(each) and each in found
            else (Status.NOT_FOUND, each)
            for each in wanted
        ]

    @finishing
    def destroy_one(self, item_id: str, *, version: str | None = None) -> Outcome:
        if not _is_id(item_id):
            return Status.NOT_FOUND, item_id
        with self._mongo.reaching():
            for which in self._having(item_id, version):
                found = self._items.find_one_and_delete(which)
                if found is not None:
                    return Status.UPDATED, _item(found)
            there = version is not None and self._items.find_one({"_id": item_id}) is not None
        return Status.CONFLICT if there else Status.NOT_FOUND, item_id

    @finishing
    def find(self, query: Query) -> Page:
        try:
            wanted = filter_of(query.where)
        except Inexpressible:
            return super().find(query)
        sort = [(path_of(each.field), -1 if each.descending else 1) for each in query.sort]
        with self._mongo.reaching():
            total = self._items.count_documents(wanted)
            if query.count == 0 or query.skip >= total:
                return Page([], total)
            limit = min(query.count or 0, total)  # 0 is for all
            found = self._items.find(
                wanted, sort=[*sort, ("number", 1)], skip=query.skip, limit=limit
            )
            return Page([_item(each) for each in found], total)

    @finishing
    def _write(self, item: Item, version: str | None, is_new: bool) -> Outcome:
        item_id = item.get("id")
        if not isinstance(item_id, str) or not item_id:
            return Status.FAILED, item
        try:
            document = {ITEM: to_document(item)}
            document["version"] = version_of(_item(document))
            with self._mongo.reaching():
                status = self._put(item_id, document, version, is_new)
        except (Unstorable, DocumentTooLarge):
            return Status.FAILED, item
        except OperationFailure as error:
            if error.code in _TOO_LARGE:
                return Status.FAILED, item
            raise
        return status, item_id if status is Status.CONFLICT else _item(document)

    def _put(self, item_id: str, document: Document, version: str | None, is_new: bool) -> Status:
        if version == ABSENT:
            return Status.CREATED if self._insert(item_id, document) else Status.CONFLICT
        if version is not None:
            having = self._having(item_id, version)
            replaced = any(self._replace(which, document) for which in having)
            return Status.UPDATED if replaced else Status.CONFLICT
        # Whoever creates or destroys the item between two steps makes it the other one's turn.
        while True:
            if is_new and self._insert(item_id, document):
                return Status.CREATED
            if self._replace({"_id": item_id}, document):
                return Status.UPDATED
            is_new = True

    def _insert(self, item_id: str, document: Document) -> bool:
        if not self._has_index:
            self._items.create_index("number")
            self._has_index = True
        counter: Any = self._mongo.collection("counters").find_one_and_update(
            {"_id": self._name},
            {"$inc": {"number": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        try:
            self._items.insert_one({"_id": item_id, "number": counter["number"], **document})
        except DuplicateKeyError:
            return False
        return True

    def _replace(self, which: Document, document: Document) -> bool:
        return self._items.update_one(which, {"$set": document}).matched_count > 0

    def _having(self, item_id: str, version: str | None) -> Iterator[Document]:
        """Yield filters for the item at this version, until one of them finds it.

        More than one is needed where another program has changed the item and left its version.
        """
        if version is None:
            yield {"_id": item_id}
            return
        kept: str | None = version
        while True:
            yield {"_id": item_id, "version": kept}
            found = self._items.find_one({"_id": item_id})
            if found is None or version_of(_item(found)) != version:
                return
            kept = found.get("version")

    @property
    def _items(self) -> Collection[Document]:
        return self._mongo.collection(self._name)


def _is_id(item_id: object) -> bool:
    return isinstance(item_id, str) and is_utf8(item_id)


def _item(document: Document) -> dict[str, Any]:
    item: dict[str, Any] = from_document(document[ITEM])
    return item


def _collection_name(name: str) -> str:
    """Return a name of ASCII letters, digits and underscores, which every server takes."""
    return "".join(
        each if each.isascii() and each.isalnum() else _hexadecimal(each) for each in name
    )


def _hexadecimal(character: str) -> str:
    return "".join(f"_{byte:02x}" for byte in character.encode(errors="surrogatepass"))
