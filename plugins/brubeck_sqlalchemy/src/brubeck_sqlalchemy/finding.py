"""Let the database answer a query as `brubeck_core.interfaces.query.select` would."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from brubeck_core.interfaces.query import Condition, Operator, Page, Query
from brubeck_sqlalchemy.documents import decode, is_storable
from brubeck_sqlalchemy.language import COMPARISONS, Language
from brubeck_sqlalchemy.postgresql_language import PostgreSQLLanguage
from brubeck_sqlalchemy.sqlite_language import SQLiteLanguage
from brubeck_sqlalchemy.tables import ITEMS
from sqlalchemy import ColumnElement, Connection, case, false, func, select

#: By SQLAlchemy's name of the database.
LANGUAGES: dict[str, Language] = {
    "postgresql": PostgreSQLLanguage(),
    "sqlite": SQLiteLanguage(),
}

# What LIMIT and OFFSET take.
_GREATEST = 2**63 - 1


class Unanswerable(Exception):
    """The database cannot answer this query by itself."""


def find(language: Language, collection: str, query: Query) -> Callable[[Connection], Page]:
    """Return what asks a connection for a page of a collection.

    Raises `Unanswerable`.
    """
    where = [ITEMS.c.collection == collection]
    where += [_condition(language, each) for each in query.where]
    order: list[ColumnElement[Any]] = []
    for each in query.sort:
        _check_name(language, each.field)
        ranks = language.ranks(each.field)
        order += [rank.desc() if each.descending else rank.asc() for rank in ranks]
    # What is equal stays in the order of creation.
    items = select(ITEMS.c.item).where(*where).order_by(*order, ITEMS.c.position)
    if query.skip:
        items = items.offset(min(query.skip, _GREATEST))
    if query.count is not None:
        items = items.limit(min(query.count, _GREATEST))
    total = select(func.count()).select_from(ITEMS).where(*where)

    def answer(connection: Connection) -> Page:
        found = [decode(each) for each in connection.scalars(items)]
        if _is_last(query, len(found)):
            return Page(found, query.skip + len(found))
        return Page(found, connection.scalar(total) or 0)

    return answer


def _is_last(query: Query, found: int) -> bool:
    """Say whether a page of so many items is the last one, and has items unless it is the first."""
    return (found > 0 or query.skip == 0) and (query.count is None or found < query.count)


def _condition(language: Language, condition: Condition) -> ColumnElement[bool]:
    field, operator, value = condition.field, condition.operator, condition.value
    _check_name(language, field)
    if operator is Operator.CONTAINS:
        return language.contains(field, value) if is_storable(value) else false()
    if operator in COMPARISONS:
        if isinstance(value, bool) or value is None:
            return false()
        if isinstance(value, str) and not is_storable(value):
            raise Unanswerable
        _check_number(language, value)
        return language.compares(field, operator, value)
    values = value if operator is Operator.IN else [value]
    # What cannot be stored is equal to nothing that is.
    possible = [each for each in values if not isinstance(each, str) or is_storable(each)]
    for each in possible:
        _check_number(language, each)
    equal = language.is_one_of(field, possible)
    # Not `not equal`, which leaves out items without the field.
    return case((equal, 0), else_=1) == 1 if operator is Operator.NE else equal


def _check_name(language: Language, field: str) -> None:
    if not (is_storable(field) and language.can_name(field)):
        raise Unanswerable


def _check_number(language: Language, value: object) -> None:
    if isinstance(value, bool | str):
        return
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise Unanswerable
    if not language.can_count_to(value):
        raise Unanswerable
