"""The promises about descriptors, timers, signals and modules."""

from __future__ import annotations

import _socket
import os
import signal
import time
from collections.abc import Iterator
from functools import partial

import pytest
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_testkit.concurrency.base import MOMENT, PATIENCE, BackendSuite

#: More than a socket takes at once.
MUCH = b"x" * 1_000_000


class Pipe:
    """Two connected sockets that no patch makes wait, so that callbacks may use them."""

    def __init__(self) -> None:
        self._sockets = _socket.socketpair()
        for sock in self._sockets:
            sock.setblocking(False)
        self.reader, self.writer = (sock.fileno() for sock in self._sockets)

    def write(self, data: bytes = b"x") -> None:
        self._sockets[1].send(data)

    def drain(self) -> None:
        self._sockets[0].recv(len(MUCH))

    def close(self) -> None:
        for sock in self._sockets:
            sock.close()


class WatchSuite(BackendSuite, standard=True):
    """What a backend promises of watches and timers."""

    @pytest.fixture
    def pipe(self) -> Iterator[Pipe]:
        pipe = Pipe()
        yield pipe
        pipe.close()

    # -- waiting for a descriptor -------------------------------------------------------

    @pytest.mark.parametrize("timeout", [0, 0.01, MOMENT])
    def test_nothing_to_read_ends_with_the_timeout(
        self, backend: Concurrency, pipe: Pipe, timeout: float
    ) -> None:
        start = time.monotonic()
        assert backend.wait_readable(pipe.reader, timeout) is False
        assert timeout <= time.monotonic() - start < PATIENCE / 2

    @pytest.mark.parametrize("timeout", [0, PATIENCE, None])
    def test_something_to_read_is_seen(
        self, backend: Concurrency, pipe: Pipe, timeout: float | None
    ) -> None:
        pipe.write()
        assert backend.wait_readable(pipe.reader, timeout) is True

    def test_a_wait_ends_when_data_comes(self, backend: Concurrency, pipe: Pipe) -> None:
        task = backend.spawn(backend.wait_readable, pipe.reader, PATIENCE)
        backend.call_later(0.01, pipe.write)
        assert task.result(PATIENCE) is True

    def test_room_to_write_is_seen(self, backend: Concurrency, pipe: Pipe) -> None:
        assert backend.wait_writable(pipe.writer, 0) is True
        assert backend.wait_writable(pipe.writer) is True
        while backend.wait_writable(pipe.writer, 0):
            pipe.write(MUCH)
        assert backend.wait_writable(pipe.writer, 0.01) is False

    def test_a_waiter_is_good_for_many_waits(self, backend: Concurrency, pipe: Pipe) -> None:
        waiter = backend.waiter(pipe.reader)
        try:
            for _ in range(3):
                assert waiter.readable(0.001) is False
                pipe.write()
                assert waiter.readable(PATIENCE) is True
                assert waiter.readable() is True
                pipe.drain()
        finally:
            waiter.close()

    def test_a_wait_that_was_cut_short_can_be_repeated(
        self, backend: Concurrency, pipe: Pipe
    ) -> None:
        with pytest.raises(TimeoutError), backend.timeout(0.01):
            backend.wait_readable(pipe.reader)
        pipe.write()
        assert backend.wait_readable(pipe.reader, PATIENCE) is True

    def test_waiting_uses_up_no_descriptors(self, backend: Concurrency, pipe: Pipe) -> None:
        backend.wait_readable(pipe.reader, 0)
        backend.wait_readable(pipe.reader, 0.001)
        before = os.dup(pipe.reader)
        os.close(before)
        for _ in range(50):
            backend.wait_readable(pipe.reader, 0)
            backend.wait_readable(pipe.reader, 0.001)
        after = os.dup(pipe.reader)
        os.close(after)
        assert after == before

    # -- watching a descriptor ----------------------------------------------------------

    def test_a_watch_calls_back_whenever_there_is_data(
        self, backend: Concurrency, pipe: Pipe
    ) -> None:
        calls = backend.queue()

        def note() -> None:
            pipe.drain()
            calls.put(True)

        watch = backend.watch_readable(pipe.reader, note)
        try:
            for _ in range(3):
                pipe.write()
                calls.get(timeout=PATIENCE)
        finally:
            watch.close()

    def test_a_closed_watch_is_silent(self, backend: Concurrency, pipe: Pipe) -> None:
        calls: list[bool] = []
        watch = backend.watch_readable(pipe.reader, lambda: calls.append(True))
        watch.close()
        watch.close()
        watch.resume()
        pipe.write()
        self.let_pass(backend, MOMENT)
        assert calls == []

    def test_a_paused_watch_is_silent_until_it_goes_on(
        self, backend: Concurrency, pipe: Pipe
    ) -> None:
        calls = backend.queue()

        def note() -> None:
            pipe.drain()
            calls.put(True)

        watch = backend.watch_readable(pipe.reader, note)
        try:
            watch.pause()
            watch.pause()
            pipe.write()
            self.let_pass(backend, MOMENT)
            assert calls.qsize() == 0
            watch.resume()
            watch.resume()
            calls.get(timeout=PATIENCE)
        finally:
            watch.close()

    def test_a_watch_may_pause_and_close_itself(self, backend: Concurrency, pipe: Pipe) -> None:
        calls = backend.queue()

        def note() -> None:
            watch.pause()
            calls.put(True)
            if calls.qsize() == 2:
                watch.close()

        watch = backend.watch_readable(pipe.reader, note)
        pipe.write()
        self.let_pass(backend, MOMENT)
        assert calls.qsize() == 1
        watch.resume()
        self.let_pass(backend, MOMENT)
        assert calls.qsize() == 2

    def test_a_failing_callback_pauses_its_watch(self, backend: Concurrency, pipe: Pipe) -> None:
        calls = backend.queue()

        def fail() -> None:
            calls.put(True)
            raise KeyError("song")

        watch = backend.watch_readable(pipe.reader, fail)
        try:
            pipe.write()
            calls.get(timeout=PATIENCE)
            self.let_pass(backend, MOMENT)
            assert calls.qsize() == 0
            watch.resume()
            calls.get(timeout=PATIENCE)
        finally:
            watch.close()

    def test_a_descriptor_can_be_watched_again(self, backend: Concurrency, pipe: Pipe) -> None:
        ended = backend.event()
        backend.watch_readable(pipe.reader, lambda: None).close()

        def note() -> None:
            pipe.drain()
            ended.set()

        watch = backend.watch_readable(pipe.reader, note)
        pipe.write()
        assert ended.wait(PATIENCE)
        watch.close()
        pipe.write()
        assert backend.wait_readable(pipe.reader, PATIENCE)

    # -- timers -------------------------------------------------------------------------

    def test_a_timer_calls_once_and_not_early(self, backend: Concurrency) -> None:
        calls = backend.queue()
        start = time.monotonic()
        backend.call_later(MOMENT, lambda: calls.put(time.monotonic()))
        assert calls.get(timeout=PATIENCE) - start >= MOMENT * 0.99
        self.let_pass(backend, 2 * MOMENT)
        assert calls.qsize() == 0

    def test_timers_call_in_the_order_of_their_times(self, backend: Concurrency) -> None:
        calls = backend.queue()
        delays = (0.06, 0.02, 0.04, 0)
        for _ in range(50):
            start = time.monotonic()
            for delay in delays:
                backend.call_later(delay, partial(calls.put, delay))
            made_at_once = time.monotonic() - start < 0.01
            called = [calls.get(timeout=PATIENCE) for _ in delays]
            # On a busy machine the last may be made when the first is due.
            if made_at_once:
                break
        assert called == sorted(delays)

    @pytest.mark.parametrize("end", ["pause", "close"])
    def test_a_timer_that_was_called_off_is_silent(self, backend: Concurrency, end: str) -> None:
        calls = backend.queue()
        timer = backend.call_later(0.02, lambda: calls.put(True))
        getattr(timer, end)()
        self.let_pass(backend, 2 * MOMENT)
        assert calls.qsize() == 0
        timer.resume()
        if end == "pause":
            calls.get(timeout=PATIENCE)
        else:
            self.let_pass(backend, MOMENT)
            assert calls.qsize() == 0

    def test_a_timer_starts_anew_with_its_full_time(self, backend: Concurrency) -> None:
        calls = backend.queue()
        timer = backend.call_later(2 * MOMENT, lambda: calls.put(time.monotonic()))
        self.let_pass(backend, MOMENT)
        for _ in range(2):
            start = time.monotonic()
            timer.resume()
            called = calls.get(timeout=PATIENCE)
            if called < start:
                # On a busy machine its first time was over before.
                called = calls.get(timeout=PATIENCE)
            assert called - start >= 2 * MOMENT * 0.99
        assert calls.qsize() == 0
        timer.close()

    def test_other_timers_outlive_a_failing_one(self, backend: Concurrency) -> None:
        ended = backend.event()

        def fail() -> None:
            raise KeyError("song")

        backend.call_later(0.01, fail)
        backend.call_later(0.02, ended.set)
        assert ended.wait(PATIENCE)

    def let_pass(self, backend: Concurrency, seconds: float) -> None:
        """Let the watches see so much time go by."""
        passed = backend.event()
        backend.call_later(seconds, passed.set)
        assert passed.wait(PATIENCE)

    # -- signals ------------------------------------------------------------------------

    def test_a_signal_is_ordinary_work(self, backend: Concurrency) -> None:
        numbers = backend.queue()

        def note(number: int) -> None:
            backend.sleep(0.001)
            numbers.put(number)

        restore = backend.on_signals([signal.SIGUSR1, signal.SIGUSR2], note)
        try:
            for number in (signal.SIGUSR1, signal.SIGUSR2):
                os.kill(os.getpid(), number)
                assert numbers.get(timeout=PATIENCE) == number
        finally:
            restore()

    def test_a_signal_is_heard_while_everybody_waits(self, backend: Concurrency) -> None:
        heard = backend.event()
        restore = backend.on_signals([signal.SIGALRM], lambda number: heard.set())
        try:
            signal.setitimer(signal.ITIMER_REAL, MOMENT)
            assert heard.wait(PATIENCE)
        finally:
            restore()

    def test_a_signal_is_heard_whichever_thread_gets_it(self, backend: Concurrency) -> None:
        heard = backend.event()
        restore = backend.on_signals([signal.SIGUSR1], lambda number: heard.set())
        try:
            # Where timers have a thread of their own, the main one waits and knows nothing of it.
            backend.call_later(MOMENT, lambda: signal.raise_signal(signal.SIGUSR1))
            assert heard.wait(PATIENCE)
        finally:
            restore()

    def test_the_next_signal_does_not_wait_for_the_last(self, backend: Concurrency) -> None:
        first, both = backend.event(), backend.event()

        def note(number: int) -> None:
            if first.is_set():
                both.set()
            first.set()
            both.wait(PATIENCE)

        restore = backend.on_signals([signal.SIGUSR1], note)
        try:
            os.kill(os.getpid(), signal.SIGUSR1)
            assert first.wait(PATIENCE)
            os.kill(os.getpid(), signal.SIGUSR1)
            assert both.wait(PATIENCE)
        finally:
            restore()

    def test_previous_handlers_come_back(self, backend: Concurrency) -> None:
        heard: list[int] = []
        before = signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))
        try:
            restore = backend.on_signals([signal.SIGUSR1], lambda number: None)
            restore()
            restore()
            os.kill(os.getpid(), signal.SIGUSR1)
            backend.sleep(0)
            assert heard == [signal.SIGUSR1]
        finally:
            signal.signal(signal.SIGUSR1, before)

    # -- modules ------------------------------------------------------------------------

    def test_the_patch_is_in_force(self, backend: Concurrency) -> None:
        backend.patch()
        assert backend.is_patched() is True

    def test_the_socket_module_lets_others_run(self, backend: Concurrency) -> None:
        left, right = backend.green_module("socket").socketpair()
        with left, right:
            task = backend.spawn(left.recv, 10)
            backend.sleep(0.001)
            right.sendall(b"five")
            assert task.result(PATIENCE) == b"five"

    def test_a_module_that_is_not_there_is_an_import_error(self, backend: Concurrency) -> None:
        with pytest.raises(ImportError):
            backend.green_module("no_such_module_at_all")
