"""The server finds and sorts what the rule for every queryset does."""

import pytest
from brubeck_core.interfaces.query import Condition, Operator, Order, Query, select
from brubeck_mongo.filters import Inexpressible, filter_of
from brubeck_mongo.queryset import MongoQueryset

VALUES = [
    None,
    False,
    True,
    0,
    1,
    1.0,
    1.5,
    2,
    -1,
    2**53 + 1,
    float(2**53),
    -(2**63),
    2**63 - 1,
    1e300,
    "",
    "1",
    "a",
    "A",
    "ab",
    "ba",
    "é",
    "e\u0301",
    "\uffff",
    "😀",
    "a.b",
    "a\\b",
    "a\nb",
    "(a|b)*",
    "$a",
    ["a"],
    [1],
    [],
    ["a", 1],
    {"a": 1},
    {},
]
ITEMS = [{"id": "none"}, *({"id": f"{n}", "f": value} for n, value in enumerate(VALUES))]
TEXTS = ["", "a", "A", "b", "é", "\uffff", ".", "\\", "\n", "|", "(a|b)*", "$", "\0", "a" * 5000]
STRANGE = [2**63, -(2**80), 10**400, float("inf"), float("nan"), "\ud800", None]
CONDITIONS = {
    Operator.CONTAINS: TEXTS,
    Operator.IN: [[], [1, "1", True], ["a", "é"], [None, 1], [2**70], [0, False, ""]],
}
PLAIN = [value for value in VALUES[1:] if not isinstance(value, list | dict)]


@pytest.fixture
def queryset(options):
    return MongoQueryset(**options)


@pytest.mark.parametrize("operator", Operator)
def test_a_condition_finds_what_the_rule_does(queryset, operator):
    queryset.create_many(ITEMS)
    ordering = operator not in (Operator.EQ, Operator.NE)
    for value in CONDITIONS.get(operator, PLAIN + STRANGE[: -1 if ordering else None]):
        query = Query(where=[Condition("f", operator, value)])
        found = [item["id"] for item in queryset.find(query).items]
        assert found == [item["id"] for item in select(ITEMS, query).items], value


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "values",
    [
        [None, 2, 1.5, -(2**63), 2**63 - 1, 2**53 + 1, float(2**53), 0, 2],
        ["b", None, "a", "B", "", "é", "e\u0301", "\uffff", "😀", "b"],
        [True, False, None, True],
    ],
    ids=["numbers", "texts", "truth values"],
)
def test_sorting_is_that_of_the_rule(queryset, values, descending):
    items = [{"id": "none"}, *({"id": f"{n}", "f": value} for n, value in enumerate(values))]
    queryset.create_many(items)
    query = Query(sort=[Order("f", descending)])
    assert queryset.find(query).items == select(items, query).items


@pytest.mark.parametrize("field", ["a.b", "$where", "it's", 'say "x"', "a[0]", "0", "_id", ""])
def test_a_field_of_any_name_is_found_and_sorted_by(queryset, field):
    items = [{"id": "1", field: "b"}, {"id": "2", field: "a"}, {"id": "3", "a": {"b": "b"}}]
    queryset.create_many(items)
    page = queryset.find(Query(where=[Condition(field, Operator.EQ, "b")]))
    assert page.items == [items[0]]
    page = queryset.find(Query(sort=[Order(field)]))
    assert [item["id"] for item in page.items] == ["3", "2", "1"]


@pytest.mark.parametrize("operator", [Operator.EQ, Operator.NE, Operator.LT, Operator.CONTAINS])
@pytest.mark.parametrize("value", [{"$gt": ""}, {"$exists": True}, ["a"], None, 2**63])
def test_only_single_values_reach_the_server(operator, value):
    with pytest.raises(Inexpressible):
        filter_of([Condition("f", operator, value)])


def test_an_operator_is_no_value(queryset):
    queryset.create_many(ITEMS)
    condition = Condition("f", Operator.EQ, {"$gt": ""})
    assert queryset.find(Query(where=[condition])).items == []


def test_the_server_reads_only_the_page(queryset, monkeypatch):
    queryset.create_many(ITEMS)
    monkeypatch.setattr("brubeck_core.interfaces.queryset.select", None)
    query = Query(where=[Condition("f", Operator.CONTAINS, "a")], skip=1, count=2)
    page = queryset.find(query)
    assert (len(page.items), page.total) == (2, 8)
