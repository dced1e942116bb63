"""The promises about waiting: time limits, locks, events, semaphores, queues."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable

import pytest
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_testkit.concurrency.base import MOMENT, PATIENCE, BackendSuite


def wait_in_sleep(backend: Concurrency) -> None:
    """Wait far longer than any limit, in `sleep`."""
    backend.sleep(PATIENCE)


def wait_in_event(backend: Concurrency) -> None:
    """Wait for an event that nobody sets."""
    backend.event().wait()


def wait_in_event_with_a_timeout(backend: Concurrency) -> None:
    """Wait for an event with a timeout longer than the limit."""
    backend.event().wait(PATIENCE)


def wait_in_lock(backend: Concurrency) -> None:
    """Wait for a lock that is held."""
    lock = backend.lock()
    lock.acquire()
    with lock:
        pass


def wait_in_semaphore(backend: Concurrency) -> None:
    """Wait for a semaphore that is taken."""
    with backend.semaphore(0):
        pass


def wait_in_queue_get(backend: Concurrency) -> None:
    """Wait for an item of an empty queue."""
    backend.queue().get()


def wait_in_queue_put(backend: Concurrency) -> None:
    """Wait for room in a full queue."""
    full = backend.queue(1)
    full.put(1)
    full.put(2)


def wait_in_result(backend: Concurrency) -> None:
    """Wait for a task that does not end."""
    backend.spawn(backend.sleep, 4 * MOMENT).result()


def wait_in_pool_join(backend: Concurrency) -> None:
    """Wait for a pool whose work does not end."""
    pool = backend.pool(1)
    pool.spawn(backend.sleep, 4 * MOMENT)
    pool.join()


def wait_in_readable(backend: Concurrency) -> None:
    """Wait for a descriptor that nothing comes on."""
    reader, writer = os.pipe()
    try:
        backend.wait_readable(reader)
    finally:
        os.close(reader)
        os.close(writer)


WAITS = [
    wait_in_sleep,
    wait_in_event,
    wait_in_event_with_a_timeout,
    wait_in_lock,
    wait_in_semaphore,
    wait_in_queue_get,
    wait_in_queue_put,
    wait_in_result,
    wait_in_pool_join,
    wait_in_readable,
]


class WaitSuite(BackendSuite, standard=True):
    """What a backend promises of waiting and of time limits."""

    @pytest.mark.parametrize("wait", WAITS, ids=lambda wait: wait.__name__)
    def test_a_time_limit_ends_a_wait(
        self, backend: Concurrency, wait: Callable[[Concurrency], None]
    ) -> None:
        start = time.monotonic()
        with pytest.raises(TimeoutError, match=r"0\.05 seconds"), backend.timeout(MOMENT):
            wait(backend)
        assert MOMENT <= time.monotonic() - start < PATIENCE / 2

    def test_a_block_within_its_limit_is_left_alone(self, backend: Concurrency) -> None:
        with backend.timeout(PATIENCE):
            backend.sleep(0.001)

    def test_no_limit_is_no_limit(self, backend: Concurrency) -> None:
        with backend.timeout(None):
            backend.sleep(0.001)

    def test_a_block_that_never_waits_fails_at_its_end(self, backend: Concurrency) -> None:
        def compute() -> None:
            end = time.monotonic() + 0.02
            while time.monotonic() < end:
                pass

        with pytest.raises(TimeoutError), backend.timeout(0.01):
            compute()

    def test_code_that_catches_everything_does_not_outlast_the_limit(
        self, backend: Concurrency
    ) -> None:
        def swallow() -> None:
            try:
                backend.sleep(PATIENCE)
            except Exception:
                pass

        with pytest.raises(TimeoutError), backend.timeout(MOMENT):
            swallow()

    def test_another_error_of_the_block_is_kept(self, backend: Concurrency) -> None:
        with pytest.raises(KeyError), backend.timeout(MOMENT):
            raise KeyError("song")

    @pytest.mark.parametrize(("outer", "inner"), [(MOMENT, PATIENCE), (PATIENCE, MOMENT)])
    def test_of_nested_limits_the_first_to_end_counts(
        self, backend: Concurrency, outer: float, inner: float
    ) -> None:
        start = time.monotonic()
        with (
            pytest.raises(TimeoutError, match=r"0\.05 seconds"),
            backend.timeout(outer),
            backend.timeout(inner),
        ):
            backend.sleep(PATIENCE)
        assert time.monotonic() - start < PATIENCE / 2

    def test_an_expired_limit_leaves_no_trace(self, backend: Concurrency) -> None:
        with pytest.raises(TimeoutError), backend.timeout(0.01):
            backend.sleep(PATIENCE)
        backend.sleep(MOMENT)

    def test_a_wait_with_a_shorter_timeout_just_ends(self, backend: Concurrency) -> None:
        with backend.timeout(PATIENCE):
            assert not backend.event().wait(0.01)
            with pytest.raises(queue.Empty):
                backend.queue().get(timeout=0.01)

    def test_spawned_work_is_not_under_its_spawners_limit(self, backend: Concurrency) -> None:
        gate, tasks = backend.event(), []

        def spawn_and_wait() -> None:
            tasks.append(backend.spawn(gate.wait, PATIENCE))
            backend.sleep(PATIENCE)

        with pytest.raises(TimeoutError), backend.timeout(0.01):
            spawn_and_wait()
        backend.event().wait(MOMENT)
        gate.set()
        assert tasks[0].result(PATIENCE)

    # -- primitives ---------------------------------------------------------------------

    def test_a_lock_is_held_once(self, backend: Concurrency) -> None:
        lock = backend.lock()
        with lock:
            assert not lock.acquire(blocking=False)
            assert not lock.acquire(timeout=0.01)
        assert lock.acquire(timeout=0.01)
        lock.release()

    def test_a_released_lock_goes_to_who_waits(self, backend: Concurrency) -> None:
        lock = backend.lock()
        lock.acquire()
        task = backend.spawn(lock.acquire)
        with pytest.raises(TimeoutError):
            task.result(MOMENT)
        lock.release()
        assert task.result(PATIENCE)

    def test_an_event_wakes_all_who_wait(self, backend: Concurrency) -> None:
        event = backend.event()
        assert not event.is_set()
        assert not event.wait(0.001)
        tasks = [backend.spawn(event.wait, PATIENCE) for _ in range(3)]
        event.set()
        assert all(task.result(PATIENCE) for task in tasks)
        assert event.is_set()
        assert event.wait(0.001)
        event.clear()
        assert not event.wait(0.001)

    def test_a_semaphore_counts(self, backend: Concurrency) -> None:
        semaphore = backend.semaphore(2)
        with semaphore:
            assert semaphore.acquire(timeout=0.01)
            assert not semaphore.acquire(blocking=False)
            assert not semaphore.acquire(timeout=0.01)
            semaphore.release()
        assert semaphore.acquire(blocking=False)

    def test_a_queue_is_first_in_first_out(self, backend: Concurrency) -> None:
        songs = backend.queue()
        for number in range(3):
            songs.put(number)
        assert songs.qsize() == 3
        assert [songs.get() for _ in range(3)] == [0, 1, 2]

    @pytest.mark.parametrize("arguments", [(False,), (True, 0.01)])
    def test_an_empty_queue_says_so(
        self, backend: Concurrency, arguments: tuple[bool, ...]
    ) -> None:
        with pytest.raises(queue.Empty):
            backend.queue().get(*arguments)

    @pytest.mark.parametrize("arguments", [(False,), (True, 0.01)])
    def test_a_full_queue_says_so(self, backend: Concurrency, arguments: tuple[bool, ...]) -> None:
        full = backend.queue(1)
        full.put(1)
        with pytest.raises(queue.Full):
            full.put(2, *arguments)

    def test_a_queue_hands_over(self, backend: Concurrency) -> None:
        narrow = backend.queue(1)

        def produce() -> None:
            for number in range(20):
                narrow.put(number, timeout=PATIENCE)

        task = backend.spawn(produce)
        assert [narrow.get(timeout=PATIENCE) for _ in range(20)] == list(range(20))
        task.result(PATIENCE)
