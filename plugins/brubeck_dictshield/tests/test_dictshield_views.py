"""What owners and everybody may see of a document, whatever is in it."""

import json
from collections import OrderedDict, namedtuple
from datetime import datetime
from types import MappingProxyType

import pytest
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.fields import (
    BaseField,
    DateTimeField,
    DictField,
    EmbeddedDocumentField,
    IntField,
    ListField,
    MultiValueDictField,
    SortedListField,
    StringField,
)
from brubeck_dictshield.jsonable import jsonable
from brubeck_dictshield.multivaluedict import MultiValueDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: Machines that are busy otherwise must not make a test fail.
calmly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

SECRET = "the private part"


class Inner(EmbeddedDocument):
    _private_fields = ["hidden"]
    _public_fields = ["shown", "hidden", "inner"]
    shown = StringField()
    hidden = StringField()
    other = StringField()
    inner = EmbeddedDocumentField("self")


class Outer(Document):
    _private_fields = ["hidden"]
    _public_fields = ["one", "many", "anything", "hidden"]
    one = EmbeddedDocumentField(Inner)
    many = ListField(EmbeddedDocumentField(Inner))
    lists = ListField(ListField(EmbeddedDocumentField(Inner)))
    mixed = ListField([IntField(), EmbeddedDocumentField(Inner)])
    anything = BaseField()
    hidden = StringField()


def inner(children):
    return st.fixed_dictionaries(
        {"hidden": st.just(SECRET)}, optional={"shown": st.text(), "inner": children}
    )


inners = st.recursive(st.none(), inner, max_leaves=5).filter(bool)
instances = inners.map(lambda values: Inner(**values))
outers = st.fixed_dictionaries(
    {"hidden": st.just(SECRET)},
    optional={
        "id": st.uuids(),
        "one": inners | instances | st.lists(inners),
        "many": st.lists(inners | instances) | inners,
        "lists": st.lists(inners | st.lists(inners | instances)),
        "mixed": st.lists(st.integers() | inners),
        "anything": instances | st.lists(instances) | st.tuples(instances)
        | st.dictionaries(st.text(), instances),
        "unknown": st.just(SECRET),
    },
)  # fmt: skip

VIEWS = (
    Outer.make_ownersafe,
    Outer.make_publicsafe,
    Outer.make_json_ownersafe,
    Outer.make_json_publicsafe,
)


@calmly
@given(values=outers)
def test_private_values_are_in_no_view_of_a_document(values):
    document = Outer(**values)
    assert [view.__name__ for view in VIEWS if SECRET in repr(view(document))] == []


@calmly
@given(values=outers)
def test_private_values_are_in_no_view_of_a_stored_dictionary(values):
    assert [view.__name__ for view in VIEWS if SECRET in repr(view(values))] == []


class Titles(list):
    pass


Pair = namedtuple("Pair", "left right")


@pytest.mark.parametrize(
    ("field", "wrap"),
    [
        (BaseField, lambda one: OrderedDict(one=one)),
        (BaseField, lambda one: MappingProxyType({"one": one})),
        (BaseField, lambda one: MultiValueDict({"one": [one]})),
        (BaseField, lambda one: Titles([one])),
        (BaseField, lambda one: Pair(one, one)),
        (MultiValueDictField, lambda one: {"one": [one, {"deeper": one}]}),
        (DictField, lambda one: {"one": OrderedDict(deeper=one)}),
    ],
    ids=["ordered", "proxy", "multi", "list", "pair", "multi field", "dictionary field"],
)
@pytest.mark.parametrize("stored", [False, True], ids=["document", "dictionary"])
def test_private_values_are_in_no_view_whatever_holds_the_document(field, wrap, stored):
    class Holder(Document):
        _public_fields = ["held"]
        held = field()

    given = {"held": wrap(Inner(hidden=SECRET, shown="for all", other="for the owner"))}
    held = given if stored else Holder(**given)
    public, own = Holder.make_json_publicsafe(held), Holder.make_json_ownersafe(held)
    for shown in (public, own):
        assert "for all" in shown
        assert SECRET not in shown
    assert "for the owner" in own
    assert "for the owner" not in public
    for view in (Holder.make_publicsafe, Holder.make_ownersafe):
        assert SECRET not in json.dumps(jsonable(view(held)))


def test_a_dictionary_of_several_values_is_still_one_in_a_view():
    class Tagged(Document):
        tags = MultiValueDictField()

    shown = Tagged.make_ownersafe(Tagged(tags={"mood": ["blue", "green"]}))
    assert shown["tags"]["mood"] == "green"
    assert shown["tags"].getlist("mood") == ["blue", "green"]


@calmly
@given(values=outers)
def test_the_public_view_is_no_more_than_the_list(values):
    assert set(Outer.make_publicsafe(Outer(**values))) <= {"one", "many", "anything"}


def test_embedded_documents_go_by_their_own_lists():
    outer = Outer(one={"shown": "a", "other": "b", "hidden": SECRET})
    assert Outer.make_ownersafe(outer)["one"] == {"shown": "a", "other": "b"}
    assert Outer.make_publicsafe(outer)["one"] == {"shown": "a"}


def test_a_subclass_goes_by_its_own_lists():
    class Special(Outer):
        _public_fields = ["extra"]
        extra = StringField()

    assert Outer.make_publicsafe(Special(extra="x", one={"shown": "a"})) == {"extra": "x"}


def test_lists_named_after_the_class_was_made_count():
    class Late(Document):
        a = StringField()

    Late._private_fields = ["a"]
    assert Late.make_ownersafe(Late(a="x")) == {}


def test_a_stored_dictionary_is_read_and_left_alone():
    class Song(Document):
        _private_fields = ["secret"]
        _public_fields = ["title"]
        title = StringField(minimized_field_name="t")
        secret = StringField()
        when = DateTimeField()

    stored = {"t": "x", "secret": SECRET, "_id": "X", "rogue": 1, "when": datetime(2011, 1, 1)}
    before = dict(stored)
    assert Song.make_ownersafe(stored) == {"t": "x", "when": datetime(2011, 1, 1)}
    assert Song.make_json_publicsafe(stored) == '{"t": "x"}'
    assert stored == before


@pytest.mark.parametrize("value", [None, 5, [], Inner()])
def test_what_is_no_document_has_no_view(value):
    with pytest.raises(ShieldException, match="neither a Outer nor a dictionary"):
        Outer.make_ownersafe(value)


def test_json_views_are_converted_and_sorted():
    class Chart(Document):
        _public_fields = ["places", "songs"]
        places = SortedListField(IntField())
        songs = SortedListField(EmbeddedDocumentField(Inner), ordering="shown")

    chart = Chart(places=["10", "9"], songs=[{"shown": "b"}, {"shown": "a"}])
    assert Chart.make_publicsafe(chart)["places"] == ["10", "9"]
    assert json.loads(Chart.make_json_publicsafe(chart, sort_keys=True)) == {
        "places": [9, 10],
        "songs": [{"shown": "a"}, {"shown": "b"}],
    }


@pytest.mark.parametrize("options", [{"minimized_field_name": "n"}, {"uniq_field": "number"}])
def test_documents_are_sorted_whatever_output_calls_the_key(options):
    class Place(EmbeddedDocument):
        rank = IntField(**options)

    class Chart(Document):
        places = SortedListField(EmbeddedDocumentField(Place), ordering="rank")

    chart = Chart(places=[{"rank": 2}, {"rank": "1"}])
    views = chart.to_python(), chart.to_json(encode=False), Chart.make_json_ownersafe(chart, False)
    for view in views:
        ranks = [value for place in view["places"] for value in place.values() if value in (1, 2)]
        assert ranks == [1, 2]


def test_json_is_text_with_sorted_keys_if_asked():
    outer = Outer(one={"shown": "a"}, hidden="x")
    assert list(json.loads(outer.to_json(sort_keys=True))) == sorted(outer.to_json(encode=False))
    assert Outer.make_json_ownersafe(outer, encode=False) == {
        "one": {"shown": "a"},
        "many": [],
        "lists": [],
        "mixed": [],
    }
