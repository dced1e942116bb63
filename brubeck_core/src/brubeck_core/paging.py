"""Paging by arguments of the request: `page`, `count`, `skip` and `since`.

What a client sends here is only a wish: a value that is missing, not a whole number, negative
or absurdly large gives the default, and never an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

#: The largest number that every database takes.
_LARGEST = 2**63 - 1


class HasArguments(Protocol):
    """A request, or a handler: both know the arguments."""

    def get_argument(self, name: str, /) -> str | None: ...


def paging_from_request(
    source: HasArguments,
    default_page: int = 0,
    default_count: int = 25,
    max_count: int | None = 25,
) -> tuple[int, int, int]:
    """Return `page`, `count` and `skip`: the page's number from 0, and items to show and to skip.

    Without a `skip` of the client's, the pages before are skipped.

    Args:
        source: the request or the handler.
        max_count: the largest `count` given out; None gives out any.
    """
    page = get_typed_argument("page", default_page, source, whole_number)
    count = get_typed_argument("count", default_count, source, whole_number)
    if max_count is not None:
        count = min(count, max_count)
    skip = get_typed_argument("skip", min(page * count, _LARGEST), source, whole_number)
    return page, count, skip


def since_from_request(source: HasArguments, default_since: int = 0) -> int:
    """Read `since`, the moment in milliseconds after which items are wanted."""
    return get_typed_argument("since", default_since, source, whole_number)


def get_typed_argument(
    arg_name: str, default: T, source: HasArguments, convert: Callable[[str], T]
) -> T:
    """Return the argument converted, or `default` when it is missing or not convertible.

    Args:
        convert: raises `ValueError` for text that it does not take, as `int` does.
    """
    text = source.get_argument(arg_name)
    if text is None:
        return default
    try:
        return convert(text)
    except (ValueError, ArithmeticError):
        return default


def whole_number(text: str) -> int:
    """Convert decimal digits to a number that fits a database. Raises `ValueError`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _LARGEST):
        raise ValueError(f"{text[:20]!r} is not a whole number from 0 to {_LARGEST}")
    return int(text)
