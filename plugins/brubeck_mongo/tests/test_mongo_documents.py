"""What is stored comes back as it was, or is refused."""

import pytest
from brubeck_mongo.documents import Unstorable, from_document, from_name, to_document, to_name
from bson import BSON, Int64


def nested(levels):
    return [] if levels == 0 else [nested(levels - 1)]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("title", "title"),
        ("first name", "first name"),
        ("a-b_c", "a-b_c"),
        ("café", "café"),
        ("_id", "_id"),
        ("a.b", "a%2Eb"),
        ("$set", "%24set"),
        ("50%", "50%25"),
        ("%2E", "%252E"),
        ("", "%"),
        ("%", "%25"),
        ("\0", "%00"),
        ("it's", "it%27s"),
        ("a[0]", "a%5B0%5D"),
        ("😀", "%F0%9F%98%80"),
        ("\ud800", "%ED%A0%80"),
    ],
)
def test_a_name_comes_back(name, stored):
    assert to_name(name) == stored
    assert from_name(stored) == name


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**63),
        2**63 - 1,
        1.5,
        -0.0,
        5e-324,
        "",
        "a\0b",
        "💙",
        [],
        [1, [2, {}]],
        {},
        {"a": {"$b": {"c.d": [{"": None}]}}},
        nested(80),
    ],
)
def test_a_value_comes_back(value):
    document = BSON.encode({"value": to_document(value)}).decode()
    assert repr(from_document(document["value"])) == repr(value)


def test_a_tuple_comes_back_as_a_list():
    assert to_document((1, 2)) == [1, 2]


def test_whole_numbers_come_back_as_pythons_own():
    assert type(from_document(Int64(5))) is int


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        -(2**63) - 1,
        10**5000,
        float("nan"),
        float("inf"),
        "\ud800",
        b"bytes",
        {1: "one"},
        {"a": [{"b": object()}]},
        nested(91),
    ],
    ids=range(10),
)
def test_what_cannot_be_stored_is_refused(value):
    with pytest.raises(Unstorable):
        to_document(value)
