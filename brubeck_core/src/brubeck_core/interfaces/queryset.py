"""The interface of a queryset: the items of one model, behind an AutoAPI."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from brubeck_core.interfaces.query import ABSENT as ABSENT
from brubeck_core.interfaces.query import Item as Item
from brubeck_core.interfaces.query import Page, Query, select
from brubeck_core.interfaces.query import version_of as version_of

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class Status(StrEnum):
    """What happened to one item; the original's words, and one of ours."""

    OK = "OK"
    CREATED = "Created"
    UPDATED = "Updated"
    NOT_FOUND = "Not Found"
    FAILED = "Failed"
    #: What is stored has another version than the write was meant for; nothing was changed.
    CONFLICT = "Conflict"


#: One item's outcome. With `NOT_FOUND` and `CONFLICT` the second part is the id.
Outcome = tuple[Status, Any]


class Queryset(ABC):
    """Create, read, update, destroy and find items.

    The writing methods take a `version`: then they write only if what is stored under the id has
    that version (`version_of`) at the moment of writing, or, for `ABSENT`, if nothing is stored;
    else the outcome is `CONFLICT`. Without one they write in any case. No other write gets
    between the comparison and the write, from whichever process it comes.

    A store that cannot be reached is reported within a second, by raising
    `brubeck_core.errors.StoreUnavailable`.
    """

    def setup(self, app: Brubeck) -> None:  # noqa: B027 - most have nothing to prepare
        """Prepare for `app`; called once, when the application is built or the API registered."""

    @abstractmethod
    def collection(self, name: str) -> Queryset:
        """Return the queryset of the items called `name`, in the same store and apart from others.

        An application has one queryset by its settings, and gives each of its APIs a collection
        of it. The same name gives the same items. A collection is ready without `setup`.
        """

    @abstractmethod
    def create_one(self, item: Item, *, version: str | None = None) -> Outcome:
        """Store `item`: `CREATED` when its id was new, `UPDATED` when it replaced one.

        `FAILED` when the item has no text `id`, or cannot be stored for what is in it.
        """

    @abstractmethod
    def read_all(self) -> list[Outcome]:
        """Return every item, each `OK`, in the order of creation."""

    @abstractmethod
    def read_one(self, item_id: str) -> Outcome:
        """Return the item `OK`, or `NOT_FOUND`."""

    @abstractmethod
    def update_one(self, item: Item, *, version: str | None = None) -> Outcome:
        """Replace the item of the same id: `UPDATED`, or `CREATED` when it was new."""

    @abstractmethod
    def destroy_one(self, item_id: str, *, version: str | None = None) -> Outcome:
        """Remove the item and return it `UPDATED`, or `NOT_FOUND`."""

    def find(self, query: Query) -> Page:
        """Return a page of the items that `query` asks for, and how many there are in all.

        This reads every item; a store that can answer by itself does so, as
        `brubeck_core.interfaces.query.select` would.
        """
        return select((item for _, item in self.read_all()), query)

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
