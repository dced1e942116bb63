"""Pauses between attempts that fail."""

from __future__ import annotations

import pytest
from brubeck_core.auth.throttle import Throttle, TooManyAttempts, client_network
from brubeck_core.builtin.memory_cache import MemoryCache


class Clock:
    """Time that passes when the test says so."""

    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> MemoryCache:
    return MemoryCache(clock=clock)


@pytest.fixture
def throttle(cache: MemoryCache, clock: Clock) -> Throttle:
    return Throttle(cache, "account", free=5, window=86400, clock=clock)


def pause(throttle: Throttle, who: str = "dave") -> int:
    try:
        throttle.check(who)
    except TooManyAttempts as refused:
        return refused.retry_after
    return 0


def fail(throttle: Throttle, times: int, who: str = "dave") -> None:
    for _ in range(times):
        throttle.failed(who)


PAUSES = {4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 12: 128, 14: 512, 15: 900, 16: 900, 2000: 900}


@pytest.mark.parametrize(("failures", "seconds"), PAUSES.items())
def test_five_failures_are_free_then_pauses_double_to_a_quarter_of_an_hour(
    throttle: Throttle, failures: int, seconds: int
) -> None:
    fail(throttle, failures)
    assert pause(throttle) == seconds


def test_a_pause_passes(throttle: Throttle, clock: Clock) -> None:
    fail(throttle, 8)
    clock.now += 5
    assert pause(throttle) == 3
    clock.now += 3
    assert pause(throttle) == 0


def test_after_a_pause_the_next_failure_begins_a_longer_one(
    throttle: Throttle, clock: Clock
) -> None:
    fail(throttle, 8)
    clock.now += 8
    fail(throttle, 1)
    assert pause(throttle) == 16


def test_the_count_ends_with_its_window(throttle: Throttle, clock: Clock) -> None:
    fail(throttle, 20)
    clock.now += 86400
    fail(throttle, 1)
    assert pause(throttle) == 0


def test_what_is_forgiven_counts_no_more(throttle: Throttle) -> None:
    fail(throttle, 20)
    throttle.forgive("dave")
    fail(throttle, 4)
    assert pause(throttle) == 0


def test_everybody_has_a_count_of_their_own(throttle: Throttle) -> None:
    fail(throttle, 20)
    assert pause(throttle, "paul") == 0


def test_every_subject_has_counts_of_its_own(
    throttle: Throttle, cache: MemoryCache, clock: Clock
) -> None:
    fail(throttle, 20)
    assert pause(Throttle(cache, "address", free=5, window=60, clock=clock)) == 0


@pytest.mark.parametrize("who", ["", "é", "a\nb\0", "x" * 1_000_000, "\ud800"])
def test_whoever_it_is_the_keys_are_short_and_plain(
    throttle: Throttle, cache: MemoryCache, who: str
) -> None:
    fail(throttle, 5, who)
    assert pause(throttle, who) == 1
    assert all(len(key) < 100 and key.isascii() for key in cache._entries)


def test_the_answer_is_429_and_says_when_to_come_again() -> None:
    refused = TooManyAttempts(8)
    assert (refused.status, refused.headers) == (429, {"Retry-After": "8"})


NETWORKS = {
    "192.0.2.7": "192.0.2.7",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
    "::ffff:192.0.2.7": "192.0.2.7",
    "somewhere": "somewhere",
}


@pytest.mark.parametrize(("address", "network"), NETWORKS.items())
def test_one_subscriber_is_one_client(address: str, network: str) -> None:
    assert client_network(address) == network
