"""Caches that are wrong in one way each."""

from __future__ import annotations

import time

import pytest
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_testkit.cache import CacheSuite


class Right(MemoryCache):
    """The cache that is right, with a clock that tests turn."""

    def __init__(self):
        self.now = 0.0
        super().__init__(clock=lambda: self.now)

    def let_time_pass(self, seconds):
        self.now += seconds


class Wrong(CacheSuite):
    capabilities = {"shared"}
    made: type[Right]

    @pytest.fixture
    def cache(self):
        return self.made()

    @pytest.fixture
    def another(self, cache):
        other = Right()
        other._entries = cache._entries
        return other

    @pytest.fixture
    def let_time_pass(self, cache):
        return cache.let_time_pass


class TestRight(Wrong):
    meant_for = None
    made = Right


class TestMakesUpEntries(Wrong):
    meant_for = "test_a_missing_key_loads_as_none"

    class made(Right):
        def load(self, key):
            return super().load(key) if key != "missing" else ""


class TestKnowsASCIIOnly(Wrong):
    meant_for = "test_text_loads_as_it_was_saved"

    class made(Right):
        def save(self, key, data, ttl=None):
            super().save(key, data.encode("ascii", "replace").decode(), ttl)


class TestSkipsTextOfTheSameLength(Wrong):
    meant_for = "test_saving_again_replaces"

    class made(Right):
        def save(self, key, data, ttl=None):
            if ttl is not None or len(data) != 3 or self.load(key) is None:
                super().save(key, data, ttl)


class TestTakesExpiryForDeletion(Wrong):
    meant_for = "test_an_entry_outlives_nothing_but_its_ttl"

    class made(Right):
        def load(self, key):
            entry = self._entries.get(key)
            return entry and entry[0]


class TestKeepsTheOldTtl(Wrong):
    meant_for = "test_saving_again_without_a_ttl_lasts"

    class made(Right):
        def save(self, key, data, ttl=None):
            before = self._entries.get(key)
            super().save(key, data, ttl)
            if before is not None and ttl is None:
                self._entries[key] = data, before[1]


class TestTakesAnyTtl(Wrong):
    meant_for = "test_a_ttl_that_is_not_positive_is_refused"

    class made(Right):
        def save(self, key, data, ttl=None):
            super().save(key, data, ttl if ttl is None or ttl > 0 else None)


class TestDeletesNothing(Wrong):
    meant_for = "test_a_deleted_key_is_gone"

    class made(Right):
        def delete(self, key):
            return self.load(key) == "data" or super().delete(key)


class TestDeletesWhatIsNotThere(Wrong):
    meant_for = "test_deleting_says_whether_it_was_there"

    class made(Right):
        def delete(self, key):
            return key == "missing" or super().delete(key)


class TestDeletesWhatHasExpired(Wrong):
    meant_for = "test_what_has_expired_is_not_there_to_delete"

    class made(Right):
        def delete(self, key):
            return self._entries.pop(key, None) is not None


class TestCleansTooMuch(Wrong):
    meant_for = "test_delete_expired_leaves_the_living"

    class made(Right):
        def delete_expired(self):
            count = len(self._entries)
            self._entries.clear()
            return count


class TestTakesKeysForPatterns(Wrong):
    meant_for = "test_a_key_is_only_ever_data"

    class made(Right):
        def delete(self, key):
            if key == "*":
                self._entries.clear()
                return True
            return super().delete(key)


class TestIsForOneThread(Wrong):
    meant_for = "test_many_threads_may_use_it_at_once"

    class made(Right):
        def save(self, key, data, ttl=None):
            self.key = key
            time.sleep(0.0001)
            super().save(self.key, data, ttl)


class TestCountsAllTogether(Wrong):
    meant_for = "test_counts_begin_at_one_and_go_up"

    class made(Right):
        def increment(self, key, ttl):
            return super().increment("key" if key in ("a", "b") else key, ttl)


class TestPadsItsCounts(Wrong):
    meant_for = "test_a_count_loads_as_text"

    class made(Right):
        def load(self, key):
            data = super().load(key)
            return "011" if (key, data) == ("key", "11") else data


class TestRemembersDeletedCounts(Wrong):
    meant_for = "test_a_deleted_count_begins_again"

    class made(Right):
        remembered = 0

        def delete(self, key):
            self.remembered = 2 if self.load(key) == "2" else 0
            return super().delete(key)

        def increment(self, key, ttl):
            return super().increment(key, ttl) + self.remembered


class TestRenewsTheTtlOfCounts(Wrong):
    meant_for = "test_a_count_lasts_from_its_first_increment"

    class made(Right):
        def increment(self, key, ttl):
            count = super().increment(key, ttl)
            self.save(key, str(count), ttl)
            return count


class TestCountsForAnyTtl(Wrong):
    meant_for = "test_a_count_needs_a_positive_ttl"

    class made(Right):
        def increment(self, key, ttl):
            return super().increment(key, ttl if ttl > 0 else 1)


class TestLosesCounts(Wrong):
    meant_for = "test_many_threads_lose_no_count"

    class made(Right):
        def increment(self, key, ttl):
            if self.load(key) is None or not ttl > 0:
                return super().increment(key, ttl)
            data, ends = self._entries[key]
            time.sleep(0.0001)
            self._entries[key] = str(int(data) + 1), ends
            return int(data) + 1


class TestSharesCountsOnly(Wrong):
    meant_for = "test_another_process_has_the_same_entries"
    made = Right

    @pytest.fixture
    def another(self, cache):
        other = Right()
        other.increment = cache.increment
        return other


class TestSharesTextOnly(Wrong):
    meant_for = "test_another_process_counts_on"
    made = Right

    @pytest.fixture
    def another(self, cache):
        other = Right()
        other._entries = cache._entries
        other.increment = Right().increment
        return other
