"""What a value has that its schema has no place for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brubeck_core.models.schemas import Schema, alike, join


def known_part(
    schema: Schema,
    value: Any,
    definitions: Mapping[str, Schema],
    path: str,
    unknown: list[str],
) -> Any:
    """Return `value` without the members that an object of the schema does not have.

    The paths of those that were left out are added to `unknown`. What may be one of several kinds
    that look alike stays as it is.
    """
    if not isinstance(value, dict | list):
        return value
    [schema, *others] = alike(schema, value, definitions) or [{}]
    if others:
        return value
    if isinstance(value, list):
        items = schema.get("items", {})
        return [
            known_part(items, each, definitions, join(path, index), unknown)
            for index, each in enumerate(value)
        ]
    properties = schema.get("properties")
    rest = schema.get("additionalProperties", properties is None)
    found = {}
    for name, each in value.items():
        place = (properties or {}).get(name, rest)
        if place is False:
            unknown.append(join(path, name))
        else:
            inside = place if isinstance(place, dict) else {}
            found[name] = known_part(inside, each, definitions, join(path, name), unknown)
    return found


def closed(schema: Schema) -> Schema:
    """Return the schema of an object that has no other members than those that are named."""
    if "properties" not in schema or "additionalProperties" in schema:
        return schema
    return {**schema, "additionalProperties": False}
