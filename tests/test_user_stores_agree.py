"""The same operations on every user store have the same outcomes: memory is what others match."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brubeck_core import Brubeck
from brubeck_core.interfaces.users import DuplicateUser, UserStore
from brubeck_testkit.services.mongo import mongo_server as mongo_server
from brubeck_testkit.services.mongo import mongo_url as mongo_url
from brubeck_testkit.services.postgres import postgres_server as postgres_server
from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: Some are one name in two ways to write it, or nearly; some mean something to a store.
NAMES = [
    *("ann", "ANN", "Ann ", " ann", "é", "É", "e\u0301", "\u212aate", "kate", "İ", "i\u0307"),
    *(
        "straße",
        "STRASSE",
        "\u0391\u03a3",
        "\u03b1\u03c2",
        "\u03b1\u03c3",
        "a\0",
        "a\n",
        "*",
        "a:b",
        "a%3Ab",
        "a.b",
        "$ne",
    ),
    *("=1+1", "true", "TRUE", "5", '"', "[]", "username", "\ud800"),
]
names = st.sampled_from(NAMES)

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["", " ", "true", "False", "null", "5", "=1", "a;=1", 'a;"=1', "[", "\n", "\0", "NaN"]
)
_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _texts | st.just(0.5)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_texts, inner, max_size=2),
    max_leaves=4,
)
_fields = st.sampled_from(["password", "is_active", "a.b", "$set", "", "_id", "=x", "5"])
users = st.builds(
    lambda name, values: {**values, "username": name},
    names,
    st.dictionaries(_fields, _values, max_size=3),
)

steps = st.one_of(
    st.tuples(st.just("create"), users),
    st.tuples(st.just("create"), users),
    st.tuples(st.just("save"), users),
    st.tuples(st.just("load"), names),
    st.tuples(st.just("delete"), names),
)

STORES: dict[str, Callable[[Any, Any], dict[str, Any]]] = {
    "csv": lambda get, tmp_path: {"path": str(tmp_path / "users.csv")},
    "sqlite": lambda get, tmp_path: {"url": f"sqlite:///{tmp_path / 'users.db'}", "timeout": 10.0},
    "postgresql": lambda get, _: {
        "url": get("postgres_server").create_database(),
        "timeout": 10.0,
    },
    "redis": lambda get, _: {"url": get("redis_url"), "timeout": 10.0},
    "mongo": lambda get, _: {"url": get("mongo_url"), "timeout": 10.0},
}


@pytest.fixture(params=STORES)
def stores(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[tuple[UserStore, UserStore]]:
    """Return a store in memory and another one."""
    options = STORES[request.param](request.getfixturevalue, tmp_path)
    name = "sql" if "sql" in request.param else request.param
    memory = Brubeck(connection="local").user_store
    other = Brubeck(connection="local", user_store={"use": name, name: options}).user_store
    yield memory, other
    getattr(other, "close", bool)()


@given(st.lists(steps, max_size=12))
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_user_store_does_as_the_one_in_memory(
    stores: tuple[UserStore, UserStore], todo: list[Any]
) -> None:
    for store in stores:
        for name in NAMES:
            store.delete(name)
    for step in todo:
        # Not every store has room for half a character; one that has not, says so.
        found = perform(stores[1], *step)
        if found != "ValueError":
            assert found == perform(stores[0], *step), step
        else:
            assert "\\ud800" in json.dumps(step), step


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1}, object()])
def test_what_json_does_not_have_is_refused(
    stores: tuple[UserStore, UserStore], value: object
) -> None:
    store = stores[1]
    with pytest.raises(ValueError, match=r"JSON|stored"):
        store.create({"username": "ann", "field": value})
    assert store.load("ann") is None


def perform(store: UserStore, method: str, argument: Any) -> str:
    """Do one thing; return what came of it such that 1, 1.0 and true differ."""
    try:
        outcome = getattr(store, method)(argument)
    except (DuplicateUser, KeyError, ValueError) as error:
        refused = [
            kind for kind in (DuplicateUser, KeyError, ValueError) if isinstance(error, kind)
        ]
        return refused[0].__name__
    return json.dumps(outcome, sort_keys=True)
