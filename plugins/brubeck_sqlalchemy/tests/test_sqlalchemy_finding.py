"""Databases answer queries as `select` does, and give back what was stored."""

import random

import pytest
from brubeck_core.interfaces.query import Condition, Operator, Order, Query, select
from brubeck_core.interfaces.queryset import Queryset, Status, version_of
from brubeck_sqlalchemy.documents import decode, encode
from brubeck_sqlalchemy.finding import LANGUAGES, Unanswerable, find

NUMBERS = [0, 1, -1, 0.0, 1.0, 0.1, 0.1 + 0.2, 1e-300, 172, 2**53, 2**53 + 1, float(2**53), 1e22]
NUMBERS += [2**63 - 1, -(2**63), 5e-324, -1.5, 1e16, 9007199254740994.0, 123456789.123456789]
TEXTS = [
    "",
    "a",
    "A",
    "b",
    "Z",
    "é",
    "z",
    "ä",
    "ﬀ",
    "😀",
    "\uffff",
    "a\0b",
    "a\x01b",
    "\0",
    "a\x02",
]
TEXTS += ["\x01\x02\x02", "50%", "50_", "a\\b", "'", '"', "a b", "1", "true", "null", "[1]", "{}"]
TEXTS += ["ß", "ss", "\u2028", "e\u0301", "a\tb", "\\u0000", "I", "i", "İ"]
OTHERS = [True, False, None, [], [1], {}, {"a": 1}, ["a"]]
VALUES = [*NUMBERS, *TEXTS, *OTHERS]


def stored(queryset: Queryset, values: list[object]) -> list[dict[str, object]]:
    """Store an item for each value, and one without any."""
    items = [{"id": str(number), "x": value} for number, value in enumerate(values)]
    items.append({"id": "nothing"})
    assert {status for status, _ in queryset.create_many(items)} == {Status.CREATED}
    return items


def ids(items: object) -> list[str]:
    return [item["id"] for item in items]


@pytest.fixture
def only_by_the_database(items, monkeypatch):
    """Refuse to read everything."""

    def refuse(*_: object) -> None:
        raise AssertionError("it read everything")

    monkeypatch.setattr(Queryset, "find", refuse)


@pytest.mark.usefixtures("only_by_the_database")
def test_every_operator_finds_what_select_does(items):
    everything = stored(items, VALUES)
    comparable = [value for value in VALUES if isinstance(value, str | int | float)]
    wrong = []
    for value in comparable:
        for operator in Operator:
            wanted: object = value
            if operator is Operator.IN:
                wanted = [value, 172, "é", True]
            if operator is Operator.CONTAINS and not isinstance(value, str):
                continue
            if not isinstance(value, str) and not items._language.can_count_to(value):
                continue
            query = Query(where=[Condition("x", operator, wanted)])
            expected, found = ids(select(everything, query).items), ids(items.find(query).items)
            if expected != found:
                wrong.append((operator, value, expected, found))
    assert wrong == []


@pytest.mark.usefixtures("only_by_the_database")
@pytest.mark.parametrize("descending", [False, True])
def test_every_kind_is_sorted_as_select_does(items, descending):
    mixed = [*VALUES, *VALUES[::3]]
    random.Random(5).shuffle(mixed)
    everything = stored(items, mixed)
    query = Query(sort=[Order("x", descending)])
    assert ids(items.find(query).items) == ids(select(everything, query).items)


@pytest.mark.parametrize("value", [*VALUES, {"a\0b": [{"c": "\0"}]}, 2**64 + 1, -0.0, 1e308])
def test_what_is_read_is_what_was_stored(items, value):
    item = {"id": "a", "x": value}
    _, created = items.create_one(item)
    found = items.read_one("a")[1]
    assert found == item
    assert type(found["x"]) is type(value)
    assert version_of(found) == version_of(created)
    assert items.find(Query()).items == [item]


HOPELESS = {
    "a long id": {"id": "a" * 256},
    "an id that is no Unicode": {"id": "\ud800"},
    "NaN": {"id": "a", "x": float("nan")},
    "infinity": {"id": "a", "x": [float("inf")]},
    "text that is no Unicode": {"id": "a", "x": "\udfff"},
    "a key that is no text": {"id": "a", "x": {1: 2}},
    "an object": {"id": "a", "x": object()},
    "a set": {"id": "a", "x": {1, 2}},
    "a number too long for Python": {"id": "a", "x": 10**5000},
}


@pytest.mark.parametrize("name", HOPELESS)
def test_what_cannot_be_kept_fails(items, name):
    item = HOPELESS[name]
    assert items.create_one(item) == (Status.FAILED, item)
    assert items.read_all() == []
    assert items.read_one("\ud800") == (Status.NOT_FOUND, "\ud800")
    assert items.destroy_one("\ud800") == (Status.NOT_FOUND, "\ud800")


def test_what_is_too_deep_fails(items):
    item = {"id": "a", "x": []}
    for _ in range(250):
        item["x"] = [item["x"]]
    assert items.create_one(item) == (Status.FAILED, item)


@pytest.mark.parametrize("item_id", ["a\0b", "a\x01b", "é" * 255, "/", "'", "\\", "%"])
def test_an_id_may_be_any_text(items, item_id):
    item = {"id": item_id, "x": 1}
    assert items.create_one(item) == (Status.CREATED, item)
    assert items.read_many([item_id, "x"]) == [(Status.OK, item), (Status.NOT_FOUND, "x")]
    assert items.destroy_one(item_id) == (Status.UPDATED, item)


@pytest.mark.parametrize(
    "field", ["a.b", "é", "a b", "$", "0", "a'b", 'a"b', "a\\b", "a\nb", "a\0b", ""]
)
def test_a_field_may_have_any_name(items, field):
    items.create_many([{"id": "1", field: 5}, {"id": "2", field: 4}, {"id": "3"}])
    where = [Condition(field, Operator.GTE, 4)]
    page = items.find(Query(where=where, sort=[Order(field)]))
    assert ids(page.items) == ["2", "1"]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.EQ, None, ["none", "nothing"]),
        (Operator.NE, None, ["one", "text"]),
        (Operator.LT, float("inf"), ["one"]),
        (Operator.LT, None, []),
        (Operator.EQ, 2**70, []),
        (Operator.LT, 2**70, ["one"]),
        (Operator.EQ, "\ud800", []),
        (Operator.NE, "\ud800", ["none", "one", "text", "nothing"]),
        (Operator.LT, "\ud800", ["text"]),
        (Operator.CONTAINS, "\ud800", []),
        (Operator.IN, ["\ud800", 1], ["one"]),
    ],
)
def test_conditions_that_are_hard_to_put(items, operator, value, expected):
    values = [("none", None), ("one", 1), ("text", "a")]
    items.create_many([{"id": name, "x": value} for name, value in values])
    items.create_one({"id": "nothing"})
    page = items.find(Query(where=[Condition("x", operator, value)]))
    assert ids(page.items) == expected
    assert page.total == len(expected)


def test_thousands_of_values_are_one_parameter(items):
    items.create_many([{"id": str(number), "x": number} for number in range(5)])
    values = [*map(str, range(40_000)), *range(3, 40_000)]
    page = items.find(Query(where=[Condition("x", Operator.IN, values)]))
    assert ids(page.items) == ["3", "4"]


def test_pages_have_the_total(items):
    items.create_many([{"id": str(number), "x": number % 2} for number in range(9)])
    where = [Condition("x", Operator.EQ, 0)]
    pages = [items.find(Query(where=where, skip=skip, count=2)) for skip in (0, 2, 4, 6, 2**70)]
    assert [ids(page.items) for page in pages] == [["0", "2"], ["4", "6"], ["8"], [], []]
    assert {page.total for page in pages} == {5}


def test_many_are_read_at_once(items):
    assert items.read_many(map(str, range(1200)))[-1] == (Status.NOT_FOUND, "1199")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("value", [float("nan"), None, [1]])
def test_only_scalars_are_put_into_sql(language, value):
    with pytest.raises(Unanswerable):
        find(language, "", Query(where=[Condition("x", Operator.EQ, value)]))


@pytest.mark.parametrize("value", [*VALUES, {"é": "\x01\x03\x03", "n": [1, 2.5, {"\0": None}]}])
def test_json_comes_back(value):
    assert decode(encode(value)) == value


def test_names_of_collections_do_not_run_together(items):
    items.collection("a").collection("b").create_one({"id": "1"})
    assert items.collection("a/b").read_all() == []
    assert items.collection("a").collection("b").read_all() == [(Status.OK, {"id": "1"})]
