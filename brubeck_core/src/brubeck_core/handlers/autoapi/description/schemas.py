"""The schemas of an API: what goes in, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brubeck_core.handlers.autoapi.resource import STATUS_FIELDS
from brubeck_core.models import View
from brubeck_core.models.model import ID, MAX_ID
from brubeck_core.models.schemas import REFERENCE, Schema, nullable
from brubeck_core.models.unknown import closed

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi.resource import Resource

#: What the schemas of an answer are called after, that of a definition of the model.
_SHOWN = ".shown"

_STATUS: Schema = {
    STATUS_FIELDS[0]: {"type": "integer", "description": "What became of this item."},
    STATUS_FIELDS[1]: {"type": "string"},
}

#: No class can have such a name.
PROBLEM_NAME = "problem-details"
PROBLEM_SCHEMA: Schema = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "type": "object",
    "properties": {
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": {
                        "type": "string",
                        "description": "Where: author.email, or in a list of items 2.author.email.",
                    },
                    "code": {"type": "string", "description": "Why, for programs."},
                    "reason": {"type": "string", "description": "Why, for people."},
                },
                "required": ["path", "code", "reason"],
            },
        },
    },
    "required": ["status", "title"],
}


def reference(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"{REFERENCE}{name}"}


def model_schema(resource: Resource, view: View = "owner") -> Schema:
    """Return the schema of a model as a view of its items shows it, by itself."""
    model = resource.model
    properties = {model.labels[name]: model.fields[name] for name in _shown(resource, view)}
    return {
        "title": resource.name,
        "type": "object",
        "properties": {ID: id_schema(resource), **properties},
    }


def schemas_of(resource: Resource) -> dict[str, Schema]:
    """Return the schemas of an API by name.

    ``Song`` is an item as it is answered, ``Song.new`` one that is sent, ``Song.keyed`` one that
    is sent with its id, ``Song.changes`` a part of one.
    """
    name, model = resource.name, resource.model
    definitions: dict[str, Schema] = {}
    for key, schema in model.definitions.items():
        definitions[key] = closed(schema)
        definitions[f"{key}{_SHOWN}"] = _loosened(schema)
    settable = {key: schema for key, schema in model.fields.items() if _is_settable(resource, key)}
    labels = model.labels
    new = {labels[key]: settable[key] for key in settable}
    required = [labels[key] for key in settable if key in model.required]
    changes = {
        labels[key]: settable[key] if key in model.required else nullable(settable[key])
        for key in settable
    }
    identity = {ID: id_schema(resource)}
    if model.has_numbered_ids:
        identity = {ID: {"anyOf": [identity[ID], {"type": "integer", "minimum": 0}]}}
    own_id = {ID: nullable(identity[ID])} if resource.api.client_ids else {}
    asked = [ID, *required] if model.has_numbered_ids else required
    shown = _loosened(model_schema(resource))
    made = {
        name: {
            **shown,
            "properties": {**shown["properties"], **_STATUS},
            "required": [ID, *STATUS_FIELDS],
        },
        f"{name}.new": _sent(resource, own_id | new, asked),
        f"{name}.replacement": _sent(resource, new, required),
        f"{name}.keyed": _sent(resource, identity | new, [ID, *required]),
        f"{name}.changes": _sent(resource, changes, []),
        f"{name}.keyed_changes": _sent(resource, identity | changes, [ID]),
    }
    return _referenced(made, definitions) | made


def id_schema(resource: Resource) -> Schema:
    """Return the schema of an id, as text."""
    model = resource.model
    own = {} if model.id_name is None else model.fields[model.id_name]
    branches = own.get("anyOf", [own])
    if any(branch.get("format") == "uuid" for branch in branches):
        return {"type": "string", "format": "uuid"}
    if model.has_numbered_ids:
        return {"type": "string", "pattern": "^[0-9]{1,18}$"}
    return {
        "type": "string",
        "pattern": r"^[^/,\x00-\x1f\x7f]+$",
        "minLength": 1,
        "maxLength": MAX_ID,
    }


def _shown(resource: Resource, view: View) -> list[str]:
    return [name for name in resource.model.fields if name in resource.model.visible[view]]


def _is_settable(resource: Resource, name: str) -> bool:
    return name not in resource.kept and name not in (ID, resource.model.id_name)


def _sent(resource: Resource, properties: Mapping[str, Schema], required: list[str]) -> Schema:
    found: Schema = {"type": "object", "properties": dict(properties), "required": required}
    if resource.api.unknown_fields == "refuse":
        found["additionalProperties"] = False
    return found


def _loosened(schema: Any) -> Any:
    """Return a schema for what is shown, of which any part may be missing."""
    if isinstance(schema, list):
        return [_loosened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"{schema['$ref']}{_SHOWN}"}
    return {
        key: {name: _loosened(each) for name, each in value.items()}
        if key == "properties"
        else _loosened(value)
        for key, value in schema.items()
        if key not in ("required", "default") and (key, value) != ("additionalProperties", False)
    }


def _referenced(schemas: Mapping[str, Schema], known: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return those of `known` that `schemas` refer to, one by another."""
    found: dict[str, Schema] = {}
    waiting: list[Any] = [*schemas.values()]
    for schema in waiting:  # and for those that join while it goes
        if isinstance(schema, list):
            waiting += schema
        elif isinstance(schema, dict):
            name = str(schema.get("$ref", "")).removeprefix(REFERENCE)
            if name in known and name not in found:
                found[name] = known[name]
                waiting.append(known[name])
            waiting += schema.values()
    return found
