"""Programs of 2012 import these names, and run."""

import importlib
import json
import subprocess
import sys

import pytest

NAMES = {
    "dictshield.base": ["DictPunch", "InvalidShield", "ShieldDocException", "ShieldException"],
    "dictshield.document": ["BaseDocument", "Document", "EmbeddedDocument", "diff_id_field",
                            "swap_field", "DictFieldNotFound", "DocumentMetaclass",
                            "ShieldDocException", "ShieldException", "TopLevelDocumentMetaclass"],
    "dictshield.fields": ["StringField", "IntField", "URLField", "BooleanField", "ListField",
                          "EmbeddedDocumentField", "ObjectIdField", "ShieldException"],
    "dictshield.fields.base": ["BaseField", "DateTimeField", "DictField", "StringField",
                               "UUIDField", "ShieldException"],
    "dictshield.fields.compound": ["EmbeddedDocumentField", "ListField", "MultiValueDictField",
                                   "SortedListField"],
    "dictshield.fields.mongo": ["ObjectIdField"],
    "dictshield.fields.temporal": ["TimeStampField"],
    "dictshield.forms": ["Form", "FormPunch"],
    "dictshield.datastructures": ["MultiValueDict", "MultiValueDictKeyError"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in NAMES.items() for name in names]
)
def test_a_name_is_where_it_was(module, name):
    assert getattr(importlib.import_module(module), name).__module__.startswith("brubeck_dict")


def test_an_unknown_field_is_an_import_error():
    with pytest.raises(ImportError):
        from dictshield.fields import NoSuchField  # noqa: F401


def test_objectid_without_pymongo_says_what_to_install():
    program = (
        "import sys; sys.modules['bson'] = None\n"
        "from dictshield.fields import StringField\n"
        "from dictshield.fields.mongo import ObjectIdField\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "pip install 'brubeck-dictshield[mongo]'" in ended.stderr


def test_a_program_of_2012_runs():
    from dictshield.base import DictPunch, ShieldException
    from dictshield.document import Document
    from dictshield.fields import IntField, StringField
    from dictshield.fields.base import BaseField, URLField

    class HexField(BaseField):
        def validate(self, value):
            if len(value) != 4:
                raise ShieldException("wrong length", self.field_name, value)

    class Media(Document):
        title = StringField(max_length=40)

    class Movie(Media):
        _public_fields = ["title", "year"]
        year = IntField(min_value=1950, max_value=2012)
        personal_thoughts = StringField(max_length=255)
        url = URLField()
        code = HexField()

    movie = Movie()
    movie.title = "Total Recall"
    movie.year = "1990"
    movie.personal_thoughts = "I wish I had three hands..."
    assert movie.validate() is True
    assert json.loads(Movie.make_json_ownersafe(movie)) == {
        "title": "Total Recall",
        "year": 1990,
        "personal_thoughts": "I wish I had three hands...",
    }
    assert json.loads(Movie.make_json_publicsafe(movie)) == {"title": "Total Recall", "year": 1990}
    movie.code = "abc"
    with pytest.raises(DictPunch) as caught:
        movie.validate()
    assert str(caught.value) == "wrong length - code:abc"
    assert caught.value.path == "code"
    user_input = {"url": "http://j2labs.tumblr.com", "rogue_field": "MWAHAHA"}
    assert Movie.validate_class_fields(user_input, validate_all=True) == []
    assert user_input == {"url": "http://j2labs.tumblr.com"}
