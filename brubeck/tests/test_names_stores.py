"""The original's caches, sessions and querysets, over the core's."""

from __future__ import annotations

import time
from typing import Any

import pytest
from brubeck.caching import BaseCacheStore, InMemoryCacheStore, generate_session_id
from brubeck.queryset import AbstractQueryset, DictQueryset
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.queryset import Queryset, Status
from brubeck_testkit.autoapi import AutoAPISuite
from brubeck_testkit.queryset import QuerysetSuite


class Todo:
    """A document as far as a queryset looks at it."""

    def __init__(self, id: object, text: str) -> None:
        self.id = id
        self.text = text

    def to_python(self) -> dict[str, Any]:
        return {"_id": self.id, "text": self.text}


# -- sessions and caches -------------------------------------------------------------------------


def test_a_session_id_is_64_hexadecimal_digits_and_new_each_time() -> None:
    ids = {generate_session_id() for _ in range(10)}
    assert len(ids) == 10
    assert all(len(session_id) == 64 and int(session_id, 16) >= 0 for session_id in ids)


@pytest.fixture
def cache() -> InMemoryCacheStore:
    return InMemoryCacheStore()


@pytest.mark.parametrize(
    ("expires_in", "expected"),
    [(None, "data"), (60, "data"), (0, None), (-60, None)],
    ids=["never", "in a minute", "now", "a minute ago"],
)
def test_an_entry_lives_until_its_point_in_time(
    cache: InMemoryCacheStore, expires_in: float | None, expected: str | None
) -> None:
    cache.save("key", "old")
    cache.save("key", "data", expire=None if expires_in is None else time.time() + expires_in)
    assert cache.load("key") == expected


def test_what_is_missing_or_deleted_loads_as_none(cache: InMemoryCacheStore) -> None:
    cache.save("key", "data")
    cache.delete("key")
    cache.delete("missing")
    cache.delete_expired()
    assert [cache.load("key"), cache.load("missing")] == [None, None]


def test_the_cache_is_bounded() -> None:
    cache = InMemoryCacheStore(max_entries=2)
    for key in "abc":
        cache.save(key, "data")
    assert [cache.load(key) for key in "abc"] == [None, "data", "data"]


def test_a_cache_store_is_for_the_subclass_to_write() -> None:
    store = BaseCacheStore()
    for call in (
        lambda: store.save("key", "data"),
        lambda: store.load("key"),
        lambda: store.delete("key"),
        lambda: store.delete_expired(),
    ):
        with pytest.raises(NotImplementedError):
            call()


# -- querysets -----------------------------------------------------------------------------------


@pytest.fixture
def queryset() -> DictQueryset:
    return DictQueryset()


class TestDictQueryset(QuerysetSuite):
    """Given mappings, it is a queryset like any other, but for what the original calls things."""

    skips = {
        "test_reading_what_is_not_there": "what is missing is Failed, as it was",
        "test_several_are_read_in_the_order_asked_for": "what is missing is Failed, as it was",
        "test_updating_what_is_not_there_creates_it": "every update is Updated, as it was",
    }

    @pytest.fixture
    def queryset(self) -> DictQueryset:
        return DictQueryset()


class TestDictAutoAPI(AutoAPISuite):
    """An API answers 200 where this queryset calls new items updated, and is the same else."""

    @pytest.fixture
    def queryset(self) -> DictQueryset:
        return DictQueryset()


def test_it_is_a_queryset_of_the_core(queryset: DictQueryset) -> None:
    assert isinstance(queryset, AbstractQueryset)
    assert isinstance(queryset, Queryset)


def test_a_document_goes_in_and_its_python_comes_out(queryset: DictQueryset) -> None:
    todo = Todo(1, "a")
    assert queryset.create(todo) == (Status.CREATED, todo)
    assert queryset.create(todo) == (Status.UPDATED, todo)
    assert queryset.read(1) == (Status.OK, {"_id": 1, "text": "a"})


def test_a_list_in_is_a_list_out(queryset: DictQueryset) -> None:
    a, b = Todo("a", "first"), Todo("b", "second")
    assert queryset.create([a, b]) == [(Status.CREATED, a), (Status.CREATED, b)]
    assert queryset.update([a]) == [(Status.UPDATED, a)]
    assert queryset.read(["b"]) == [(Status.OK, b.to_python())]
    assert queryset.destroy(["b", "c"]) == [
        (Status.UPDATED, b.to_python()),
        (Status.NOT_FOUND, "c"),
    ]


@pytest.mark.parametrize("nothing", [None, "", []], ids=repr)
def test_reading_nothing_in_particular_reads_all(queryset: DictQueryset, nothing: object) -> None:
    a, b = Todo("a", "first"), Todo("b", "second")
    queryset.create([a, b])
    assert queryset.read(nothing) == [(Status.OK, a.to_python()), (Status.OK, b.to_python())]


def test_updating_one(queryset: DictQueryset) -> None:
    queryset.create(Todo("a", "first"))
    changed = Todo("a", "changed")
    assert queryset.update(changed) == (Status.UPDATED, changed)
    assert queryset.read("a") == (Status.OK, changed.to_python())


def test_an_update_is_called_that_even_if_nothing_was_there(queryset: DictQueryset) -> None:
    todo = Todo("a", "first")
    assert queryset.update(todo) == (Status.UPDATED, todo)
    assert queryset.read("a") == (Status.OK, todo.to_python())


def test_a_queryset_of_ones_own_holds_the_items_of_one_api_unless_it_says_how() -> None:
    class Own(AbstractQueryset):
        create_one = read_all = read_one = update_one = destroy_one = None  # type: ignore[assignment]

    with pytest.raises(ConfigError, match="Own holds the items of one API"):
        Own().collection("songs")  # type: ignore[abstract]


def test_what_is_missing(queryset: DictQueryset) -> None:
    assert queryset.read("missing") == (Status.FAILED, "missing")
    assert queryset.read(["missing"]) == [(Status.FAILED, "missing")]
    assert queryset.destroy("missing") == (Status.NOT_FOUND, "missing")


def test_another_field_may_be_the_id() -> None:
    queryset = DictQueryset(api_id="text")
    queryset.create(Todo(1, "a"))
    assert queryset.read("a") == (Status.OK, {"_id": 1, "text": "a"})


def test_the_statuses_have_the_originals_names() -> None:
    names = ("MSG_OK", "MSG_CREATED", "MSG_UPDATED", "MSG_NOTFOUND", "MSG_FAILED")
    assert [getattr(AbstractQueryset, name) for name in names] == [
        "OK",
        "Created",
        "Updated",
        "Not Found",
        "Failed",
    ]
