"""What every cache promises, as tests.

class TestMyCache(CacheSuite):
    @pytest.fixture
    def cache(self):
        return MyCache()
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from brubeck_core.interfaces.cache import Cache
from brubeck_testkit.suite import Suite, needs


class CacheSuite(Suite, standard=True):
    """Override the fixture `cache` with one that returns an empty cache.

    A cache whose clock a test can turn overrides `let_time_pass` too, and saves itself waiting.
    The capability ``"shared"`` is for caches whose entries other processes see too; override
    the fixture `another`.
    """

    @pytest.fixture
    def cache(self) -> Cache:
        raise NotImplementedError("override the fixture `cache` to return an empty cache")

    @pytest.fixture
    def another(self, cache: Cache) -> Cache:
        """Return a second cache of the same entries, as another process would have it."""
        raise NotImplementedError("override the fixture `another` to share the entries of `cache`")

    @pytest.fixture
    def let_time_pass(self) -> Callable[[float], None]:
        """Return a function that lets so many seconds of the cache's clock go by."""
        return time.sleep

    def test_a_missing_key_loads_as_none(self, cache: Cache) -> None:
        assert cache.load("missing") is None

    @pytest.mark.parametrize("data", ["Take five", "", "café ♫", "line\nline\0", "x" * 100_000])
    def test_text_loads_as_it_was_saved(self, cache: Cache, data: str) -> None:
        cache.save("key", data)
        assert cache.load("key") == data

    def test_saving_again_replaces(self, cache: Cache) -> None:
        cache.save("key", "old")
        cache.save("key", "new")
        assert cache.load("key") == "new"

    def test_an_entry_outlives_nothing_but_its_ttl(
        self, cache: Cache, let_time_pass: Callable[[float], None]
    ) -> None:
        cache.save("short", "gone", ttl=0.05)
        cache.save("long", "kept", ttl=3600)
        cache.save("forever", "kept")
        let_time_pass(0.1)
        assert [cache.load(key) for key in ("short", "long", "forever")] == [None, "kept", "kept"]

    def test_saving_again_without_a_ttl_lasts(
        self, cache: Cache, let_time_pass: Callable[[float], None]
    ) -> None:
        cache.save("key", "short", ttl=0.05)
        cache.save("key", "forever")
        let_time_pass(0.1)
        assert cache.load("key") == "forever"

    @pytest.mark.parametrize("ttl", [0, -1, float("nan")])
    def test_a_ttl_that_is_not_positive_is_refused(self, cache: Cache, ttl: float) -> None:
        cache.save("key", "old")
        with pytest.raises(ValueError, match="ttl"):
            cache.save("key", "new", ttl=ttl)
        assert cache.load("key") == "old"

    def test_a_deleted_key_is_gone(self, cache: Cache) -> None:
        cache.save("key", "data")
        assert cache.delete("key") is True
        assert cache.load("key") is None

    def test_deleting_says_whether_it_was_there(self, cache: Cache) -> None:
        assert cache.delete("missing") is False

    def test_what_has_expired_is_not_there_to_delete(
        self, cache: Cache, let_time_pass: Callable[[float], None]
    ) -> None:
        cache.save("key", "data", ttl=0.05)
        let_time_pass(0.1)
        assert cache.delete("key") is False

    def test_counts_begin_at_one_and_go_up(self, cache: Cache) -> None:
        counts = [cache.increment(key, ttl=3600) for key in ("a", "a", "b", "a", "b")]
        assert counts == [1, 2, 1, 3, 2]

    def test_a_count_loads_as_text(self, cache: Cache) -> None:
        for _ in range(11):
            cache.increment("key", ttl=3600)
        assert cache.load("key") == "11"

    def test_a_deleted_count_begins_again(self, cache: Cache) -> None:
        cache.increment("key", ttl=3600)
        cache.increment("key", ttl=3600)
        assert cache.delete("key") is True
        assert cache.increment("key", ttl=3600) == 1

    def test_a_count_lasts_from_its_first_increment(
        self, cache: Cache, let_time_pass: Callable[[float], None]
    ) -> None:
        cache.increment("key", ttl=0.5)
        let_time_pass(0.1)
        assert cache.increment("key", ttl=3600) == 2
        let_time_pass(0.5)
        assert cache.increment("key", ttl=3600) == 1
        let_time_pass(0.6)
        assert cache.increment("key", ttl=3600) == 2

    @pytest.mark.parametrize("ttl", [0, -1, float("nan")])
    def test_a_count_needs_a_positive_ttl(self, cache: Cache, ttl: float) -> None:
        cache.increment("key", ttl=3600)
        with pytest.raises(ValueError, match="ttl"):
            cache.increment("key", ttl=ttl)
        assert cache.increment("key", ttl=3600) == 2

    def test_many_threads_lose_no_count(self, cache: Cache) -> None:
        def work() -> None:
            for _ in range(25):
                cache.increment("key", ttl=3600)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert cache.increment("key", ttl=3600) == 101

    def test_delete_expired_leaves_the_living(
        self, cache: Cache, let_time_pass: Callable[[float], None]
    ) -> None:
        cache.save("short", "gone", ttl=0.05)
        cache.save("long", "kept", ttl=3600)
        let_time_pass(0.1)
        assert cache.delete_expired() >= 0
        assert cache.load("long") == "kept"
        assert cache.delete_expired() == 0

    @pytest.mark.parametrize("key", ["*", "a b", "a\nb", "é", "k" * 200])
    def test_a_key_is_only_ever_data(self, cache: Cache, key: str) -> None:
        cache.save("bystander", "kept")
        cache.save(key, "data")
        assert cache.load(key) == "data"
        assert cache.delete(key) is True
        assert cache.load("bystander") == "kept"

    def test_many_threads_may_use_it_at_once(self, cache: Cache) -> None:
        failures: list[str] = []

        def work(number: int) -> None:
            for turn in range(50):
                cache.save(f"key {number}", str(turn))
                if cache.load(f"key {number}") != str(turn):
                    failures.append(f"thread {number}, turn {turn}")

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failures == []

    @needs("shared")
    def test_another_process_has_the_same_entries(self, cache: Cache, another: Cache) -> None:
        cache.save("key", "data", ttl=3600)
        assert another.load("key") == "data"
        assert another.delete("key") is True
        assert cache.load("key") is None

    @needs("shared")
    def test_another_process_counts_on(self, cache: Cache, another: Cache) -> None:
        counts = [store.increment("key", ttl=3600) for store in (cache, another, cache)]
        assert counts == [1, 2, 3]
