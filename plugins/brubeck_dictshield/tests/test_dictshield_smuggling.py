"""What a client must not set gets in by no name and at no depth."""

import pytest
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.fields import EmbeddedDocumentField, IntField, ListField, StringField

ID = "111b4bb7-55f5-441b-ba25-c7a4fd99442c"


class Part(EmbeddedDocument):
    _private_fields = ["secret", "code"]
    id = StringField()
    name = StringField()
    secret = StringField(minimized_field_name="s")
    code = StringField(uniq_field="c")


class Host(Document):
    size = IntField()
    part = EmbeddedDocumentField(Part)
    parts = ListField(EmbeddedDocumentField(Part))
    nested = ListField(ListField(EmbeddedDocumentField(Part)))


@pytest.mark.parametrize("refuse_unknown", [False, True])
@pytest.mark.parametrize("key", ["id", "secret", "s", "code", "c"])
def test_private_values_inside_come_in_by_no_name(key, refuse_unknown):
    part = {"name": "a", key: "x"}
    errors = Host.validate_class_partial(
        {"part": part, "parts": [{"name": "b"}, part]}, True, refuse_unknown=refuse_unknown
    )
    assert [(error.path, error.code, error.value) for error in errors] == [
        (f"part.{key}", "internal_field_overwrite", "x"),
        (f"parts.1.{key}", "internal_field_overwrite", "x"),
    ]


@pytest.mark.parametrize(
    ("key", "code"), [("id", "unknown_field"), ("_id", "internal_field_overwrite")]
)
def test_one_wrong_key_is_one_error(key, code):
    errors = Host.validate_class_partial({key: ID}, True, refuse_unknown=True)
    assert [(error.path, error.code) for error in errors] == [(key, code)]


@pytest.mark.parametrize("judge", [Host.validate_class_fields, Host.validate_class_partial])
def test_unknown_keys_are_refused_at_any_depth_if_asked(judge):
    values = {
        "rogue": 1,
        "part": {"name": "a", "rogue": 2},
        "parts": [{"name": "b"}, {"rogue": 3}],
        "nested": [[{"rogue": 4}]],
    }
    assert [
        (error.path, error.code, error.value) for error in judge(values, True, refuse_unknown=True)
    ] == [
        ("rogue", "unknown_field", 1),
        ("part.rogue", "unknown_field", 2),
        ("parts.1.rogue", "unknown_field", 3),
        ("nested.0.0.rogue", "unknown_field", 4),
    ]
    assert judge(values, True) == []
    assert "rogue" not in Host(**values).to_json()
