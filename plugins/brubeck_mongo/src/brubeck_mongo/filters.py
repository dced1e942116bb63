"""Conditions as filters of MongoDB that find what `brubeck_core.interfaces.query.matches` does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from brubeck_core.interfaces.query import Condition, Operator
from brubeck_mongo.client import Document
from brubeck_mongo.documents import is_storable, to_name

#: Where a document has the item.
ITEM = "item"
NOTHING: Document = {"_id": {"$in": []}}

#: Longer texts are not looked for by a pattern; MongoDB refuses those of more than 32 kB.
_MAX_PATTERN = 4000
_COMPARISONS = {
    Operator.LT: "$lt",
    Operator.LTE: "$lte",
    Operator.GT: "$gt",
    Operator.GTE: "$gte",
}


class Inexpressible(Exception):
    """There is no filter that finds exactly what the condition says."""


def path_of(field: str) -> str:
    """Return where a document has the item's field."""
    return f"{ITEM}.{to_name(field)}"


def filter_of(conditions: Sequence[Condition]) -> Document:
    """Return a filter for the items that satisfy every condition. Raises `Inexpressible`.

    Values are only ever operands of an operator written here, never a filter by themselves.
    """
    filters = [_FILTERS[each.operator](path_of(each.field), each) for each in conditions]
    return {"$and": filters} if filters else {}


def _equal(path: str, condition: Condition) -> Document:
    return _has(path, _kind(condition.value), "$eq", condition.value)


def _unequal(path: str, condition: Condition) -> Document:
    return {"$nor": [_equal(path, condition)]}


def _compared(path: str, condition: Condition) -> Document:
    kind = _kind(condition.value)
    if kind == "bool":
        return NOTHING
    return _has(path, kind, _COMPARISONS[condition.operator], condition.value)


def _one_of(path: str, condition: Condition) -> Document:
    kinds: dict[str, list[Any]] = {}
    for value in condition.value:
        kinds.setdefault(_kind(value), []).append(value)
    return {"$or": [_has(path, kind, "$in", kinds[kind]) for kind in kinds]} if kinds else NOTHING


def _containing(path: str, condition: Condition) -> Document:
    text = condition.value
    if _kind(text) != "string" or len(text) > _MAX_PATTERN or "\0" in text:
        raise Inexpressible
    return _has(path, "string", "$regex", re.escape(text))


def _has(path: str, kind: str, operator: str, value: Any) -> Document:
    # Of a list, MongoDB would try every element.
    return {path: {operator: value, "$type": kind}, "$nor": [{path: {"$type": "array"}}]}


def _kind(value: Any) -> str:
    if value is None or not is_storable(value):
        raise Inexpressible
    if isinstance(value, bool):
        return "bool"
    return "string" if isinstance(value, str) else "number"


_FILTERS: dict[Operator, Callable[[str, Condition], Document]] = {
    Operator.EQ: _equal,
    Operator.NE: _unequal,
    **dict.fromkeys(_COMPARISONS, _compared),
    Operator.IN: _one_of,
    Operator.CONTAINS: _containing,
}
