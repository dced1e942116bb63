"""The interface of a queryset: the items of one model, behind an AutoAPI."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

#: An item as a queryset keeps it: JSON-like values by field, with its text id under `id`.
Item = Mapping[str, Any]


class Status(StrEnum):
    """What happened to one item; the original's words."""

    OK = "OK"
    CREATED = "Created"
    UPDATED = "Updated"
    NOT_FOUND = "Not Found"
    FAILED = "Failed"


#: One item's outcome. With `NOT_FOUND` the second part is the id that was asked for.
Outcome = tuple[Status, Any]


class Queryset(ABC):
    """Create, read, update and destroy items by text id."""

    def setup(self, app: Brubeck) -> None:  # noqa: B027 - most have nothing to prepare
        """Prepare for `app`; called once, when the application is built."""

    @abstractmethod
    def create_one(self, item: Item) -> Outcome:
        """Store `item`: `CREATED` when its id was new, `UPDATED` when it replaced one."""

    @abstractmethod
    def read_all(self) -> list[Outcome]:
        """Return every item, each `OK`, in the order of creation."""

    @abstractmethod
    def read_one(self, item_id: str) -> Outcome:
        """Return the item `OK`, or `NOT_FOUND`."""

    @abstractmethod
    def update_one(self, item: Item) -> Outcome:
        """Replace the item of the same id: `UPDATED`, or `CREATED` when it was new."""

    @abstractmethod
    def destroy_one(self, item_id: str) -> Outcome:
        """Remove the item and return it `UPDATED`, or `NOT_FOUND`."""

    def create_many(self, items: Iterable[Item]) -> list[Outcome]:
        """Store several items, in order."""
        return [self.create_one(item) for item in items]

    def read_many(self, item_ids: Iterable[str]) -> list[Outcome]:
        """Return several items, in the order asked for."""
        return [self.read_one(item_id) for item_id in item_ids]

    def update_many(self, items: Iterable[Item]) -> list[Outcome]:
        """Replace several items, in order."""
        return [self.update_one(item) for item in items]

    def destroy_many(self, item_ids: Iterable[str]) -> list[Outcome]:
        """Remove several items, in order."""
        return [self.destroy_one(item_id) for item_id in item_ids]
