"""Documents as JSON schemas, and back."""

import json

import pytest
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import DictFieldNotFound, InvalidShield
from brubeck_dictshield.fields import (
    BaseField,
    DateTimeField,
    DecimalField,
    DictField,
    EmailField,
    EmbeddedDocumentField,
    FloatField,
    GeoPointField,
    IntField,
    ListField,
    SortedListField,
    StringField,
    TimeStampField,
    URLField,
    UUIDField,
)


class Part(EmbeddedDocument):
    name = StringField(max_length=4, required=True)


PART = {
    "title": "Part",
    "type": "object",
    "properties": {
        "name": {"title": "name", "type": "string", "maxLength": 4, "required": True},
    },
}


def of(field):
    cls = type(Document)("Thing", (Document,), {"f": field})
    schema = cls.for_jsonschema()
    assert json.loads(cls.to_jsonschema()) == schema
    assert schema["properties"].pop("_id") == {"type": "string"}
    return schema["properties"]["f"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (StringField(regex="^a", description="d"),
         {"type": "string", "pattern": "^a", "description": "d"}),
        (URLField(max_length=5), {"type": "string", "format": "url", "maxLength": 5}),
        (EmailField(), {"type": "string", "format": "email"}),
        (FloatField(min_value=0.5), {"type": "number", "minimum": 0.5}),
        (DecimalField(max_value=3), {"type": "any", "maximum": 3}),
        (DateTimeField(), {"type": "string", "format": "date-time"}),
        (TimeStampField(), {"type": "string", "format": "date-time"}),
        (UUIDField(), {"type": "string"}),
        (BaseField(default=3, required=True), {"type": "any", "default": 3, "required": True}),
        (BaseField(default=lambda: 3), {"type": "any"}),
        (DictField(default={"a": 1}), {"type": "object", "default": {"a": 1}}),
        (ListField(IntField(min_value=2)),
         {"type": "array", "items": [{"type": "number", "minimum": 2}]}),
        (ListField([StringField(), EmbeddedDocumentField(Part)]),
         {"type": "array", "items": [{"type": "string"}, PART]}),
        (GeoPointField(),
         {"type": "array", "format": "geo-point",
          "items": [{"type": "number"}, {"type": "number"}]}),
    ],
)  # fmt: skip
def test_a_field_is_described(field, expected):
    assert of(field) == {"title": "f", **expected}


def test_an_embedded_document_is_described_by_its_class():
    field = EmbeddedDocumentField(Part, required=True, description="d")
    assert of(field) == {**PART, "required": True, "description": "d"}


def test_only_public_fields_are_described_if_there_is_a_list():
    class Song(Document):
        _public_fields = ["title"]
        title = StringField()
        secret = StringField()

    assert list(Song.for_jsonschema()["properties"]) == ["title"]


@pytest.mark.parametrize(
    "field",
    [
        StringField(max_length=5, min_length=1, regex="^a", required=True, description="d"),
        URLField(),
        EmailField(),
        IntField(min_value=1, max_value=5, default=2),
        FloatField(min_value=0.5),
        DateTimeField(),
        GeoPointField(),
        DictField(),
        BaseField(),
        ListField([StringField(max_length=3), IntField()]),
        EmbeddedDocumentField(Part),
    ],
    ids=lambda field: type(field).__name__,
)
def test_a_class_comes_back_from_its_schema(field):
    cls = type(Document)("Thing", (Document,), {"f": field})
    again = Document.from_jsonschema(cls.for_jsonschema())
    assert again.__name__ == "Thing"
    assert type(again.f) is type(field)
    assert again.for_jsonschema() == cls.for_jsonschema()


def test_a_schema_makes_classes_that_judge():
    cls = Document.from_jsonschema({"title": "Album", "properties": {"part": PART}})
    errors = cls.validate_class_fields({"part": {"name": "abcde"}}, validate_all=True)
    assert [(error.path, error.code) for error in errors] == [("part.name", "too_long")]


def test_an_embedded_document_can_come_from_a_schema():
    assert not EmbeddedDocument.from_jsonschema(PART)._top_level


def test_a_sorted_list_is_described_as_a_list():
    assert of(SortedListField(StringField()))["type"] == "array"


@pytest.mark.parametrize(
    ("schema", "error"),
    [
        ({"title": "T"}, InvalidShield),
        ({"properties": {}}, InvalidShield),
        ("text", InvalidShield),
        ({"title": "T", "properties": {"a": "text"}}, InvalidShield),
        ({"title": "T", "properties": {"a": {"type": "array"}}}, InvalidShield),
        ({"title": "T", "properties": {"a": {"type": "string", "pattern": "("}}}, InvalidShield),
        ({"title": "T", "properties": {"a": {"type": "weird"}}}, DictFieldNotFound),
        ({"title": "T", "properties": {"a": {"type": ["string"]}}}, DictFieldNotFound),
        ({"title": "T", "properties": {"a": {"type": "string", "format": "weird"}}},
         DictFieldNotFound),
    ],
)  # fmt: skip
def test_a_wrong_schema_is_an_error(schema, error):
    with pytest.raises(error):
        Document.from_jsonschema(schema)
