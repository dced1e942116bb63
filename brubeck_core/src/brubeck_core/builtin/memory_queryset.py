"""The queryset that keeps items in this process."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from typing import Any

from brubeck_core.interfaces.query import Page, Query, select
from brubeck_core.interfaces.queryset import (
    ABSENT,
    Item,
    Outcome,
    Queryset,
    Status,
    version_of,
)


class MemoryShelf:
    """A dictionary of items that several tasks use at once.

    An item on the shelf is replaced but never changed, so that it can be read and copied without
    the lock. What goes in and out is a copy.
    """

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def put(self, item_id: str, item: Item, version: str | None) -> Status:
        """Keep `item` under `item_id`, if what is there has `version`."""
        kept = copy.deepcopy(dict(item))
        with self._lock:
            if not self._is(item_id, version):
                return Status.CONFLICT
            status = Status.UPDATED if item_id in self._items else Status.CREATED
            self._items[item_id] = kept
        return status

    def get(self, item_id: str) -> dict[str, Any] | None:
        """Return a copy of the item, or None."""
        return copy.deepcopy(self._items.get(item_id))

    def pop(self, item_id: str, version: str | None) -> tuple[Status, dict[str, Any] | None]:
        """Take the item off the shelf, if it is there and has `version`."""
        with self._lock:
            if item_id not in self._items:
                return Status.NOT_FOUND, None
            if not self._is(item_id, version):
                return Status.CONFLICT, None
            return Status.UPDATED, self._items.pop(item_id)

    def find(self, query: Query) -> Page:
        """Answer a query; only what is on the page is copied."""
        with self._lock:
            items = list(self._items.values())
        page = select(items, query)
        return Page([copy.deepcopy(item) for item in page.items], page.total)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self._lock:
            items = list(self._items.values())
        return (copy.deepcopy(item) for item in items)

    def _is(self, item_id: str, version: str | None) -> bool:
        if version is None:
            return True
        item = self._items.get(item_id)
        return version == (ABSENT if item is None else version_of(item))


class MemoryQueryset(Queryset):
    """Keep items in a dictionary; they are gone when the process ends.

    An item without a text `id` is not stored: its outcome is `FAILED`.
    """

    def __init__(self) -> None:
        self._shelf = MemoryShelf()
        self._collections: dict[str, MemoryQueryset] = {}

    def collection(self, name: str) -> MemoryQueryset:
        # One step of the interpreter, so that two tasks cannot make two of a name.
        return self._collections.setdefault(name, MemoryQueryset())

    def create_one(self, item: Item, *, version: str | None = None) -> Outcome:
        item_id = item.get("id")
        if not isinstance(item_id, str) or not item_id:
            return Status.FAILED, item
        status = self._shelf.put(item_id, item, version)
        return status, item_id if status is Status.CONFLICT else copy.deepcopy(dict(item))

    def read_all(self) -> list[Outcome]:
        return [(Status.OK, item) for item in self._shelf]

    def read_one(self, item_id: str) -> Outcome:
        item = self._shelf.get(item_id)
        return (Status.NOT_FOUND, item_id) if item is None else (Status.OK, item)

    def update_one(self, item: Item, *, version: str | None = None) -> Outcome:
        return self.create_one(item, version=version)

    def destroy_one(self, item_id: str, *, version: str | None = None) -> Outcome:
        status, item = self._shelf.pop(item_id, version)
        return status, item_id if item is None else item

    def find(self, query: Query) -> Page:
        return self._shelf.find(query)
