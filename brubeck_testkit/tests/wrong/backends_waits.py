"""Backends that are wrong in one way each, in how they wait."""

from __future__ import annotations

import threading
from contextvars import copy_context

import pytest
from brubeck_core.builtin.backend_parts import SpawnedTask
from brubeck_core.builtin.threads import Threads, deadline
from brubeck_testkit.concurrency import waits
from brubeck_testkit.concurrency.waits import WaitSuite


class Wrong(WaitSuite):
    made: type[Threads]

    @pytest.fixture(autouse=True)
    def hasty(self, monkeypatch):
        monkeypatch.setattr(waits, "PATIENCE", 3.0)

    @pytest.fixture
    def backend(self):
        return self.made()


class TestRight(Wrong):
    meant_for = None
    made = Threads


# -- time limits -------------------------------------------------------------------------------


class TestLimitsOnlySomeWaits(Wrong):
    meant_for = "test_a_time_limit_ends_a_wait"

    class made(Threads):
        def event(self):
            class Event(deadline.Event):
                def wait(self, timeout=None):
                    if timeout is None:
                        return super().wait()
                    return threading.Event.wait(self, timeout)

            return Event()


class Limit(deadline.Deadline):
    """A limit whose end can be told apart: by a wait, or by the end of the block."""

    __slots__ = ("cut", "slept")

    def __enter__(self):
        self.cut = self.slept = False
        super().__enter__()


class Noting(Threads):
    """A backend that notes in its limits what `sleep` has seen."""

    limit = Limit

    def timeout(self, seconds):
        return super().timeout(seconds) if seconds is None else self.limit(seconds)

    def sleep(self, seconds):
        nearest = deadline.nearest_deadline.get()
        try:
            super().sleep(seconds)
        except TimeoutError:
            nearest.cut = True
            raise
        finally:
            if nearest is not None:
                nearest.slept = True


class TestDisturbsBlocksInTime(Wrong):
    meant_for = "test_a_block_within_its_limit_is_left_alone"

    class made(Noting):
        class limit(Limit):
            def __exit__(self, kind, error, traceback):
                super().__exit__(kind, error, traceback)
                if error is None and self.slept:
                    raise TimeoutError("you slept")


class TestTakesNoneForZero(Wrong):
    meant_for = "test_no_limit_is_no_limit"

    class made(Threads):
        def timeout(self, seconds):
            return super().timeout(seconds or 0)


class TestLimitsWaitsAlone(Wrong):
    meant_for = "test_a_block_that_never_waits_fails_at_its_end"

    class made(Noting):
        class limit(Limit):
            def __exit__(self, kind, error, traceback):
                if error is None and not self.cut:
                    error = "not mine"
                super().__exit__(kind, error, traceback)


class TestIsContentWithOneException(Wrong):
    meant_for = "test_code_that_catches_everything_does_not_outlast_the_limit"

    class made(Noting):
        class limit(Limit):
            def __exit__(self, kind, error, traceback):
                if error is None and self.cut:
                    error = "mine, once"
                super().__exit__(kind, error, traceback)


class TestTakesEveryErrorForItsOwn(Wrong):
    meant_for = "test_another_error_of_the_block_is_kept"

    class made(Noting):
        class limit(Limit):
            def __exit__(self, kind, error, traceback):
                super().__exit__(kind, error, traceback)
                if error is not None and not isinstance(error, TimeoutError):
                    raise TimeoutError("something happened")


class TestKnowsTheInnermostLimit(Wrong):
    meant_for = "test_of_nested_limits_the_first_to_end_counts"

    class made(Noting):
        class limit(Limit):
            def __enter__(self):
                super().__enter__()
                deadline.nearest_deadline.set(self)


class TestLeavesItsLimitBehind(Wrong):
    meant_for = "test_an_expired_limit_leaves_no_trace"

    class made(Threads):
        expired = False

        def sleep(self, seconds):
            try:
                super().sleep(seconds)
            except TimeoutError:
                self.expired = True
                raise
            if self.expired:
                raise TimeoutError("the time was over long ago")


class TestTakesEveryTimeoutForTheLimit(Wrong):
    meant_for = "test_a_wait_with_a_shorter_timeout_just_ends"

    class made(Threads):
        def event(self):
            class Event(deadline.Event):
                def wait(self, timeout=None):
                    done = super().wait(timeout)
                    if not done and deadline.nearest_deadline.get() is not None:
                        raise TimeoutError("0.05 seconds")
                    return done

            return Event()


class TestLimitsWhatItSpawns(Wrong):
    meant_for = "test_spawned_work_is_not_under_its_spawners_limit"

    class made(Threads):
        def spawn(self, fn, /, *args, **kwargs):
            task = SpawnedTask(self.event(), fn, args, kwargs)
            context = copy_context()
            threading.Thread(target=context.run, args=(task.run,), daemon=True).start()
            return task


# -- primitives --------------------------------------------------------------------------------


class TestLocksForShow(Wrong):
    meant_for = "test_a_lock_is_held_once"

    class made(Threads):
        def lock(self):
            class Lock(deadline.Lock):
                def acquire(self, blocking=True, timeout=-1):
                    return timeout > 0 or super().acquire(blocking)

            return Lock()


class TestForgetsToSayThatItLocked(Wrong):
    meant_for = "test_a_released_lock_goes_to_who_waits"

    class made(Threads):
        def lock(self):
            class Lock(deadline.Lock):
                def acquire(self, blocking=True, timeout=-1):
                    if super().acquire(blocking=False):
                        return True
                    return super().acquire(blocking, timeout) and timeout > 0

            return Lock()


class TestClearsNothing(Wrong):
    meant_for = "test_an_event_wakes_all_who_wait"

    class made(Threads):
        def event(self):
            class Event(deadline.Event):
                def clear(self):
                    pass

            return Event()


class TestCountsToOne(Wrong):
    meant_for = "test_a_semaphore_counts"

    class made(Threads):
        def semaphore(self, value=1):
            return super().semaphore(min(value, 1))


class TestServesTheLastFirst(Wrong):
    meant_for = "test_a_queue_is_first_in_first_out"

    class made(Threads):
        def queue(self, maxsize=0):
            class Queue(deadline.Queue):
                def _get(self):
                    return self.queue.pop()

            return Queue(maxsize)


class TestTakesNothingForSomething(Wrong):
    meant_for = "test_an_empty_queue_says_so"

    class made(Threads):
        def queue(self, maxsize=0):
            class Queue(deadline.Queue):
                def get(self, block=True, timeout=None):
                    if not block and not self.qsize():
                        return None
                    return super().get(block, timeout)

            return Queue(maxsize)


class TestDropsWhatIsTooMuch(Wrong):
    meant_for = "test_a_full_queue_says_so"

    class made(Threads):
        def queue(self, maxsize=0):
            class Queue(deadline.Queue):
                def put(self, item, block=True, timeout=None):
                    if block or not self.full():
                        super().put(item, block, timeout)

            return Queue(maxsize)


class TestHandsOutTwice(Wrong):
    meant_for = "test_a_queue_hands_over"

    class made(Threads):
        def queue(self, maxsize=0):
            class Queue(deadline.Queue):
                def get(self, block=True, timeout=None):
                    item = super().get(block, timeout)
                    return item - 1 if item == 10 else item

            return Queue(maxsize)
