"""Document classes as JSON Schemas of today (draft 2020-12), for APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_core.models.schemas import REFERENCE, Schema, nullable
from brubeck_dictshield.fields import (
    BaseField,
    DateTimeField,
    EmbeddedDocumentField,
    GeoPointField,
    ListField,
    NumberField,
    StringField,
    TimeStampField,
    UUIDField,
)

if TYPE_CHECKING:
    from brubeck_dictshield.document import BaseDocument

_OPTIONS = ("maxLength", "minLength", "minimum", "maximum")
_FORMATS = {"url": "uri", "email": "email"}


def document_schemas(cls: type[BaseDocument]) -> tuple[Schema, dict[str, Schema]]:
    """Return the schema of a class, and those of the documents embedded in it, by name.

    Private fields of the class itself are in it, for the application; those of embedded documents
    are not.
    """
    definitions: dict[str, Schema] = {}
    return _document(cls, cls, definitions, hidden=()), definitions


def is_asked_for(cls: type[BaseDocument], name: str) -> bool:
    """Say whether clients have to give a value for a field that is required."""
    return name not in (cls._private_fields or ())


def _document(
    root: type[BaseDocument],
    cls: type[BaseDocument],
    definitions: dict[str, Schema],
    hidden: Any,
) -> Schema:
    fields = {name: field for name, field in cls._fields.items() if name not in hidden}
    required = [
        name
        for name, field in fields.items()
        if field.required and is_asked_for(cls, name) and field.make_default() is None
    ]
    return {
        "title": cls.__name__,
        "type": "object",
        "properties": {name: _field(root, field, definitions) for name, field in fields.items()},
        "required": required,
    }


def _field(
    root: type[BaseDocument], field: BaseField[Any], definitions: dict[str, Schema]
) -> Schema:
    found = _value(root, field, definitions)
    if not field.required:
        # None is no value, as it is for documents.
        found = nullable(found)
    elif found.get("type") == "string" and "format" not in found:
        found = {**found, "minLength": max(1, found.get("minLength", 1))}
    if field.description is not None and "$ref" not in found:
        found = {**found, "description": field.description}
    if field.default is not None and not callable(field.default) and "$ref" not in found:
        found = {**found, "default": field.for_json(field.default)}
    return found


def _value(
    root: type[BaseDocument], field: BaseField[Any], definitions: dict[str, Schema]
) -> Schema:
    if field.choices is not None:
        return {"enum": [field.for_json(choice) for choice in field.choices]}
    return _kind(root, field, definitions)


def _kind(
    root: type[BaseDocument], field: BaseField[Any], definitions: dict[str, Schema]
) -> Schema:
    if isinstance(field, EmbeddedDocumentField):
        return _reference(root, field.document_type, definitions)
    if isinstance(field, ListField):
        items = [_value(root, item, definitions) for item in field.fields]
        return {"type": "array", "items": items[0] if len(items) == 1 else {"anyOf": items}}
    if isinstance(field, GeoPointField):
        return {"type": ["array", "object"]}
    if isinstance(field, UUIDField):
        return {"type": "string", "format": "uuid"}
    if isinstance(field, TimeStampField):
        return {"type": ["integer", "string"]}
    if isinstance(field, DateTimeField):
        return {"type": "string", "format": "date-time"} if field.format is None else {}
    given = field.schema()
    if given["type"] == "any":
        return {}
    found: Schema = {key: given[key] for key in _OPTIONS if key in given}
    found["type"] = given["type"]
    if isinstance(field, NumberField) and field.number_class is int:
        found["type"] = "integer"
    if given.get("format") in _FORMATS:
        found["format"] = _FORMATS[given["format"]]
    if isinstance(field, StringField) and field.regex is not None:
        # The pattern of a field begins where the text does; that of a schema anywhere.
        found["pattern"] = f"^(?:{field.regex.pattern})"
    return found


def _reference(
    root: type[BaseDocument], cls: type[BaseDocument], definitions: dict[str, Schema]
) -> Schema:
    name = f"{root.__name__}.{cls.__name__}"
    if name not in definitions:
        # It is there before it is made, for documents that hold their own kind.
        definitions[name] = {}
        hidden = (*(cls._private_fields or ()), *cls._internal_fields)
        definitions[name] = _document(root, cls, definitions, hidden)
    return {"$ref": f"{REFERENCE}{name}"}
