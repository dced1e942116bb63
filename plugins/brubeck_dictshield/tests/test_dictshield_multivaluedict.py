"""The dictionary in which a key may have several values."""

import copy
import pickle

import pytest
from brubeck_dictshield.multivaluedict import MultiValueDict, MultiValueDictKeyError


@pytest.fixture
def values():
    return MultiValueDict({"a": ["1", "2"], "none": []})


def test_reading_gives_the_last_value(values):
    assert values["a"] == "2"
    assert values["none"] == []
    assert (values.get("a"), values.get("none", "d"), values.get("x")) == ("2", "d", None)
    assert values.items() == [("a", "2"), ("none", [])]
    assert values.values() == ["2", []]
    assert values.dict() == {"a": "2", "none": []}


def test_what_is_not_there_is_a_key_error(values):
    with pytest.raises(MultiValueDictKeyError) as caught:
        values["x"]
    assert isinstance(caught.value, KeyError)
    assert values.getlist("x") == []


def test_updating_extends_the_lists(values):
    values.update({"a": "3"})
    values.update(MultiValueDict({"a": ["4", "5"]}), b="x")
    values.update([("b", "y")])
    assert dict(values.lists()) == {
        "a": ["1", "2", "3", "4", "5"],
        "none": [],
        "b": ["x", "y"],
    }
    with pytest.raises(TypeError):
        values.update({}, {})


def test_writing(values):
    values["a"] = "9"
    values.appendlist("a", "10")
    values.setlist("b", ["x"])
    assert values.setdefault("b", "y") == "x"
    assert values.setdefault("c", "z") == "z"
    assert values.setlistdefault("d", ["p"]) == ["p"]
    assert values.setlistdefault("d") == ["p"]
    assert dict(values.lists()) == {
        "a": ["9", "10"],
        "none": [],
        "b": ["x"],
        "c": ["z"],
        "d": ["p"],
    }
    assert values.pop("a") == ["9", "10"]


@pytest.mark.parametrize(
    "copied",
    [
        MultiValueDict.copy,
        copy.copy,
        copy.deepcopy,
        MultiValueDict,
        lambda values: pickle.loads(pickle.dumps(values)),
    ],
    ids=["method", "copy", "deepcopy", "constructor", "pickle"],
)
def test_copies_have_all_values(values, copied):
    again = copied(values)
    assert type(again) is MultiValueDict
    assert again == values
    assert repr(again) == "<MultiValueDict: {'a': ['1', '2'], 'none': []}>"


def test_a_copy_has_lists_of_its_own(values):
    again = values.copy()
    again.appendlist("a", "3")
    assert values.getlist("a") == ["1", "2"]
