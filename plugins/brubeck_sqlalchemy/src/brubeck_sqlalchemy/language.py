"""What a database has to know to answer a query: JSON's kinds, and how they compare."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from brubeck_core.interfaces.query import Operator
from sqlalchemy import ColumnElement

#: A condition's value: text, a number or a truth value, checked by `brubeck_sqlalchemy.finding`.
Scalar = str | int | float | bool

#: The operators that compare two numbers or two texts, in SQL.
COMPARISONS = {Operator.LT: "<", Operator.LTE: "<=", Operator.GT: ">", Operator.GTE: ">="}


class Language(ABC):
    """How one kind of database says what `brubeck_core.interfaces.query` defines.

    Where an item lacks the field, an expression may be NULL in place of false.
    """

    @abstractmethod
    def can_name(self, field: str) -> bool:
        """Say whether a field of that name can be asked for."""

    @abstractmethod
    def can_count_to(self, number: float) -> bool:
        """Say whether every stored number compares with `number` as in Python."""

    @abstractmethod
    def is_one_of(self, field: str, values: Sequence[Scalar]) -> ColumnElement[bool]:
        """Return whether a field has one of `values`, and its kind."""

    @abstractmethod
    def compares(self, field: str, operator: Operator, value: Scalar) -> ColumnElement[bool]:
        """Return whether a field compares with a number or text, by a key of `COMPARISONS`."""

    @abstractmethod
    def contains(self, field: str, text: str) -> ColumnElement[bool]:
        """Return whether a field is text that has `text` in it."""

    @abstractmethod
    def ranks(self, field: str) -> list[ColumnElement[Any]]:
        """Return by what to sort: None or nothing, truth values, numbers, text, anything else."""
