"""Which items of a queryset are wanted: conditions, order and a page of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: An item as a queryset keeps it: JSON-like values by field, with its text id under `id`.
Item = Mapping[str, Any]

#: The version of what is not there; see `version_of`.
ABSENT = ""


class Operator(StrEnum):
    """How a field's value relates to a condition's.

    Text, numbers and truth values are three kinds, and values of two kinds are never equal: 1 is
    not "1", and true is not 1. Text is compared by code points, in upper and lower case.
    """

    #: Both are the same.
    EQ = "eq"
    #: Everything that is not `EQ`; also None and items without the field.
    NE = "ne"
    #: Less, or not greater, and so on: of two numbers or two texts, else never.
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    #: The same as one value of a list.
    IN = "in"
    #: A text that has the condition's text in it.
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Condition:
    """What an item has to satisfy: text, a number or a truth value; for `IN` a list of those."""

    field: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Order:
    """A field to sort by: None and items without it first, or, descending, last.

    A field is expected to hold values of one kind. What is equal stays in the order of creation,
    also when descending.
    """

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A page of the items that satisfy every condition.

    Args:
        where: the conditions.
        sort: fields to sort by, the first one first; none for the order of creation.
        skip: how many items to leave out before the page.
        count: how many items the page has at most; None for all.
    """

    where: Sequence[Condition] = ()
    sort: Sequence[Order] = ()
    skip: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The items of a page, and how many there are on all pages."""

    items: list[Item]
    total: int


def select(items: Iterable[Item], query: Query) -> Page:
    """Answer a query from items in the order of creation: the rule for every queryset."""
    found = [item for item in items if all(matches(item, each) for each in query.where)]
    # The sort is stable, so that the last order goes first.
    for order in reversed(query.sort):
        name = order.field
        found.sort(key=lambda item: _rank(item.get(name)), reverse=order.descending)
    stop = None if query.count is None else query.skip + query.count
    return Page(found[query.skip : stop], len(found))


def matches(item: Item, condition: Condition) -> bool:
    """Say whether an item satisfies a condition."""
    value, wanted = item.get(condition.field), condition.value
    match condition.operator:
        case Operator.EQ:
            return _same(value, wanted)
        case Operator.NE:
            return not _same(value, wanted)
        case Operator.IN:
            return any(_same(value, each) for each in wanted)
        case Operator.CONTAINS:
            return isinstance(value, str) and wanted in value
        case operator:
            return _kind(value) == _kind(wanted) in (_NUMBER, _TEXT) and _compare(
                operator, value, wanted
            )


def version_of(item: Item) -> str:
    """Return a text that is the same for the same content, and differs when anything does.

    It is what a queryset compares before a conditional write; made of the item as it is read.
    """
    text = json.dumps(item, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# In the order in which values of different kinds are sorted.
_NONE, _TRUTH, _NUMBER, _TEXT, _OTHER = range(5)


def _kind(value: Any) -> int:
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return _TRUTH
    if isinstance(value, int | float):
        return _NUMBER
    return _TEXT if isinstance(value, str) else _OTHER


def _same(value: Any, wanted: Any) -> bool:
    return _kind(value) == _kind(wanted) and bool(value == wanted)


def _compare(operator: Operator, value: Any, wanted: Any) -> bool:
    if operator is Operator.LT:
        return bool(value < wanted)
    if operator is Operator.LTE:
        return bool(value <= wanted)
    if operator is Operator.GT:
        return bool(value > wanted)
    return bool(value >= wanted)


def _rank(value: Any) -> tuple[int, Any]:
    kind = _kind(value)
    return kind, 0 if kind in (_NONE, _OTHER) else value
