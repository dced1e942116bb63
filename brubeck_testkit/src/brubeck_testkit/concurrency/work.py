"""The promises about work: spawned, pooled, offloaded, identified."""

from __future__ import annotations

import time
from contextvars import ContextVar

import pytest
from brubeck_core.interfaces.concurrency import Concurrency, Queue, TaskCancelled
from brubeck_testkit.concurrency.base import MOMENT, PATIENCE, BackendSuite
from brubeck_testkit.suite import needs

color: ContextVar[str] = ContextVar("color", default="none")


class WorkSuite(BackendSuite, standard=True):
    """What a backend promises of spawned work, pools and primitives."""

    def test_spawned_work_gets_its_arguments_and_returns(self, backend: Concurrency) -> None:
        assert backend.spawn(int, "101", base=2).result(PATIENCE) == 5

    def test_the_caller_goes_on_before_spawned_work(self, backend: Concurrency) -> None:
        gate = backend.event()
        task = backend.spawn(gate.wait, PATIENCE)
        assert task.done() is False
        gate.set()
        assert task.result(PATIENCE)
        assert task.done() is True

    def test_result_raises_what_ended_the_work(self, backend: Concurrency) -> None:
        gate = backend.event()

        def fail() -> None:
            gate.wait(PATIENCE)
            raise KeyError("song")

        task = backend.spawn(fail)
        backend.call_later(0, gate.set)
        with pytest.raises(KeyError, match="song"):
            task.result(PATIENCE)
        with pytest.raises(KeyError, match="song"):
            task.result(PATIENCE)

    def test_a_failure_nobody_waits_for_is_logged(
        self, backend: Concurrency, logged: Queue
    ) -> None:
        def fail() -> None:
            raise KeyError("song")

        backend.spawn(fail)
        assert "KeyError('song')" in logged.get(timeout=PATIENCE)

    def test_result_gives_up_after_its_timeout(self, backend: Concurrency) -> None:
        gate = backend.event()
        task = backend.spawn(gate.wait, PATIENCE)
        with pytest.raises(TimeoutError):
            task.result(MOMENT)
        gate.set()
        assert task.result(PATIENCE)

    def test_a_cancelled_task_says_so_and_any_other_goes_on(self, backend: Concurrency) -> None:
        began, gate = backend.event(), backend.event()

        def wait() -> str:
            began.set()
            gate.wait(PATIENCE)
            return "done"

        task = backend.spawn(wait)
        began.wait(PATIENCE)
        if task.cancel():
            with pytest.raises(TaskCancelled):
                task.result(PATIENCE)
        else:
            gate.set()
            assert task.result(PATIENCE) == "done"

    @needs("interrupts")
    def test_running_work_can_be_cancelled(self, backend: Concurrency) -> None:
        began = backend.event()

        def wait() -> None:
            began.set()
            backend.sleep(PATIENCE)

        task = backend.spawn(wait)
        began.wait(PATIENCE)
        assert task.cancel() is True
        with pytest.raises(TaskCancelled):
            task.result(PATIENCE / 2)

    def test_work_of_a_pool_can_be_interrupted_where_it_waits(self, backend: Concurrency) -> None:
        works, ends = backend.queue(), backend.queue()

        def wait() -> None:
            works.put(backend.running())
            try:
                backend.sleep(PATIENCE if backend.running() is not None else MOMENT)
            except backend.task_ends:
                ends.put("interrupted")
                raise
            ends.put("done")

        backend.pool(1).spawn(wait)
        work = works.get(timeout=PATIENCE)
        backend.call_later(0, lambda: backend.interrupt(work))
        expected = "done" if work is None else "interrupted"
        assert ends.get(timeout=PATIENCE / 2) == expected

    def test_work_can_tell_its_end_from_other_exceptions(self, backend: Concurrency) -> None:
        began = backend.event()

        def survive_anything_else() -> None:
            try:
                began.set()
                backend.sleep(MOMENT)
            except backend.task_ends:
                raise
            except BaseException:
                pass

        task = backend.spawn(survive_anything_else)
        began.wait(PATIENCE)
        if task.cancel():
            with pytest.raises(TaskCancelled):
                task.result(PATIENCE)

    def test_work_cancelled_before_it_began_never_begins(self, backend: Concurrency) -> None:
        ran: list[int] = []
        task = backend.spawn(ran.append, 1)
        if task.cancel():
            with pytest.raises(TaskCancelled):
                task.result(PATIENCE)
            assert ran == []

    def test_work_that_has_ended_cannot_be_cancelled(self, backend: Concurrency) -> None:
        task = backend.spawn(lambda: 1)
        task.result(PATIENCE)
        assert task.cancel() is False
        assert task.result() == 1

    def test_spawned_work_starts_in_a_copy_of_the_context(self, backend: Concurrency) -> None:
        def read_and_write() -> str:
            seen = color.get()
            color.set("blue")
            return seen

        token = color.set("red")
        try:
            assert backend.spawn(read_and_write).result(PATIENCE) == "red"
            assert color.get() == "red"
        finally:
            color.reset(token)

    def test_a_hundred_sleepers_sleep_together(self, backend: Concurrency) -> None:
        start = time.monotonic()
        tasks = [backend.spawn(backend.sleep, 0.1) for _ in range(100)]
        for task in tasks:
            task.result(PATIENCE)
        assert 0.1 <= time.monotonic() - start < 5

    def test_sleeping_no_time_gives_way(self, backend: Concurrency) -> None:
        task = backend.spawn(lambda: None)
        deadline = time.monotonic() + PATIENCE
        while not task.done() and time.monotonic() < deadline:
            backend.sleep(0)
        assert task.done()

    def test_living_tasks_have_different_ids(self, backend: Concurrency) -> None:
        gate = backend.event()
        ids = backend.queue()

        def tell() -> bool:
            ids.put(backend.current_id())
            again = backend.current_id()
            gate.wait(PATIENCE)
            return again == backend.current_id()

        tasks = [backend.spawn(tell) for _ in range(10)]
        living = {ids.get(timeout=PATIENCE) for _ in tasks} | {backend.current_id()}
        gate.set()
        assert len(living) == 11
        assert all(task.result(PATIENCE) for task in tasks)

    # -- pools --------------------------------------------------------------------------

    def test_a_pool_needs_a_worker(self, backend: Concurrency) -> None:
        with pytest.raises(ValueError, match="0"):
            backend.pool(0)

    def test_pooled_work_gets_its_arguments(self, backend: Concurrency) -> None:
        pool, results = backend.pool(2), backend.queue()
        pool.spawn(results.put, "a")
        assert pool.try_spawn(results.put, "b") is True
        assert {results.get(timeout=PATIENCE) for _ in "ab"} == {"a", "b"}

    def test_a_full_pool_refuses_at_once(self, backend: Concurrency) -> None:
        pool, gate = backend.pool(2), backend.event()
        assert pool.try_spawn(gate.wait, PATIENCE) is True
        assert pool.try_spawn(gate.wait, PATIENCE) is True
        assert pool.try_spawn(gate.wait, PATIENCE) is False
        assert pool.active() == 2
        gate.set()
        assert pool.join(PATIENCE) is True
        assert pool.active() == 0

    def test_a_full_pool_takes_work_that_waits_where_it_has_room(
        self, backend: Concurrency
    ) -> None:
        pool, gate, order = backend.pool(1, waiting=2), backend.event(), backend.queue()
        assert pool.try_spawn(gate.wait, PATIENCE) is True
        assert pool.try_spawn(order.put, "first") is True
        assert pool.try_spawn(order.put, "second") is True
        assert pool.try_spawn(order.put, "third") is False
        assert pool.active() == 3
        assert order.qsize() == 0
        gate.set()
        assert pool.join(PATIENCE) is True
        assert [order.get(timeout=PATIENCE) for _ in range(2)] == ["first", "second"]

    def test_a_full_pool_makes_spawn_wait(self, backend: Concurrency) -> None:
        pool, gate, ran = backend.pool(1), backend.event(), backend.event()
        pool.spawn(gate.wait, PATIENCE)
        spawning = backend.spawn(pool.spawn, ran.set)
        with pytest.raises(TimeoutError):
            spawning.result(MOMENT)
        assert not ran.is_set()
        gate.set()
        spawning.result(PATIENCE)
        assert ran.wait(PATIENCE)

    def test_work_whose_spawn_gave_up_never_runs(self, backend: Concurrency) -> None:
        pool, gate, ran = backend.pool(1), backend.event(), backend.event()
        pool.spawn(gate.wait, PATIENCE)
        with pytest.raises(TimeoutError), backend.timeout(MOMENT):
            pool.spawn(ran.set)
        gate.set()
        assert pool.join(PATIENCE)
        pool.spawn(gate.wait)
        assert pool.join(PATIENCE)
        assert not ran.is_set()

    def test_workers_are_reused(self, backend: Concurrency) -> None:
        pool, ids = backend.pool(1), backend.queue()
        for _ in range(5):
            pool.spawn(lambda: ids.put(backend.current_id()))
        assert len({ids.get(timeout=PATIENCE) for _ in range(5)}) == 1

    def test_pooled_work_starts_in_an_empty_context(self, backend: Concurrency) -> None:
        pool, seen = backend.pool(1), backend.queue()

        def read_and_write() -> None:
            seen.put(color.get())
            color.set("blue")

        token = color.set("red")
        try:
            for _ in range(3):
                pool.spawn(read_and_write)
            assert [seen.get(timeout=PATIENCE) for _ in range(3)] == ["none"] * 3
        finally:
            color.reset(token)

    def test_pooled_work_keeps_its_context_while_it_waits(self, backend: Concurrency) -> None:
        pool, seen = backend.pool(10), backend.queue()

        def write_and_read(mine: str) -> None:
            color.set(mine)
            backend.sleep(0.01)
            seen.put((mine, color.get()))

        for number in range(10):
            pool.spawn(write_and_read, str(number))
        pairs = [seen.get(timeout=PATIENCE) for _ in range(10)]
        assert all(mine == read for mine, read in pairs)

    def test_a_worker_outlives_failing_work(self, backend: Concurrency, logged: Queue) -> None:
        pool, ran = backend.pool(1), backend.event()

        def fail() -> None:
            raise KeyError("song")

        pool.spawn(fail)
        pool.spawn(ran.set)
        assert ran.wait(PATIENCE)
        assert "KeyError('song')" in logged.get(timeout=PATIENCE)

    def test_joining_a_busy_pool_gives_up_after_its_timeout(self, backend: Concurrency) -> None:
        pool, gate = backend.pool(1), backend.event()
        assert pool.join(0) is True
        pool.spawn(gate.wait, PATIENCE)
        assert pool.join(MOMENT) is False
        gate.set()
        assert pool.join(PATIENCE) is True

    def test_a_callback_may_start_work_that_waits(self, backend: Concurrency) -> None:
        pool, ended, begun = backend.pool(1), backend.event(), backend.queue()

        def work() -> None:
            backend.sleep(0.01)
            ended.set()

        backend.call_later(0, lambda: begun.put(pool.try_spawn(work)))
        assert begun.get(timeout=PATIENCE) is True
        assert ended.wait(PATIENCE)

    # -- real threads -------------------------------------------------------------------

    def test_offloaded_work_gets_its_arguments_and_returns(self, backend: Concurrency) -> None:
        assert backend.offload(int, "101", base=2) == 5

    @pytest.mark.parametrize("error", [KeyError("song"), SystemExit(3), GeneratorExit()])
    def test_offloaded_work_raises_at_the_caller(
        self, backend: Concurrency, error: BaseException
    ) -> None:
        def fail() -> None:
            raise error

        with pytest.raises(type(error)):
            backend.offload(fail)

    def test_offloaded_work_sees_the_context(self, backend: Concurrency) -> None:
        token = color.set("red")
        try:
            assert backend.offload(color.get) == "red"
        finally:
            color.reset(token)

    def test_offloaded_work_may_offload(self, backend: Concurrency) -> None:
        assert backend.offload(backend.offload, int, "5") == 5

    def test_offloaded_work_blocks_nobody(self, backend: Concurrency) -> None:
        flag: list[bool] = []
        end = time.monotonic() + PATIENCE

        def compute() -> bool:
            while not flag and time.monotonic() < end:
                pass
            return bool(flag)

        def raise_flag() -> None:
            backend.sleep(0.01)
            flag.append(True)

        task = backend.spawn(raise_flag)
        assert backend.offload(compute) is True
        task.result(PATIENCE)
