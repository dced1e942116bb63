"""The parameters of an API's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_core.handlers.autoapi.description.schemas import id_schema
from brubeck_core.handlers.autoapi.listing import MOST_FIELDS, OPERATORS
from brubeck_core.interfaces.query import Operator
from brubeck_core.models import View
from brubeck_core.models.model import ID
from brubeck_core.models.schemas import GREATEST, LEAST, Schema

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi.resource import Resource

Parameter = dict[str, Any]


def list_parameters(resource: Resource) -> list[Parameter]:
    """Return the parameters of a list: its pages, its order, and a condition for each field."""
    api, view = resource.api, _searching(resource)
    kinds = resource.searchable[view]
    sortable = [sign + name for name in kinds for sign in ("", "-")]
    found = [
        _query("page", _whole(0, 0), "The page, from 0."),
        _query("count", _whole(1, api.default_count), f"Items on a page, {api.max_count} at most."),
        _list("sort", sortable, "Fields to sort by; with a minus in front, descending."),
        fields_parameter(resource),
    ]
    if resource.moment in kinds:
        help = f"Only items whose {resource.moment} is later (milliseconds)."
        found.append(_query("since", _whole(0, 0), help))
    return found + [_condition(name, kind) for name, kind in kinds.items() if name != ID]


def fields_parameter(resource: Resource) -> Parameter:
    """Return the parameter that says which fields to show."""
    model = resource.model
    shown = sorted(model.labels[name] for name in model.visible[_searching(resource)])
    return _list("fields", [ID, *shown], "Fields to show; the id is always there.")


def id_parameter(resource: Resource) -> Parameter:
    """Return the parameter of the address of a single item."""
    return {
        "name": ID,
        "in": "path",
        "required": True,
        "description": f"Its id. Several ids with commas between them, {resource.api.max_items} at "
        "most, are answered with a list.",
        "schema": id_schema(resource),
    }


def ids_parameter(resource: Resource) -> Parameter:
    """Return the parameter that names several items."""
    items = {"type": "array", "items": id_schema(resource), "minItems": 1}
    schema = {**items, "maxItems": resource.api.max_items}
    found = _query("ids", schema, "Their ids.")
    return {**found, "required": True, "style": "form", "explode": False}


def _searching(resource: Resource) -> View:
    # What can be told without anybody who asks; the handler may know better.
    api = resource.api
    return "public" if api.owner_field is not None and api.public_read else "owner"


def _condition(name: str, kind: str) -> Parameter:
    others = [word for word in Operator if word in OPERATORS[kind] and word is not Operator.EQ]
    bounds = {"minimum": LEAST, "maximum": GREATEST} if kind == "integer" else {}
    return _query(
        name,
        {"type": kind, **bounds},
        "Only items with this value. Also "
        + ", ".join(f"{name}__{word}" for word in others)
        + "; the values of __in have commas between them.",
    )


def _whole(least: int, default: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": GREATEST, "default": default}


def _query(name: str, schema: Schema, description: str) -> Parameter:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _list(name: str, values: list[str], description: str) -> Parameter:
    schema = {
        "type": "array",
        "items": {"type": "string", "enum": values},
        "minItems": 1,
        "uniqueItems": True,
        "maxItems": min(len(values), MOST_FIELDS),
    }
    return {**_query(name, schema, description), "style": "form", "explode": False}
