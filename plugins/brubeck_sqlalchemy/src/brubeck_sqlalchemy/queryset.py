"""The queryset that keeps items in an SQL database."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from brubeck_core.interfaces.query import Page, Query
from brubeck_core.interfaces.queryset import (
    ABSENT,
    Item,
    Outcome,
    Queryset,
    Status,
    version_of,
)
from brubeck_sqlalchemy.database import Database
from brubeck_sqlalchemy.documents import decode, encode, is_key, shield
from brubeck_sqlalchemy.engines import DEFAULT_URL
from brubeck_sqlalchemy.finding import LANGUAGES, Unanswerable, find
from brubeck_sqlalchemy.tables import ITEMS
from sqlalchemy import Connection, Row, Select, delete, insert, select, update

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

# Ids in one statement at most.
_MOST_IDS = 500


class SQLQueryset(Queryset):
    """Keep items in the table `brubeck_items`, as JSON by collection and id.

    SQLite and PostgreSQL find, sort and page by themselves; of another database, and for a
    question that SQL cannot put, all items of the collection are read.

    An item fails that is not JSON, has NaN or an infinity, text that is no Unicode, or an id of
    more than 255 characters.

    Args:
        url: of the database; ``sqlite:///brubeck.db`` is a file in the application's
            directory.
        pool_size: connections at most, of this process.
        timeout: seconds to wait for the database.
    """

    def __init__(self, url: str = DEFAULT_URL, pool_size: int = 10, timeout: float = 0.7) -> None:
        self._database = Database(url, pool_size, timeout, ITEMS)
        self._language = LANGUAGES.get(self._database.engine.dialect.name)
        self._name = ""

    def setup(self, app: Brubeck) -> None:
        self._database.setup(app)

    def close(self) -> None:
        """Close the connections, of all collections; none is to be used any more."""
        self._database.close()

    def collection(self, name: str) -> SQLQueryset:
        other = copy.copy(self)
        other._name = f"{self._name}/{quote(name, safe=' ')}"
        return other

    def create_one(self, item: Item, *, version: str | None = None) -> Outcome:
        item_id = item.get("id")
        if not isinstance(item_id, str) or not is_key(item_id):
            return Status.FAILED, item
        try:
            text = encode(dict(item))
        except ValueError:
            return Status.FAILED, item
        status = self._database.write(partial(self._put, item_id, text, version))
        return status, item_id if status is Status.CONFLICT else decode(text)

    def read_all(self) -> list[Outcome]:
        statement = select(ITEMS.c.item).where(self._mine).order_by(ITEMS.c.position)
        found = self._database.read(lambda connection: connection.scalars(statement).all())
        return [(Status.OK, decode(each)) for each in found]

    def read_one(self, item_id: str) -> Outcome:
        return self.read_many([item_id])[0]

    def read_many(self, item_ids: Iterable[str]) -> list[Outcome]:
        wanted = list(item_ids)
        known = [shield(each) for each in wanted if is_key(each)]
        found: dict[str, Any] = {}
        for start in range(0, len(known), _MOST_IDS):
            found |= self._database.read(partial(self._get, known[start : start + _MOST_IDS]))
        return [
            (Status.NOT_FOUND, each) if item is None else (Status.OK, decode(item))
            for each in wanted
            for item in [found.get(shield(each))]
        ]

    def update_one(self, item: Item, *, version: str | None = None) -> Outcome:
        return self.create_one(item, version=version)

    def destroy_one(self, item_id: str, *, version: str | None = None) -> Outcome:
        if not is_key(item_id):
            return Status.NOT_FOUND, item_id
        return self._database.write(partial(self._pop, item_id, version))

    def find(self, query: Query) -> Page:
        if self._language is not None:
            try:
                answer = find(self._language, self._name, query)
            except Unanswerable:
                pass
            else:
                return self._database.read(answer)
        return super().find(query)

    def _get(self, ids: list[str], connection: Connection) -> dict[str, Any]:
        columns = select(ITEMS.c.id, ITEMS.c.item)
        rows = connection.execute(columns.where(self._mine, ITEMS.c.id.in_(ids)))
        return {row.id: row.item for row in rows}

    def _put(self, item_id: str, text: str, version: str | None, connection: Connection) -> Status:
        row = connection.execute(self._locked(item_id)).first()
        if version is not None and version != _version(row):
            return Status.CONFLICT
        if row is None:
            # If somebody else was faster, the constraint fails, and all of this is repeated.
            new = {"collection": self._name, "id": shield(item_id), "item": text}
            connection.execute(insert(ITEMS).values(new))
            return Status.CREATED
        here = ITEMS.c.position == row.position
        connection.execute(update(ITEMS).where(here).values(item=text))
        return Status.UPDATED

    def _pop(self, item_id: str, version: str | None, connection: Connection) -> Outcome:
        row = connection.execute(self._locked(item_id)).first()
        if row is None:
            return Status.NOT_FOUND, item_id
        if version is not None and version != _version(row):
            return Status.CONFLICT, item_id
        connection.execute(delete(ITEMS).where(ITEMS.c.position == row.position))
        return Status.UPDATED, decode(row.item)

    def _locked(self, item_id: str) -> Select[Any]:
        """Ask for an item that nobody else changes until the transaction ends."""
        columns = select(ITEMS.c.position, ITEMS.c.item)
        return columns.where(self._mine, ITEMS.c.id == shield(item_id)).with_for_update()

    @property
    def _mine(self) -> Any:
        return ITEMS.c.collection == self._name


def _version(row: Row[Any] | None) -> str:
    return ABSENT if row is None else version_of(decode(row.item))
