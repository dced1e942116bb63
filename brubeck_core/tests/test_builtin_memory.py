"""The stores that live in memory keep every promise of their interface, and a few more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_core.builtin.memory_queryset import MemoryQueryset
from brubeck_core.builtin.memory_users import MemoryUserStore
from brubeck_core.errors import ConfigError
from brubeck_testkit.cache import CacheSuite
from brubeck_testkit.queryset import QuerysetSuite
from brubeck_testkit.users import UserStoreSuite


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


class TestMemoryUserStore(UserStoreSuite):
    @pytest.fixture
    def store(self) -> MemoryUserStore:
        return MemoryUserStore()


class TestMemoryQueryset(QuerysetSuite):
    @pytest.fixture
    def queryset(self) -> MemoryQueryset:
        return MemoryQueryset()


class TestMemoryCache(CacheSuite):
    @pytest.fixture
    def cache(self, clock: Clock) -> MemoryCache:
        return MemoryCache(clock=clock)

    @pytest.fixture
    def let_time_pass(self, clock: Clock) -> Callable[[float], None]:
        return clock.advance

    def test_delete_expired_counts(self, cache: MemoryCache, clock: Clock) -> None:
        for number in range(3):
            cache.save(f"key {number}", "data", ttl=number + 1)
        clock.advance(2)
        assert cache.delete_expired() == 2

    def test_an_expired_entry_leaves_memory_when_it_is_loaded(
        self, cache: MemoryCache, clock: Clock
    ) -> None:
        cache.save("key", "data", ttl=1)
        clock.advance(1)
        assert cache.load("key") is None
        assert cache.delete_expired() == 0


@pytest.mark.parametrize(
    ("used", "kept"),
    [([], ["b", "c"]), (["a"], ["a", "c"]), (["a", "b"], ["b", "c"])],
    ids=["unused", "first used again", "both used again"],
)
def test_a_full_cache_forgets_what_was_not_used_for_longest(
    used: list[str], kept: list[str]
) -> None:
    cache = MemoryCache(max_entries=2)
    cache.save("a", "1")
    cache.save("b", "2")
    for key in used:
        cache.load(key)
    cache.save("c", "3")
    assert [key for key in "abc" if cache.load(key) is not None] == kept


def test_saving_what_is_there_forgets_nothing() -> None:
    cache = MemoryCache(max_entries=2)
    cache.save("a", "1")
    cache.save("b", "2")
    cache.save("a", "3")
    assert [cache.load("a"), cache.load("b")] == ["3", "2"]


@pytest.mark.parametrize("entries", [0, -1])
def test_a_cache_without_room_is_a_mistake(entries: int) -> None:
    with pytest.raises(ConfigError, match="max_entries"):
        MemoryCache(max_entries=entries)
