"""The queryset that keeps items in this process."""

from __future__ import annotations

import copy
import threading
from typing import Any

from brubeck_core.interfaces.queryset import Item, Outcome, Queryset, Status


class MemoryQueryset(Queryset):
    """Keep items in a dictionary; they are gone when the process ends.

    Items are copied on their way in and out, so that what is stored changes through this
    class alone. An item without a text `id` is not stored: its outcome is `FAILED`.
    """

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def create_one(self, item: Item) -> Outcome:
        item_id = item.get("id")
        if not isinstance(item_id, str) or not item_id:
            return Status.FAILED, item
        kept = copy.deepcopy(dict(item))
        with self._lock:
            status = Status.UPDATED if item_id in self._items else Status.CREATED
            self._items[item_id] = kept
        return status, copy.deepcopy(kept)

    def read_all(self) -> list[Outcome]:
        with self._lock:
            kept = list(self._items.values())
        return [(Status.OK, copy.deepcopy(item)) for item in kept]

    def read_one(self, item_id: str) -> Outcome:
        # A stored item is replaced but never changed, so it can be copied unlocked.
        kept = self._items.get(item_id)
        if kept is None:
            return Status.NOT_FOUND, item_id
        return Status.OK, copy.deepcopy(kept)

    def update_one(self, item: Item) -> Outcome:
        return self.create_one(item)

    def destroy_one(self, item_id: str) -> Outcome:
        with self._lock:
            kept = self._items.pop(item_id, None)
        if kept is None:
            return Status.NOT_FOUND, item_id
        return Status.UPDATED, kept
