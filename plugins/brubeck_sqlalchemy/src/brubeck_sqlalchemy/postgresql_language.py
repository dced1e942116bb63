"""Queries in PostgreSQL's SQL: JSON is jsonb, whose numbers are exact decimals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brubeck_core.interfaces.query import Operator
from brubeck_sqlalchemy.documents import encode, shield
from brubeck_sqlalchemy.language import COMPARISONS, Language, Scalar
from brubeck_sqlalchemy.tables import ITEMS
from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB


class PostgreSQLLanguage(Language):
    """Values of jsonb are equal when kind and value are (PostgreSQL manual, 8.14).

    Text is compared in the collation "C", whatever the database sorts by: by bytes, which in
    UTF-8 is by code points.
    """

    def can_name(self, field: str) -> bool:
        return True

    def can_count_to(self, number: float) -> bool:
        return True

    def is_one_of(self, field: str, values: Sequence[Scalar]) -> ColumnElement[bool]:
        listed = func.jsonb_array_elements(_json(values)).table_valued("value").c.value
        return _value(field).in_(select(listed))

    def compares(self, field: str, operator: Operator, value: Scalar) -> ColumnElement[bool]:
        sign = COMPARISONS[operator]
        if isinstance(value, str):
            return and_(_is("string", field), _text(field).op(sign)(shield(value)))
        # A jsonb that is a number compares as one; there is no cast that could fail.
        return and_(_is("number", field), _value(field).op(sign)(_json(value)))

    def contains(self, field: str, text: str) -> ColumnElement[bool]:
        return and_(_is("string", field), func.strpos(_text(field), shield(text)) > 0)

    def ranks(self, field: str) -> list[ColumnElement[Any]]:
        kinds = {"boolean": 1, "number": 2, "string": 3, "array": 4, "object": 4}
        return [
            case(kinds, value=_kind(field), else_=0),
            case((_kind(field).in_(("boolean", "number")), _value(field))),
            case((_is("string", field), _text(field))).collate("C"),
        ]


def _json(value: Any) -> ColumnElement[Any]:
    return cast(literal(encode(value), Text), JSONB)


def _value(field: str) -> ColumnElement[Any]:
    return func.jsonb_extract_path(ITEMS.c.item, literal(shield(field), Text))


def _text(field: str) -> ColumnElement[str]:
    return func.jsonb_extract_path_text(ITEMS.c.item, literal(shield(field), Text)).collate("C")


def _kind(field: str) -> ColumnElement[str]:
    return func.jsonb_typeof(_value(field))


def _is(kind: str, field: str) -> ColumnElement[bool]:
    return _kind(field) == kind
