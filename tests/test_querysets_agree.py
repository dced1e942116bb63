"""The same operations on every queryset have the same outcomes: memory is what the others match."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brubeck_core import Brubeck
from brubeck_core.interfaces.query import Condition, Operator, Order, Query
from brubeck_core.interfaces.queryset import ABSENT, Queryset, Status, version_of
from brubeck_testkit.services.mongo import mongo_server as mongo_server
from brubeck_testkit.services.mongo import mongo_url as mongo_url
from brubeck_testkit.services.postgres import postgres_server as postgres_server
from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# -- what is asked ---------------------------------------------------------------------------------

#: Some are alike but for case or composition, some mean something to a store.
IDS = st.sampled_from(["a", "A", "é", "e\u0301", "a\0", "*", "$a.b:c%3A", "0", "00"])

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["a", "A", "ab", "%", "_", ".*", "\\", "'", '"', "$a", "\0", "1", "true", "é", "e\u0301", "😀"]
)
# What MongoDB has no room for fails there, and so it is left out, as is zero with a sign.
_integers = st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1)
_floats = st.floats(allow_nan=False, allow_infinity=False).filter(bool) | st.sampled_from(
    [0.0, 0.5, 1.0, -2.0, 1e22, 2.0**53]
)
_scalars = st.booleans() | _integers | _floats | _texts
_anything = st.recursive(
    st.none() | _scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_texts, inner, max_size=2),
    max_leaves=4,
)

#: Fields by what is in them: those of one kind can be sorted by.
_SORTED = {"n": _integers | _floats, "t": _texts, "b": st.booleans()}
_NAMES = ["x", "a.b", "$set", "", "_id", 'a"b', "%41", "é", "\0"]

FIELDS = {name: st.none() | values for name, values in _SORTED.items()}
FIELDS |= dict.fromkeys(_NAMES, _anything)


@st.composite
def items(draw: Callable[[Any], Any]) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from([*FIELDS]), max_size=4, unique=True))
    return {"id": draw(IDS), **{name: draw(FIELDS[name]) for name in names}}


@st.composite
def conditions(draw: Callable[[Any], Any]) -> Condition:
    field = draw(st.sampled_from([*FIELDS, "id"]))
    operator = draw(st.sampled_from(Operator))
    values: dict[Operator, Any] = {
        Operator.IN: st.lists(_scalars, max_size=3),
        Operator.CONTAINS: _texts,
    }
    return Condition(field, operator, draw(values.get(operator, _scalars)))


queries = st.builds(
    Query,
    where=st.lists(conditions(), max_size=2),
    sort=st.lists(st.builds(Order, st.sampled_from([*_SORTED, "id"]), st.booleans()), max_size=2),
    skip=st.integers(0, 3) | st.just(2**70),
    count=st.none() | st.integers(0, 3) | st.just(2**70),
)

#: What a write is bound to: nothing, that there is no item, that it is as now, or as it never was.
_bounds = st.sampled_from(["any", "absent", "now", "never"])

steps = st.one_of(
    st.tuples(st.just("create_one"), items(), _bounds),
    st.tuples(st.just("update_one"), items(), _bounds),
    st.tuples(st.just("destroy_one"), IDS, _bounds),
    st.tuples(st.just("read_one"), IDS),
    st.tuples(st.just("read_many"), st.lists(IDS, max_size=3)),
    st.tuples(st.just("read_all")),
    st.tuples(st.just("find"), queries),
    st.tuples(st.just("find"), queries),
)


# -- the stores ------------------------------------------------------------------------------------

STORES: dict[str, Callable[[Any, Any], dict[str, Any]]] = {
    "sqlite": lambda get, tmp_path: {"url": f"sqlite:///{tmp_path / 'items.db'}"},
    "postgresql": lambda get, _: {"url": get("postgres_server").create_database()},
    "redis": lambda get, _: {"url": get("redis_url")},
    "mongo": lambda get, _: {"url": get("mongo_url")},
}


@pytest.fixture(params=STORES)
def stores(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[tuple[Queryset, Queryset]]:
    """Return a queryset in memory and another one; patient, since test machines are busy."""
    options = {**STORES[request.param](request.getfixturevalue, tmp_path), "timeout": 10.0}
    name = "sql" if "sql" in request.param else request.param
    memory = Brubeck(connection="local").queryset
    other = Brubeck(connection="local", queryset={"use": name, name: options}).queryset
    yield memory, other
    getattr(other, "close", bool)()


@given(st.lists(steps, max_size=12))
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_queryset_does_as_the_one_in_memory(
    stores: tuple[Queryset, Queryset], todo: list[Any]
) -> None:
    for store in stores:
        store.destroy_many([item["id"] for _, item in store.read_all()])
    for step in todo:
        expected, found = (perform(store, *step) for store in stores)
        assert found == expected, step


def perform(store: Queryset, method: str, *arguments: Any) -> str:
    """Do one thing; return what came of it such that 1, 1.0 and true differ."""
    if len(arguments) == 2:
        what, bound = arguments
        item_id = what["id"] if isinstance(what, dict) else what
        outcome = getattr(store, method)(what, version=version(store, item_id, bound))
    else:
        outcome = getattr(store, method)(*arguments)
    if method == "find":
        outcome = [outcome.items, outcome.total]
    return json.dumps(outcome, sort_keys=True)


def version(store: Queryset, item_id: str, bound: str) -> str | None:
    if bound != "now":
        return {"any": None, "absent": ABSENT, "never": "0" * 32}[bound]
    status, item = store.read_one(item_id)
    return version_of(item) if status is Status.OK else ABSENT
