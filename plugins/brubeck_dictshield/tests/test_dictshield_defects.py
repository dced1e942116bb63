"""What is right now where DictShield was wrong."""

import copy
import datetime
import pickle
import uuid
from decimal import Decimal

import pytest
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import InvalidShield, ShieldDocException, ShieldException
from brubeck_dictshield.fields import (
    BaseField,
    BooleanField,
    DateTimeField,
    DecimalField,
    DictField,
    EmailField,
    EmbeddedDocumentField,
    FloatField,
    GeoPointField,
    IntField,
    ListField,
    LongField,
    MD5Field,
    MillisecondField,
    MultiValueDictField,
    NumberField,
    SHA1Field,
    SortedListField,
    StringField,
    TimeStampField,
    URLField,
    UUIDField,
)

UTC = datetime.UTC
MOMENT = datetime.datetime(2011, 12, 11, 3, 4, 27)
PLUS_TWO = datetime.timezone(datetime.timedelta(hours=2))


class Part(EmbeddedDocument):
    _private_fields = ["secret"]
    name = StringField(max_length=4, required=True)
    secret = StringField()


class Other(EmbeddedDocument):
    size = IntField(required=True)


def thing(field):
    return type(Document)("Thing", (Document,), {"f": field})


def code_of(field, value):
    """Return what a document says of a value, and make sure that its class says the same."""
    cls = thing(field)
    try:
        cls(f=value).validate()
        code = None
    except ShieldException as error:
        code = error.code
    errors = cls.validate_class_fields({"f": value}, validate_all=True)
    assert [error.code for error in errors] == ([] if code is None else [code])
    return code


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (IntField(), "abc", "not_a_number"),
        (IntField(), "1_0", "not_a_number"),
        (IntField(), "9" * 5000, "not_a_number"),
        (IntField(), [1], "not_a_number"),
        (IntField(), "", None),
        (IntField(required=True), " ", "required"),
        (LongField(), "x", "not_a_number"),
        (FloatField(), "nan", "not_a_number"),
        (FloatField(), float("inf"), "not_a_number"),
        (FloatField(), 10**400, "not_a_number"),
        (NumberField(complex, "Complex", min_value=1), "1j", "invalid_value"),
        (DecimalField(), "NaN", "not_a_decimal"),
        (DecimalField(), True, "not_a_decimal"),
        (DecimalField(max_value="1.5"), "2", "above_max"),
        (StringField(), 5, "invalid_value"),
        (StringField(), b"abc", "invalid_value"),
        (URLField(), 5, "invalid_value"),
        (URLField(max_length=10), "http://example.com/", "too_long"),
        (URLField(regex="^https"), "http://example.com/", "regex"),
        (URLField(), "http://example.photography", None),
        (URLField(), "http://[::1]:8000/", None),
        (URLField(), "http://[zz]/", "invalid_url"),
        (URLField(), "http://999.999.999.999/", "invalid_url"),
        (URLField(), "http://example.com/\n", "invalid_url"),
        (URLField(), "http://example.com/\x00", "invalid_url"),
        (EmailField(max_length=5), "a@example.com", "too_long"),
        (EmailField(), "a@example.photography", None),
        (EmailField(), "a@example.com\n", "invalid_email"),
        (EmailField(), 5, "invalid_value"),
        (MD5Field(), "0x" + "a" * 30, "not_hex"),
        (MD5Field(), "-" + "a" * 31, "not_hex"),
        (MD5Field(), 5, "invalid_value"),
        (SHA1Field(), ["a"] * 40, "invalid_value"),
        (DateTimeField(), "2011-12-11", "not_datetime"),
        (DateTimeField(), "2011-13-41T00:00:00", "not_datetime"),
        (DateTimeField(), "2011-12-11T03:04:27", None),
        (DateTimeField(), 5, "not_datetime"),
        (TimeStampField(), 1323572667, None),
        (TimeStampField(), float("nan"), "not_datetime"),
        (TimeStampField(), 10**30, "not_datetime"),
        (UUIDField(), "x", "not_uuid"),
        (UUIDField(), 5, "not_uuid"),
        (GeoPointField(), [1.0, "b"], "geo_types"),
        (GeoPointField(), [1.0, float("nan")], "geo_types"),
        (GeoPointField(), 5, "geo_container"),
        (DictField(), {1: 2}, "bad_dict_key"),
        (DictField(), "abc", "not_a_dict"),
        (MultiValueDictField(), "abc", "not_a_dict"),
        (ListField(StringField()), "abc", "not_a_list"),
        (ListField(IntField()), [None], "list_item"),
        (ListField(StringField(choices=["a"])), ["b"], "list_item"),
        (ListField(IntField(validation=lambda value: value > 1)), [1], "list_item"),
        (ListField([IntField(), StringField(max_length=1)]), [1, "a"], None),
        (ListField([IntField(), StringField(max_length=1)]), ["aa"], "list_item"),
        (ListField(DateTimeField()), ["2011-12-11T03:04:27"], None),
        (EmbeddedDocumentField(Part), 5, "not_embedded_instance"),
        (EmbeddedDocumentField(Part), {1: 2}, "not_embedded_instance"),
        (EmbeddedDocumentField(Part), {"name": "abc"}, None),
        (EmbeddedDocumentField(Part), {"name": "abcde"}, "too_long"),
        (ListField(EmbeddedDocumentField(Part)), [{"name": "abcde"}], "list_item"),
        (ListField([EmbeddedDocumentField(Part), EmbeddedDocumentField(Other)]),
         [{"size": 1}], None),
        (ListField(ListField(EmbeddedDocumentField(Part))), [[{"name": "abc"}]], None),
        (ListField(ListField(EmbeddedDocumentField(Part))), [[{}]], "list_item"),
        (StringField(choices=["en", "de"]), "fr", "choices"),
        (StringField(choices={"en"}), ["en"], "invalid_value"),
        (StringField(validation=lambda value: value.startswith("a")), "b", "custom_validation"),
        (StringField(validation=lambda value: value.startswith("a")), 5, "invalid_value"),
        (StringField(validation="no function"), "b", "invalid_value"),
    ],
)  # fmt: skip
def test_a_value_is_judged_without_a_raw_error(field, value, code):
    assert code_of(field, value) == code


@pytest.mark.parametrize(
    ("field", "value", "python", "json"),
    [
        (DateTimeField(), "2011-12-11T03:04:27.107", MOMENT.replace(microsecond=107000),
         "2011-12-11T03:04:27.107000"),
        (DateTimeField(), "2011-12-11T03:04:27+02:00", MOMENT.replace(tzinfo=PLUS_TWO),
         "2011-12-11T03:04:27+02:00"),
        (DateTimeField(), "2011-12-11T03:04:27Z", MOMENT.replace(tzinfo=UTC),
         "2011-12-11T03:04:27+00:00"),
        (TimeStampField(), 0, datetime.datetime(1970, 1, 1, tzinfo=UTC), 0),
        (MillisecondField(), "2011-12-11T03:04:27.107+00:00", 1323572667107, 1323572667107),
        (MillisecondField(), MOMENT.replace(tzinfo=PLUS_TWO), 1323565467000, 1323565467000),
        (ListField([IntField(), StringField()]), [1, "a"], [1, "a"], [1, "a"]),
        (ListField(DateTimeField()), ["2011-12-11T03:04:27"], [MOMENT], ["2011-12-11T03:04:27"]),
        (ListField(IntField()), "abc", "abc", "abc"),
        (SortedListField(IntField()), ["10", "9"], [9, 10], [9, 10]),
        (SortedListField(BaseField()), [2, "a", 1], [2, "a", 1], [2, "a", 1]),
        (SortedListField(DictField(), ordering="n"), [{"n": 2}, {}, {"n": 1}],
         [{}, {"n": 1}, {"n": 2}], [{}, {"n": 1}, {"n": 2}]),
        (BaseField(), {"when": MOMENT, "what": {1.5, float("nan")} - {1.5}},
         None, {"when": "2011-12-11T03:04:27", "what": [None]}),
        (BaseField(), {"raw": b"\xff", 5: Decimal("1.0")}, None, {"raw": "\ufffd", "5": "1.0"}),
        (MultiValueDictField(), {"a": "x", "b": ["y", "z"]}, None, {"a": ["x"], "b": ["y", "z"]}),
        (FloatField(default=4), None, 4.0, 4.0),
        (DateTimeField(default="2011-12-11T03:04:27"), None, MOMENT, "2011-12-11T03:04:27"),
    ],
)  # fmt: skip
def test_output_keeps_what_was_given(field, value, python, json):
    cls = thing(field)
    document = cls(f=value)
    if python is not None:
        assert document.to_python()["f"] == python
        assert type(document.to_python()["f"]) is type(python)
    assert document.to_json(encode=False)["f"] == json
    assert cls.make_json_ownersafe(document, encode=False)["f"] == json


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        (IntField(), "abc", "f"),
        (DecimalField(), "abc", "f"),
        (ListField(IntField()), [1, "x"], "f.1"),
        (ListField(ListField(IntField())), [[1], [1, "x"]], "f.1.1"),
        (EmbeddedDocumentField(Part), 5, "f"),
    ],
)
def test_what_cannot_be_put_out_is_a_field_error(field, value, path):
    document = thing(field)(f=value)
    with pytest.raises(ShieldException) as caught:
        document.to_python()
    assert [error.path for error in caught.value.errors] == [path]


@pytest.mark.parametrize(
    "define",
    [
        lambda: ListField([]),
        lambda: ListField(5),
        lambda: ListField(IntField),
        lambda: ListField("abc"),
        lambda: DictField(5),
        lambda: DecimalField(min_value="x"),
        lambda: StringField(regex="("),
        lambda: EmbeddedDocumentField(5),
        lambda: EmbeddedDocumentField(thing(StringField())),
        lambda: thing(EmbeddedDocumentField("NoSuchPart"))(f={}),
        lambda: type(Document)("Thing", (Document,), {"validate": StringField()}),
        lambda: type(Document)("Thing", (Document,), {"_public_fields": "name"}),
        lambda: type(Document)("Thing", (Document,), {"Meta": type("Meta", (), {"id_field": 5})}),
        lambda: type(Document)(
            "Thing", (Document,), {"a": IntField(id_field=True), "b": IntField(id_field=True)}
        ),
    ],
)
def test_a_wrong_definition_is_one_kind_of_error(define):
    with pytest.raises(InvalidShield):
        define()


def test_a_field_can_be_the_id():
    class Song(Document):
        slug = StringField(id_field=True)
        title = StringField()

    song = Song(_id="take-five", title="Take Five")
    assert song.slug == "take-five"
    assert list(Song._fields) == ["slug", "title"]


def test_the_name_of_a_class_stands_for_a_class_defined_later():
    class Album(Document):
        cover = EmbeddedDocumentField("CoverOfLaterDefinition")

    class CoverOfLaterDefinition(EmbeddedDocument):
        artist = StringField()

    assert isinstance(Album(cover={"artist": "Neil"}).cover, CoverOfLaterDefinition)


def test_an_embedded_document_can_be_taken_away():
    host = thing(EmbeddedDocumentField(Part))(f={"name": "abc"})
    host.f = None
    assert host.f is None


def test_a_default_stands_in_for_none_but_not_for_empty_text():
    cls = thing(StringField(required=True, default="d"))
    assert cls.validate_class_fields({}, validate_all=True) == []
    assert cls.validate_class_fields({"f": None}, validate_all=True) == []
    assert cls.validate_class_fields({"f": ""}, validate_all=True)[0].code == "required"
    assert thing(IntField(required=True, default=1)).validate_class_fields({"f": ""})


def test_choices_and_predicates_see_converted_values():
    assert code_of(IntField(choices=[1, 2]), "2") is None
    assert code_of(ListField(IntField(choices=[1, 2])), ["2"]) is None
    assert code_of(FloatField(validation=lambda value: value > 1), "1e2") is None


def test_none_is_an_empty_list_whatever_the_default():
    document = thing(ListField(IntField(), default=[1]))(f=None)
    assert document.f == []
    document.f = [2]
    document.f = None
    assert document.f == []


def test_a_required_private_field_is_not_asked_of_clients():
    class Owned(Document):
        _private_fields = ["owner"]
        owner = StringField(required=True)
        title = StringField(required=True)

    errors = Owned.validate_class_fields({}, validate_all=True)
    assert [(error.path, error.code) for error in errors] == [("title", "required")]


def test_values_that_are_no_dictionary_are_an_error():
    assert thing(IntField()).validate_class_fields([1], True)[0].code == "not_a_dict"  # type: ignore


def test_unknown_keys_can_be_refused():
    values = {"f": 1, "rogue": 2}
    errors = thing(IntField()).validate_class_fields(values, True, refuse_unknown=True)
    assert [(error.path, error.code) for error in errors] == [("rogue", "unknown_field")]
    assert values == {"f": 1, "rogue": 2}


class Node(EmbeddedDocument):
    child = EmbeddedDocumentField("self")
    children = ListField(EmbeddedDocumentField("self"))


class Tree(Document):
    root = EmbeddedDocumentField(Node)


def nested(depth, key="child"):
    value = {}
    for _ in range(depth):
        value = {key: value if key == "child" else [value]}
    return value


@pytest.mark.parametrize("key", ["child", "children"])
def test_deep_nesting_is_refused(key):
    tree = Tree(root=nested(5000, key))
    with pytest.raises(ShieldDocException) as caught:
        tree.validate(validate_all=True)
    assert "nested" in str(caught.value.errors[0])
    assert Tree.make_ownersafe(tree) == {}
    assert Tree.validate_class_partial({"root": nested(5000, key)}, validate_all=True)
    assert Tree(root=nested(20, key)).validate()


def test_deep_values_of_any_kind_are_an_error_on_output():
    document = thing(BaseField())(f=nested(100_000))
    with pytest.raises(ShieldException) as caught:
        document.to_json()
    assert caught.value.code == "too_deep"
    with pytest.raises(ShieldException):
        type(document).make_ownersafe(document)


def test_fields_of_programs_may_refuse_with_builtin_errors():
    class EvenField(IntField):
        def validate(self, value):
            assert value % 2 == 0

    cls = thing(ListField(EvenField()))
    assert code_of(EvenField(), 3) == "invalid_value"
    assert cls.validate_class_fields({"f": [2, 3]}, True)[0].path == "f.1"


def test_booleans_stay_strict():
    assert code_of(BooleanField(), "true") == "not_boolean"


def test_errors_survive_pickling():
    error = ShieldDocException("Thing", [ShieldException("is wrong", "f", 1, code="x")])
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert [(one.path, one.code) for one in again.errors] == [("f", "x")]
    assert pickle.loads(pickle.dumps(InvalidShield("so"))).reason == "so"


def test_uuids_are_filled_in_where_asked():
    cls = thing(UUIDField(auto_fill=True))
    document = cls(f="")
    assert isinstance(document.f, uuid.UUID)
    assert document.f != cls().f


class Counted(IntField):
    """Count how often the innermost value is looked at."""

    looks = 0

    def validate(self, value):
        type(self).looks += 1
        super().validate(value)

    def for_python(self, value):
        type(self).looks += 1
        return super().for_python(value)


class Leaf(EmbeddedDocument):
    size = IntField()


class Branch(EmbeddedDocument):
    number = Counted()
    child = EmbeddedDocumentField("self")
    children = ListField(EmbeddedDocumentField("self"))
    mixed = ListField([EmbeddedDocumentField(Leaf), EmbeddedDocumentField("self"), IntField()])


class Trunk(Document):
    branch = EmbeddedDocumentField(Branch)


def innermost_wrong(shape, depth=20):
    value = {"number": "x"}
    for _ in range(depth):
        value = {shape: value if shape == "child" else [value]}
    return {"branch": value}


LOOKERS = {
    "validate": lambda values: Trunk(**values).validate(),
    "validate all": lambda values: Trunk(**values).validate(validate_all=True),
    "class": Trunk.validate_class_fields,
    "to_python": lambda values: Trunk(**values).to_python(),
    "to_json": lambda values: Trunk(**values).to_json(),
    "json view": lambda values: Trunk.make_json_ownersafe(Trunk(**values)),
    "json view of a dictionary": Trunk.make_json_ownersafe,
}


@pytest.mark.parametrize("shape", ["child", "children", "mixed"])
@pytest.mark.parametrize("look", LOOKERS.values(), ids=LOOKERS)
def test_a_value_is_looked_at_once_however_deep_it_is(look, shape, monkeypatch):
    monkeypatch.setattr(Counted, "looks", 0)
    with pytest.raises(ShieldException) as caught:
        look(innermost_wrong(shape))
    assert Counted.looks == 1
    middle = ".child" if shape == "child" else f".{shape}.0"
    assert [error.path for error in caught.value.errors] == ["branch" + middle * 20 + ".number"]


def test_an_item_belongs_to_the_document_it_is_most_like():
    mixed = Branch(mixed=[{"size": 1}, {"number": 1}, 5]).mixed
    assert [type(item) for item in mixed] == [Leaf, Branch, int]


def test_lists_and_embedded_fields_of_programs_keep_their_own_rules():
    class Short(ListField):
        def validate(self, value):
            super().validate(value)
            if len(value) > 1:
                raise self.error("too_many", "has more than one item", value)

    class Named(EmbeddedDocumentField):
        def validate(self, value):
            super().validate(value)
            assert value["name"] != "no"

    assert code_of(Short(IntField()), [1, 2]) == "too_many"
    assert code_of(Short(IntField()), [1]) is None
    assert code_of(Named(Part), {"name": "no"}) == "invalid_value"
    assert code_of(Named(Part), {"name": "yes"}) is None


def test_documents_keep_their_own_rules_when_they_are_embedded():
    class Pair(EmbeddedDocument):
        low = IntField()
        high = IntField()

        def validate(self, validate_all=False):
            super().validate(validate_all)
            if self.low > self.high:
                raise ShieldException("is too high", "low", self.low, code="crossed")
            return True

    cls = thing(EmbeddedDocumentField(Pair))
    with pytest.raises(ShieldDocException) as caught:
        cls(f={"low": 2, "high": 1}).validate(validate_all=True)
    assert [(error.path, error.code) for error in caught.value.errors] == [("f.low", "crossed")]
    assert cls(f={"low": 1, "high": 2}).validate(validate_all=True)
