"""Document classes as JSON schemas (draft 3), and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from brubeck_dictshield.errors import DictFieldNotFound, InvalidShield
from brubeck_dictshield.fields import (
    BaseField,
    BooleanField,
    DateTimeField,
    DictField,
    EmailField,
    EmbeddedDocumentField,
    FloatField,
    GeoPointField,
    IntField,
    ListField,
    StringField,
    URLField,
)
from brubeck_dictshield.metaclass import DocumentMetaclass
from brubeck_dictshield.plan import STORED_ID

if TYPE_CHECKING:
    from brubeck_dictshield.document import BaseDocument

    D = TypeVar("D", bound=BaseDocument)

_FIELDS: dict[tuple[str, str | None], type[BaseField[Any]]] = {
    ("any", None): BaseField,
    ("boolean", None): BooleanField,
    ("integer", None): IntField,
    ("number", None): IntField,
    ("string", None): StringField,
    ("string", "date-time"): DateTimeField,
    ("string", "email"): EmailField,
    ("string", "url"): URLField,
    ("array", "geo-point"): GeoPointField,
}
_OPTIONS = {
    "default": "default",
    "description": "description",
    "maxLength": "max_length",
    "maximum": "max_value",
    "minLength": "min_length",
    "minimum": "min_value",
    "pattern": "regex",
    "required": "required",
}
_FOR_ALL = frozenset({"default", "description", "required"})


def schema_of(cls: type[BaseDocument]) -> dict[str, Any]:
    """Return the JSON schema of a class."""
    public = cls._public_fields
    properties = {
        STORED_ID if name == "id" else field.uniq_field or name: (
            {"type": "string"} if name == "id" else field.schema()
        )
        for name, field in cls._fields.items()
        if not public or name in public
    }
    return {"title": cls.__name__, "type": "object", "properties": properties}


def class_from_schema(base: type[D], schema: Mapping[str, Any]) -> type[D]:
    """Return a class derived from `base`, with a field for each property of `schema`."""
    if not isinstance(schema, Mapping):
        raise InvalidShield(f"a JSON schema is a dictionary, not {schema!r}")
    title, properties = schema.get("title"), schema.get("properties")
    if not isinstance(title, str) or not isinstance(properties, Mapping):
        raise InvalidShield("the JSON schema of a document needs a `title` and `properties`")
    namespace: dict[str, Any] = {
        name: _field(name, property_schema)
        for name, property_schema in properties.items()
        if name != STORED_ID
    }
    namespace["__module__"] = base.__module__
    derived: Any = DocumentMetaclass(title, (base,), namespace)
    return cast("type[D]", derived)


def _field(name: str, schema: Any) -> BaseField[Any]:
    if not isinstance(schema, Mapping):
        raise InvalidShield(f"the JSON schema of {name!r} is a dictionary, not {schema!r}")
    kind, form = schema.get("type", "any"), schema.get("format")
    common = {key: value for key, value in _options(schema).items() if key in _FOR_ALL}
    if (kind, form) == ("array", None):
        return ListField([_field(name, item) for item in _items(name, schema)], **common)
    if (kind, form) == ("object", None):
        if "properties" not in schema:
            return DictField(**common)
        # Imported here, because documents use this module.
        from brubeck_dictshield.document import EmbeddedDocument

        return EmbeddedDocumentField(class_from_schema(EmbeddedDocument, schema), **common)
    found = _FIELDS.get((kind, form)) if isinstance(kind, str) else None
    if found is None:
        raise DictFieldNotFound(
            f"no field stands for {name!r}, of type {kind!r}"
            + ("" if form is None else f" and format {form!r}")
        )
    if found is IntField and any(isinstance(value, float) for value in schema.values()):
        found = FloatField
    return found(
        **(_options(schema) if issubclass(found, StringField | IntField | FloatField) else common)
    )


def _items(name: str, schema: Mapping[str, Any]) -> list[Any]:
    items = schema.get("items")
    if not items:
        raise InvalidShield(f"the JSON schema of list {name!r} needs `items`")
    return items if isinstance(items, list) else [items]


def _options(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {_OPTIONS[key]: value for key, value in schema.items() if key in _OPTIONS}
