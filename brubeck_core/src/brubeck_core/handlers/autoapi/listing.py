"""Which items of a list a client wants: pages, conditions, order and fields, by the query string.

    ?page=2&count=10&completed=false&order__gte=5&sort=-order,text&fields=text

A parameter that is unknown, or whose value is of the wrong kind, is refused: a misspelt condition
that was ignored would show everything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from brubeck_core.handlers.autoapi.refusals import Refusal
from brubeck_core.http.request import Request
from brubeck_core.interfaces.query import Condition, Operator, Order, Query
from brubeck_core.models import FieldError, View
from brubeck_core.models.model import ID
from brubeck_core.models.schemas import GREATEST, LEAST

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi.resource import Resource

#: Values of one `in`, and fields to sort by.
MOST_VALUES = 100
MOST_FIELDS = 10

_is_whole = re.compile(r"-?[0-9]{1,19}").fullmatch
_is_number = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?").fullmatch

_ORDERING = frozenset({Operator.LT, Operator.LTE, Operator.GT, Operator.GTE})
#: The operators that each kind of value has.
OPERATORS: dict[str, frozenset[Operator]] = {
    "string": frozenset(Operator),
    "integer": frozenset(Operator) - {Operator.CONTAINS},
    "number": frozenset(Operator) - {Operator.CONTAINS},
    "boolean": frozenset(Operator) - {Operator.CONTAINS} - _ORDERING,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What a client wants of a list.

    Args:
        query: for the queryset.
        page: the number of the page, from 0.
        count: how many items a page has.
        fields: the names to show besides the id; None for all.
    """

    query: Query
    page: int
    count: int
    fields: frozenset[str] | None


def read_listing(
    request: Request, resource: Resource, view: View, scope: Iterable[Condition]
) -> Listing:
    """Read the query string of a list.

    Args:
        view: what may be searched and sorted by: nobody can guess at what they cannot see.
        scope: conditions that hold in any case.

    Raises `Refusal` 422 with every parameter that is wrong.
    """
    api = resource.api
    parameters = read_parameters(request)
    reader = _Reader(resource, view)
    page = reader.take(parameters, "page", 0, lambda text: _whole(text, 0, GREATEST))
    count = reader.take(
        parameters, "count", api.default_count, lambda text: _whole(text, 1, GREATEST)
    )
    count = min(count, api.max_count)
    sort = reader.take(parameters, "sort", (), reader.orders)
    fields = reader.take(parameters, "fields", None, reader.names)
    where = [*scope, *reader.since(parameters)]
    where += [found for name, text in parameters.items() for found in reader.condition(name, text)]
    reader.check()
    query = Query(where, sort, min(page * count, GREATEST - count), count)
    return Listing(query, page, count, fields)


def read_fields(request: Request, resource: Resource, view: View) -> frozenset[str] | None:
    """Read the query string of what is no list, where there is `fields` alone; raises `Refusal`."""
    parameters = read_parameters(request)
    reader = _Reader(resource, view)
    fields: frozenset[str] | None = reader.take(parameters, "fields", None, reader.names)
    for name in parameters:
        reader.refuse(name, "unknown_parameter", "is unknown here")
    reader.check()
    return fields


def read_ids(request: Request, ids: str) -> str:
    """Return the ids in the path, or else those of the query string, where there is nothing else.

    Raises `Refusal`.
    """
    parameters = read_parameters(request)
    found = ids or parameters.pop("ids", "")
    if parameters:
        raise Refusal(
            422,
            "The query has parameters that will not do.",
            [FieldError(name, "unknown_parameter", "is unknown here") for name in parameters],
        )
    return found


def read_parameters(request: Request) -> dict[str, str]:
    """Return the parameters of the query string, blank ones too.

    Raises `Refusal` 400 for text that is not UTF-8, 413 for too many, 422 for repeated ones.
    """
    try:
        text = request.query.encode("latin-1").decode()
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=request.limits.max_form_fields,
        )
    except UnicodeError:
        raise Refusal(400, "The query is not UTF-8.") from None
    except ValueError:
        raise Refusal(413, "The query has too many parameters.") from None
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in parameters if names.count(name) > 1})
        raise Refusal(
            422,
            "The query has parameters that will not do.",
            [FieldError(name, "repeated", "is there more than once") for name in repeated],
        )
    return parameters


def links(request: Request, listing: Listing, total: int) -> str | None:
    """Return the value of a Link header (RFC 8288) to the other pages; None for a single page."""
    last = max(math.ceil(total / listing.count) - 1, 0)
    pages = {"first": 0, "last": last}
    if listing.page > 0:
        pages["prev"] = min(listing.page - 1, last)
    if listing.page < last:
        pages["next"] = listing.page + 1
    if last == 0 and listing.page == 0:
        return None
    others = {**read_parameters(request)}
    path = quote(request.script_name + request.path)
    return ", ".join(
        f'<{path}?{urlencode({**others, "page": number})}>; rel="{relation}"'
        for relation, number in pages.items()
    )


class _Reader:
    """Reads parameters, and remembers what is wrong with them."""

    def __init__(self, resource: Resource, view: View) -> None:
        self._resource = resource
        self._kinds = resource.searchable[view]
        model = resource.model
        self._shown = {model.labels[name] for name in model.visible[view]} | {ID}
        self._errors: list[FieldError] = []

    def take(
        self, parameters: dict[str, str], name: str, default: Any, convert: Callable[[str], Any]
    ) -> Any:
        text = parameters.pop(name, None)
        if text is None:
            return default
        try:
            return convert(text)
        except ValueError as error:
            self.refuse(name, "invalid_value", str(error))
            return default

    def since(self, parameters: dict[str, str]) -> list[Condition]:
        moment = self._resource.moment
        if moment is None or moment not in self._kinds:
            return []
        value = self.take(parameters, "since", None, lambda text: _whole(text, 0, GREATEST))
        return [] if value is None else [Condition(moment, Operator.GT, value)]

    def condition(self, name: str, text: str) -> list[Condition]:
        field, _, word = (name, "", Operator.EQ) if name in self._kinds else name.rpartition("__")
        kind = self._kinds.get(field)
        if kind is None or word not in OPERATORS[kind]:
            self.refuse(name, "unknown_parameter", "is unknown here")
            return []
        operator = Operator(word)
        try:
            if operator is Operator.CONTAINS:
                return [Condition(field, operator, text)]
            if operator is not Operator.IN:
                return [Condition(field, operator, self._value(field, text))]
            texts = text.split(",", MOST_VALUES)
            if len(texts) > MOST_VALUES:
                raise ValueError(f"has more than {MOST_VALUES} values")
            return [Condition(field, operator, [self._value(field, each) for each in texts])]
        except ValueError as error:
            self.refuse(name, "invalid_value", str(error))
            return []

    def _value(self, field: str, text: str) -> Any:
        value = _VALUES[self._kinds[field]](text)
        return self._resource.model.spell(field, value) if isinstance(value, str) else value

    def orders(self, text: str) -> tuple[Order, ...]:
        names = _names(text)
        if len(names) > MOST_FIELDS:
            raise ValueError(f"has more than {MOST_FIELDS} fields")
        orders = tuple(Order(name.removeprefix("-"), name.startswith("-")) for name in names)
        for order in orders:
            if order.field not in self._kinds:
                raise ValueError(f"has {order.field[:50]!r}, which is nothing to sort by")
        return orders

    def names(self, text: str) -> frozenset[str]:
        names = frozenset(_names(text))
        unknown = sorted(names - self._shown)
        if unknown:
            raise ValueError(f"has {unknown[0][:50]!r}, which is no field that is shown")
        return names

    def refuse(self, name: str, code: str, reason: str) -> None:
        self._errors.append(FieldError(name, code, reason))

    def check(self) -> None:
        if self._errors:
            raise Refusal(422, "The query has parameters that will not do.", self._errors)


def _names(text: str) -> list[str]:
    names = text.split(",")
    if len(set(names)) < len(names):
        raise ValueError("has a name twice")
    return names


def _whole(text: str, least: int, greatest: int) -> int:
    if not _is_whole(text) or not least <= int(text) <= greatest:
        raise ValueError(f"has to be a whole number from {least} to {greatest}")
    return int(text)


def _finite(text: str) -> float:
    if not _is_number(text) or math.isinf(float(text)):
        raise ValueError("has to be a number")
    return float(text)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("has to be true or false")
    return text == "true"


_VALUES: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": lambda text: _whole(text, LEAST, GREATEST),
    "number": _finite,
    "boolean": _truth,
}
