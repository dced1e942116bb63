"""Queries in SQLite's SQL: JSON is text, read by functions (https://www.sqlite.org/json1.html)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brubeck_core.interfaces.query import Operator
from brubeck_sqlalchemy.documents import encode, shield
from brubeck_sqlalchemy.language import COMPARISONS, Language, Scalar
from brubeck_sqlalchemy.tables import ITEMS
from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select

# json_extract makes 1 and 0 of truth values, so that the type is looked at in any case.
_TRUTHS, _NUMBERS, _TEXTS = ("true", "false"), ("integer", "real"), ("text",)


class SQLiteLanguage(Language):
    """Text compares by bytes of UTF-8, and so by code points: SQLite's collation BINARY.

    A whole number beyond 64 bits is a float for SQLite, and is sorted as one.
    """

    def can_name(self, field: str) -> bool:
        # A path has a key in quotation marks, and knows no way to write one of these in it.
        return not any(each in '"\\' or each < " " for each in field)

    def can_count_to(self, number: float) -> bool:
        return abs(number) < 2**63

    def is_one_of(self, field: str, values: Sequence[Scalar]) -> ColumnElement[bool]:
        return or_(
            false(),
            *(
                and_(_type(field).in_(types), _value(field).in_(_each(alike)))
                for types in (_TRUTHS, _NUMBERS, _TEXTS)
                if (alike := [value for value in values if _types_of(value) is types])
            ),
        )

    def compares(self, field: str, operator: Operator, value: Scalar) -> ColumnElement[bool]:
        return and_(
            _type(field).in_(_types_of(value)),
            # A number is read from JSON on both sides, lest a float is read in two ways.
            _value(field).op(COMPARISONS[operator])(func.json_extract(encode(value), "$")),
        )

    def contains(self, field: str, text: str) -> ColumnElement[bool]:
        return and_(_type(field).in_(_TEXTS), func.instr(_value(field), shield(text)) > 0)

    def ranks(self, field: str) -> list[ColumnElement[Any]]:
        # Of its own accord SQLite has NULL before numbers before text.
        kind = case(
            (_type(field).in_(_TRUTHS), 1),
            (_type(field).in_((*_NUMBERS, *_TEXTS)), 2),
            (_type(field).in_(("array", "object")), 3),
            else_=0,
        )
        return [kind, case((kind < 3, _value(field)))]


def _types_of(value: Scalar) -> tuple[str, ...]:
    if isinstance(value, bool):
        return _TRUTHS
    return _TEXTS if isinstance(value, str) else _NUMBERS


def _each(values: Sequence[Scalar]) -> Any:
    return select(func.json_each(encode(values)).table_valued("value").c.value)


def _type(field: str) -> ColumnElement[str]:
    return func.json_type(ITEMS.c.item, literal(f'$."{field}"'))


def _value(field: str) -> ColumnElement[Any]:
    return func.json_extract(ITEMS.c.item, literal(f'$."{field}"'))
