"""Backends that are wrong in one way each, in how they run work."""

from __future__ import annotations

import logging
import threading
from contextvars import Context, copy_context
from time import sleep

import pytest
from brubeck_core.builtin.threads import Threads
from brubeck_core.builtin.threads.pool import ThreadPool
from brubeck_core.interfaces.concurrency import TaskCancelled
from brubeck_testkit.concurrency import work
from brubeck_testkit.concurrency.work import WorkSuite, color

logger = logging.getLogger("brubeck.concurrency")


class Right(Threads):
    """The backend that is right, whose pools and tasks can be replaced."""

    made_pool = ThreadPool

    def pool(self, size, waiting=0):
        return self.made_pool(size, waiting)


class Task:
    """A task around another one."""

    def __init__(self, task):
        self.task = task

    def __getattr__(self, name):
        return getattr(self.task, name)


class Wrong(WorkSuite):
    #: What threads, which give way by themselves and are never interrupted, cannot get wrong.
    waived = {
        "test_sleeping_no_time_gives_way",
        "test_work_can_tell_its_end_from_other_exceptions",
    }
    made: type[Right]

    @pytest.fixture(autouse=True)
    def hasty(self, monkeypatch):
        monkeypatch.setattr(work, "PATIENCE", 3.0)

    @pytest.fixture
    def backend(self):
        return self.made()


class TestRight(Wrong):
    meant_for = None
    made = Right


# -- spawned work ------------------------------------------------------------------------------


class TestDropsArguments(Wrong):
    meant_for = "test_spawned_work_gets_its_arguments_and_returns"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            return super().spawn(fn, *args)


class TestIsAlwaysDone(Wrong):
    meant_for = "test_the_caller_goes_on_before_spawned_work"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            task = Task(super().spawn(fn, *args, **kwargs))
            task.done = lambda: True
            return task


class TestRaisesErrorsOfItsOwn(Wrong):
    meant_for = "test_result_raises_what_ended_the_work"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            class Translating(Task):
                def result(self, timeout=None):
                    try:
                        return self.task.result(timeout)
                    except KeyError as error:
                        raise RuntimeError("the task failed") from error

            return Translating(super().spawn(fn, *args, **kwargs))


class TestFailsSilently(Wrong):
    meant_for = "test_a_failure_nobody_waits_for_is_logged"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            def caught():
                try:
                    return fn(*args, **kwargs), None
                except Exception as error:
                    return None, error

            class Unpacking(Task):
                def result(self, timeout=None):
                    value, error = self.task.result(timeout)
                    if error is not None:
                        raise error
                    return value

            return Unpacking(super().spawn(caught))


class TestForgetsResultsThatWereLate(Wrong):
    meant_for = "test_result_gives_up_after_its_timeout"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            class Forgetful(Task):
                late = False

                def result(self, timeout=None):
                    try:
                        value = self.task.result(timeout)
                    except TimeoutError:
                        self.late = True
                        raise
                    return None if self.late else value

            return Forgetful(super().spawn(fn, *args, **kwargs))


class TestClaimsToHaveCancelled(Wrong):
    meant_for = "test_a_cancelled_task_says_so_and_any_other_goes_on"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            class Boastful(Task):
                def cancel(self):
                    return fn.__name__ == "wait"

            return Boastful(super().spawn(fn, *args, **kwargs))


class TestCannotInterrupt(Wrong):
    meant_for = "test_running_work_can_be_cancelled"
    capabilities = {"interrupts"}
    made = Right


class TestInterruptsNothing(Wrong):
    meant_for = "test_work_of_a_pool_can_be_interrupted_where_it_waits"

    class made(Right):
        def running(self):
            return "the one that runs"


class TestCancelsWhatBeginsAllTheSame(Wrong):
    meant_for = "test_work_cancelled_before_it_began_never_begins"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            gate, began = threading.Event(), threading.Event()

            def delayed():
                gate.wait(0.02)
                began.set()
                return fn(*args, **kwargs)

            class Deceiving(Task):
                cancelled = False

                def cancel(self):
                    self.cancelled = not began.is_set()
                    return self.cancelled

                def result(self, timeout=None):
                    value = self.task.result(timeout)
                    if self.cancelled:
                        raise TaskCancelled("cancelled, it said")
                    return value

            return Deceiving(super().spawn(delayed))


class TestCancelsWhatHasEnded(Wrong):
    meant_for = "test_work_that_has_ended_cannot_be_cancelled"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            class Late(Task):
                fetched = False

                def result(self, timeout=None):
                    value = self.task.result(timeout)
                    self.fetched = True
                    return value

                def cancel(self):
                    return self.fetched or self.task.cancel()

            return Late(super().spawn(fn, *args, **kwargs))


class TestForgetsTheContext(Wrong):
    meant_for = "test_spawned_work_starts_in_a_copy_of_the_context"

    class made(Right):
        def spawn(self, fn, /, *args, **kwargs):
            return Context().run(super().spawn, fn, *args, **kwargs)


class TestSleepsOneByOne(Wrong):
    meant_for = "test_a_hundred_sleepers_sleep_together"

    class made(Right):
        def __init__(self):
            super().__init__()
            self.bed = threading.Lock()

        def sleep(self, seconds):
            with self.bed:
                super().sleep(seconds)


class TestTellsNobodyApart(Wrong):
    meant_for = "test_living_tasks_have_different_ids"

    class made(Right):
        def current_id(self):
            return 1


# -- pools -------------------------------------------------------------------------------------


class TestMakesPoolsOfNobody(Wrong):
    meant_for = "test_a_pool_needs_a_worker"

    class made(Right):
        def pool(self, size, waiting=0):
            return super().pool(max(size, 1), waiting)


class TestDropsArgumentsOfPooledWork(Wrong):
    meant_for = "test_pooled_work_gets_its_arguments"

    class made(Right):
        class made_pool(ThreadPool):
            def spawn(self, fn, /, *args):
                super().spawn(fn, *("b" if argument == "a" else argument for argument in args))


class TestTakesOneMore(Wrong):
    meant_for = "test_a_full_pool_refuses_at_once"

    class made(Right):
        def pool(self, size, waiting=0):
            return super().pool(size, waiting or (1 if size == 2 else 0))


class TestHasNoRoomToWait(Wrong):
    meant_for = "test_a_full_pool_takes_work_that_waits_where_it_has_room"

    class made(Right):
        def pool(self, size, waiting=0):
            return super().pool(size)


class TestNeverWaitsForAWorker(Wrong):
    meant_for = "test_a_full_pool_makes_spawn_wait"

    class made(Right):
        class made_pool(ThreadPool):
            def spawn(self, fn, /, *args):
                if getattr(fn, "__name__", "") == "set" and threading.current_thread().daemon:
                    threading.Thread(target=fn, args=args).start()
                else:
                    super().spawn(fn, *args)


class TestDoesWhatWasGivenUp(Wrong):
    meant_for = "test_work_whose_spawn_gave_up_never_runs"

    class made(Right):
        class made_pool(ThreadPool):
            def spawn(self, fn, /, *args):
                try:
                    super().spawn(fn, *args)
                except TimeoutError:
                    with self._ended:
                        self._begin(fn, args)
                    raise


class TestHiresAndFires(Wrong):
    meant_for = "test_workers_are_reused"

    class made(Right):
        ids = 0

        def current_id(self):
            ident = super().current_id()
            if threading.current_thread().name.startswith("brubeck-worker"):
                self.ids += 1
                return ident + self.ids
            return ident


class TestLetsTheContextIn(Wrong):
    meant_for = "test_pooled_work_starts_in_an_empty_context"

    class made(Right):
        class made_pool(ThreadPool):
            def _begin(self, fn, args):
                super()._begin(copy_context().run, (fn, *args))


class TestMixesContexts(Wrong):
    meant_for = "test_pooled_work_keeps_its_context_while_it_waits"

    class made(Right):
        def sleep(self, seconds):
            super().sleep(seconds)
            if color in copy_context():
                color.set("of another")


class TestHidesFailuresOfPooledWork(Wrong):
    meant_for = "test_a_worker_outlives_failing_work"

    class made(Right):
        class made_pool(ThreadPool):
            def _begin(self, fn, args):
                def silent():
                    try:
                        fn(*args)
                    except Exception:
                        pass

                super()._begin(silent, ())


class TestSaysThatItHasJoined(Wrong):
    meant_for = "test_joining_a_busy_pool_gives_up_after_its_timeout"

    class made(Right):
        class made_pool(ThreadPool):
            def join(self, timeout=None):
                super().join(timeout)
                return True


class TestRefusesCallbacks(Wrong):
    meant_for = "test_a_callback_may_start_work_that_waits"

    class made(Right):
        class made_pool(ThreadPool):
            def try_spawn(self, fn, /, *args):
                if threading.current_thread().name == "brubeck-watching":
                    return False
                return super().try_spawn(fn, *args)


# -- real threads ------------------------------------------------------------------------------


class TestDropsArgumentsOfOffloadedWork(Wrong):
    meant_for = "test_offloaded_work_gets_its_arguments_and_returns"

    class made(Right):
        def offload(self, fn, /, *args, **kwargs):
            return fn(*args)


class TestSwallowsTheEndOfTheProcess(Wrong):
    meant_for = "test_offloaded_work_raises_at_the_caller"

    class made(Right):
        def offload(self, fn, /, *args, **kwargs):
            try:
                return fn(*args, **kwargs)
            except SystemExit:
                return None


class TestOffloadsWithoutContext(Wrong):
    meant_for = "test_offloaded_work_sees_the_context"

    class made(Right):
        def offload(self, fn, /, *args, **kwargs):
            return Context().run(fn, *args, **kwargs)


class TestOffloadsOnlyOnce(Wrong):
    meant_for = "test_offloaded_work_may_offload"

    class made(Right):
        def __init__(self):
            super().__init__()
            self.thread = threading.Lock()

        def offload(self, fn, /, *args, **kwargs):
            if not self.thread.acquire(timeout=0.1):
                raise RuntimeError("the thread is busy")
            try:
                return fn(*args, **kwargs)
            finally:
                self.thread.release()


class TestBlocksEverybody(Wrong):
    meant_for = "test_offloaded_work_blocks_nobody"

    class made(Right):
        def __init__(self):
            super().__init__()
            self.world = threading.RLock()

        def sleep(self, seconds):
            sleep(0.05)
            with self.world:
                pass
            super().sleep(seconds)

        def offload(self, fn, /, *args, **kwargs):
            with self.world:
                return super().offload(fn, *args, **kwargs)
