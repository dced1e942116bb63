"""Watches and waits on the hub's event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
from gevent.hub import Waiter

READ = 1
WRITE = 2


class ReadWatch:
    """An io watcher of the loop; the loop calls back with nothing in between."""

    __slots__ = ("_callback", "_closed", "_watcher")

    def __init__(self, fd: int, callback: Callable[[], object]) -> None:
        self._callback = callback
        self._closed = False
        self._watcher = gevent.get_hub().loop.io(fd, READ)
        self._watcher.start(callback)

    def pause(self) -> None:
        self._watcher.stop()

    def resume(self) -> None:
        if not self._closed and not self._watcher.active:
            self._watcher.start(self._callback)

    def close(self) -> None:
        self._closed = True
        self._watcher.close()


class TimerWatch:
    """A timer of the loop.

    It is a repeating one that is stopped when it fires: libev's simple timers, started again,
    only run for the time that was left.
    """

    __slots__ = ("_callback", "_closed", "_watcher")

    def __init__(self, seconds: float, callback: Callable[[], object]) -> None:
        self._callback = callback
        self._closed = False
        # A period of 0 would mean not to repeat.
        period = max(seconds, 1e-6)
        self._watcher = gevent.get_hub().loop.timer(period, period)
        self.resume()

    def pause(self) -> None:
        self._watcher.stop()

    def resume(self) -> None:
        if not self._closed:
            self._watcher.again(self._fire, update=True)

    def close(self) -> None:
        self._closed = True
        self._watcher.close()

    def _fire(self) -> None:
        self._watcher.stop()
        self._callback()


class HubWaiter:
    """Waits for one descriptor; its io watchers are made once and used for every wait."""

    __slots__ = ("_fd", "_hub", "_read", "_write")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._hub = gevent.get_hub()
        self._read: Any = None
        self._write: Any = None

    def readable(self, timeout: float | None = None) -> bool:
        if self._read is None:
            self._read = self._hub.loop.io(self._fd, READ)
        return self._wait(self._read, timeout)

    def writable(self, timeout: float | None = None) -> bool:
        if self._write is None:
            self._write = self._hub.loop.io(self._fd, WRITE)
        return self._wait(self._write, timeout)

    def close(self) -> None:
        for watcher in (self._read, self._write):
            if watcher is not None:
                watcher.close()
        self._read = self._write = None

    def _wait(self, watcher: Any, timeout: float | None) -> bool:
        hub = self._hub
        if timeout is None:
            hub.wait(watcher)
            return True
        # A timer beside the watcher costs a third of a gevent.Timeout. Its lower priority lets
        # the descriptor win when both are ready.
        waiter = Waiter(hub)
        timer = hub.loop.timer(max(timeout, 0), priority=-1)
        timer.start(waiter.switch, timer, update=True)
        watcher.start(waiter.switch, watcher)
        try:
            return waiter.get() is watcher
        finally:
            watcher.stop()
            timer.close()
