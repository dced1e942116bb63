"""Fields of numbers, and the field of truth values."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from brubeck_dictshield.errors import InvalidShield
from brubeck_dictshield.fields.base import BaseField

T = TypeVar("T")


class NumberField(BaseField[T]):
    """A number of a class that the definition names.

    Text is converted on assignment; blank text is no value at all.

    Args:
        number_class: makes a number, as `int` does.
        number_type: what messages call it.
        min_value, max_value: the bounds, both allowed themselves.
    """

    json_type = "number"

    def __init__(
        self,
        number_class: Callable[[Any], T],
        number_type: str,
        min_value: Any = None,
        max_value: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.number_class = number_class
        self.number_type = number_type
        self.min_value = min_value
        self.max_value = max_value

    def accept(self, value: Any) -> Any:
        # True stays itself in an Int field, being an int.
        if isinstance(self.number_class, type) and isinstance(value, self.number_class):
            return value
        if isinstance(value, str) and not value.strip():
            return None
        number = self._number(value)
        return value if number is None else number

    def absent(self, value: Any) -> bool:
        return value is None or (isinstance(value, str) and not value.strip())

    def validate(self, value: Any) -> None:
        number: Any = self._number(value)
        if number is None:
            raise self.error("not_a_number", f"is not a number ({self.number_type})", value)
        if self.min_value is not None and number < self.min_value:
            raise self.error("below_min", f"is less than {self.min_value}", number)
        if self.max_value is not None and number > self.max_value:
            raise self.error("above_max", f"is greater than {self.max_value}", number)

    def for_python(self, value: Any) -> T:
        number = self._number(value)
        if number is None:
            raise self.error("not_a_number", f"is not a number ({self.number_type})", value)
        return number

    def for_json(self, value: Any) -> Any:
        return self.for_python(value)

    def describe(self) -> dict[str, Any]:
        bounds = {"minimum": self.min_value, "maximum": self.max_value}
        return {key: bound for key, bound in bounds.items() if bound is not None}

    def _number(self, value: Any) -> T | None:
        """Make a finite number, or None: JSON has neither NaN nor infinity (RFC 8259 §6)."""
        if isinstance(value, str) and "_" in value:
            # Python reads 1_000; people who mean it do not write it so.
            return None
        try:
            number = self.number_class(value)
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            return None
        return None if isinstance(number, float) and not math.isfinite(number) else number


class IntField(NumberField[int]):
    """A whole number; what follows the decimal point is cut off, as `int` does."""

    def __init__(self, min_value: Any = None, max_value: Any = None, **options: Any) -> None:
        super().__init__(int, "Int", min_value, max_value, **options)


class LongField(NumberField[int]):
    """A whole number, from the days when there were two kinds."""

    def __init__(self, min_value: Any = None, max_value: Any = None, **options: Any) -> None:
        super().__init__(int, "Long", min_value, max_value, **options)

    def accept(self, value: Any) -> Any:
        # What True never was, even in those days, is a long.
        return int(value) if isinstance(value, bool) else super().accept(value)


class FloatField(NumberField[float]):
    """A floating point number."""

    def __init__(self, min_value: Any = None, max_value: Any = None, **options: Any) -> None:
        super().__init__(float, "Float", min_value, max_value, **options)


class DecimalField(BaseField[Any]):
    """An exact decimal number.

    A document keeps what it was given; `to_python` makes a `Decimal` of it, JSON its text.

    Args:
        min_value, max_value: the bounds, both allowed themselves.
    """

    def __init__(self, min_value: Any = None, max_value: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.min_value = min_value
        self.max_value = max_value
        self._least = _bound(min_value)
        self._greatest = _bound(max_value)

    def validate(self, value: Any) -> None:
        number = _decimal(value)
        if number is None:
            raise self.error("not_a_decimal", "is not a decimal number", str(value))
        if self._least is not None and number < self._least:
            raise self.error("below_min", f"is less than {self.min_value}", number)
        if self._greatest is not None and number > self._greatest:
            raise self.error("above_max", f"is greater than {self.max_value}", number)

    def for_python(self, value: Any) -> Any:
        if value == "":
            return value
        number = _decimal(value)
        if number is None:
            raise self.error("not_a_decimal", "is not a decimal number", str(value))
        return number

    def for_json(self, value: Any) -> str:
        return str(value)

    def describe(self) -> dict[str, Any]:
        bounds = {"minimum": self.min_value, "maximum": self.max_value}
        return {
            key: str(bound) if isinstance(bound, Decimal) else bound
            for key, bound in bounds.items()
            if bound is not None
        }


class BooleanField(BaseField[bool]):
    """True or False, and nothing that merely resembles them."""

    json_type = "boolean"

    def validate(self, value: Any) -> None:
        if not isinstance(value, bool):
            raise self.error("not_boolean", "has to be true or false", value)

    def for_python(self, value: Any) -> bool:
        return bool(value)

    for_json = for_python


def _decimal(value: Any) -> Decimal | None:
    text = str(value)
    if "_" in text:
        return None
    try:
        number = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def _bound(value: Any) -> Decimal | None:
    if value is None:
        return None
    number = _decimal(value)
    if number is None:
        raise InvalidShield(f"a DecimalField cannot be bounded by {value!r}; give a number")
    return number
