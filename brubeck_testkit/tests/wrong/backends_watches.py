"""Backends that are wrong in one way each, in how they watch descriptors, times and signals."""

from __future__ import annotations

import os
import signal
import socket
import threading
from types import SimpleNamespace

import pytest
from brubeck_core.builtin.threads import Threads
from brubeck_core.builtin.threads.watching import ReadWatch, TimerWatch, call
from brubeck_testkit.concurrency import watches
from brubeck_testkit.concurrency.watches import WatchSuite


class Right(Threads):
    """The backend that is right, whose watches can be replaced."""

    made_watch = ReadWatch
    made_timer = TimerWatch

    def watch_readable(self, fd, callback):
        return self.made_watch(self._watcher(), fd, callback)

    def call_later(self, seconds, callback):
        return self.made_timer(self._watcher(), seconds, callback)


class Wrong(WatchSuite):
    made: type[Right]

    @pytest.fixture(autouse=True)
    def hasty(self, monkeypatch):
        monkeypatch.setattr(watches, "PATIENCE", 3.0)

    @pytest.fixture
    def backend(self):
        return self.made()


class TestRight(Wrong):
    meant_for = None
    made = Right


# -- waiting for a descriptor ------------------------------------------------------------------


class TestWaitsHalfTheTime(Wrong):
    meant_for = "test_nothing_to_read_ends_with_the_timeout"

    class made(Right):
        def wait_readable(self, fd, timeout=None):
            return super().wait_readable(fd, timeout and timeout / 2)


class TestLooksOnlyIfItMayWait(Wrong):
    meant_for = "test_something_to_read_is_seen"

    class made(Right):
        def wait_readable(self, fd, timeout=None):
            return timeout != 0 and super().wait_readable(fd, timeout)


class TestLooksAgainAtTheEnd(Wrong):
    meant_for = "test_a_wait_ends_when_data_comes"

    class made(Right):
        def wait_readable(self, fd, timeout=None):
            if not super().wait_readable(fd, 0):
                self.sleep(60 if timeout is None else timeout * 1.1)
            return super().wait_readable(fd, 0)


class TestSeesRoomEverywhere(Wrong):
    meant_for = "test_room_to_write_is_seen"

    class made(Right):
        def wait_writable(self, fd, timeout=None):
            return True


class TestHasWaitersForOneWait(Wrong):
    meant_for = "test_a_waiter_is_good_for_many_waits"

    class made(Right):
        def waiter(self, fd):
            waiter = super().waiter(fd)

            class Once:
                close = waiter.close
                writable = waiter.writable

                def readable(self, timeout=None):
                    self.readable = None
                    return waiter.readable(timeout)

            return Once()


class TestStaysCut(Wrong):
    meant_for = "test_a_wait_that_was_cut_short_can_be_repeated"

    class made(Right):
        cut = False

        def wait_readable(self, fd, timeout=None):
            if self.cut:
                raise RuntimeError("somebody waits already")
            try:
                return super().wait_readable(fd, timeout)
            except TimeoutError:
                self.cut = True
                raise


class TestLeaksDescriptors(Wrong):
    meant_for = "test_waiting_uses_up_no_descriptors"

    class made(Right):
        def wait_readable(self, fd, timeout=None):
            os.dup(fd)
            return super().wait_readable(fd, timeout)


# -- watching a descriptor ---------------------------------------------------------------------


class TestWatchesTwice(Wrong):
    meant_for = "test_a_watch_calls_back_whenever_there_is_data"

    class made(Right):
        def watch_readable(self, fd, callback):
            calls = []

            def counted():
                calls.append(1)
                if len(calls) < 3:
                    callback()
                else:
                    watch.pause()

            watch = super().watch_readable(fd, counted)
            return watch


class TestComesBackFromTheEnd(Wrong):
    meant_for = "test_a_closed_watch_is_silent"

    class made(Right):
        class made_watch(ReadWatch):
            def resume(self):
                self._closed = False
                super().resume()


class TestTogglesItsPause(Wrong):
    meant_for = "test_a_paused_watch_is_silent_until_it_goes_on"

    class made(Right):
        class made_watch(ReadWatch):
            def pause(self):
                if self._paused:
                    self.resume()
                else:
                    super().pause()


class TestCannotPauseItself(Wrong):
    meant_for = "test_a_watch_may_pause_and_close_itself"

    class made(Right):
        class made_watch(ReadWatch):
            within = False

            def fire(self):
                type(self).within = True
                failed = not call(self._callback) if not self._paused else False
                type(self).within = False
                if failed or self._paused:
                    super().pause()
                    super().fire()

            def pause(self):
                if not self.within:
                    super().pause()


class TestRepeatsFailures(Wrong):
    meant_for = "test_a_failing_callback_pauses_its_watch"

    class made(Right):
        def watch_readable(self, fd, callback):
            def caught():
                try:
                    callback()
                except Exception:
                    pass

            return super().watch_readable(fd, caught)


class TestLetsGoOfNothing(Wrong):
    meant_for = "test_a_descriptor_can_be_watched_again"

    class made(Right):
        class made_watch(ReadWatch):
            def close(self):
                self._closed = self._paused = True


# -- timers ------------------------------------------------------------------------------------


class TestIsEarlyAtFirst(Wrong):
    meant_for = "test_a_timer_calls_once_and_not_early"

    class made(Right):
        class made_timer(TimerWatch):
            def __init__(self, owner, seconds, callback):
                super().__init__(owner, seconds / 2, callback)
                self._seconds = seconds


class TestHasACoarseClock(Wrong):
    meant_for = "test_timers_call_in_the_order_of_their_times"

    class made(Right):
        def call_later(self, seconds, callback):
            return super().call_later(max(seconds, 0.05), callback)


class TestCannotBeCalledOff(Wrong):
    meant_for = "test_a_timer_that_was_called_off_is_silent"

    class made(Right):
        class made_timer(TimerWatch):
            def pause(self):
                pass


class TestGoesOnWithTheOldTime(Wrong):
    meant_for = "test_a_timer_starts_anew_with_its_full_time"

    class made(Right):
        class made_timer(TimerWatch):
            _started = False

            def resume(self):
                if not getattr(self, "_deadline", None):
                    super().resume()


class TestDiesOfAFailure(Wrong):
    meant_for = "test_other_timers_outlive_a_failing_one"

    class made(Right):
        dead = False

        def call_later(self, seconds, callback):
            def mortal():
                if not self.dead:
                    self.dead = True
                    callback()
                    self.dead = False

            return super().call_later(seconds, mortal)


# -- signals and modules -----------------------------------------------------------------------


class TestForgetsWhichSignal(Wrong):
    meant_for = "test_a_signal_is_ordinary_work"

    class made(Right):
        def on_signals(self, signals, callback):
            return super().on_signals(signals, lambda number: callback(0))


class TestSleepsThroughAlarms(Wrong):
    meant_for = "test_a_signal_is_heard_while_everybody_waits"

    class made(Right):
        def on_signals(self, signals, callback):
            if signal.SIGALRM not in signals:
                return super().on_signals(signals, callback)
            previous = signal.signal(signal.SIGALRM, signal.SIG_IGN)
            return lambda: signal.signal(signal.SIGALRM, previous)


class TestHearsWhatTheMainThreadHears(Wrong):
    meant_for = "test_a_signal_is_heard_whichever_thread_gets_it"

    class made(Right):
        def on_signals(self, signals, callback):
            def note(number, frame):
                self.spawn(callback, number)

            previous = {number: signal.signal(number, note) for number in signals}

            def restore():
                while previous:
                    signal.signal(*previous.popitem())

            return restore


class TestHearsOneSignalAtATime(Wrong):
    meant_for = "test_the_next_signal_does_not_wait_for_the_last"

    class made(Right):
        def on_signals(self, signals, callback):
            ear = threading.Lock()

            def one_by_one(number):
                with ear:
                    callback(number)
                    self.sleep(0.5)

            return super().on_signals(signals, one_by_one)


class TestKeepsTheSignals(Wrong):
    meant_for = "test_previous_handlers_come_back"

    class made(Right):
        def on_signals(self, signals, callback):
            restore = super().on_signals(signals, callback)

            def restore_some():
                restore()
                for number in signals:
                    signal.signal(number, signal.SIG_IGN)

            return restore_some


class TestDoesNotKnowThatItPatched(Wrong):
    meant_for = "test_the_patch_is_in_force"

    class made(Right):
        def is_patched(self):
            return False


class TestHasImpatientSockets(Wrong):
    meant_for = "test_the_socket_module_lets_others_run"

    class made(Right):
        def green_module(self, name):
            if name != "socket":
                return super().green_module(name)

            def socketpair():
                pair = socket.socketpair()
                for sock in pair:
                    sock.setblocking(False)
                return pair

            return SimpleNamespace(socketpair=socketpair)


class TestMakesUpModules(Wrong):
    meant_for = "test_a_module_that_is_not_there_is_an_import_error"

    class made(Right):
        def green_module(self, name):
            try:
                return super().green_module(name)
            except ImportError:
                return None
