"""Watches and timers on threads: one thread that waits for all of them.

It is what the event loop is to greenlets, and is started by the first watch.
"""

from __future__ import annotations

import _socket
import heapq
import itertools
import logging
import os
import selectors
import threading
from collections.abc import Callable
from time import monotonic

logger = logging.getLogger("brubeck.concurrency")

#: Selectors that notice a change made by another thread while they wait.
_LIVE = tuple(
    getattr(selectors, name)
    for name in ("EpollSelector", "KqueueSelector")
    if hasattr(selectors, name)
)


class Watching(threading.Thread):
    """Wait for descriptors and points in time, and call back."""

    def __init__(self) -> None:
        super().__init__(name="brubeck-watching", daemon=True)
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.selector = selectors.DefaultSelector()
        self._wakes_itself = isinstance(self.selector, _LIVE)
        self._heap: list[tuple[float, int, TimerWatch]] = []
        self._closed_timers = 0
        self._numbers = itertools.count()
        self._reader, self._writer = _socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self.selector.register(self._reader, selectors.EVENT_READ)
        self.start()

    def changed(self) -> None:
        """Tell the selector about a registration made by another thread; hold the lock."""
        if not self._wakes_itself:
            self._wake()

    def push(self, when: float, timer: TimerWatch) -> None:
        """Note that `timer` has to be looked at then; hold the lock."""
        heapq.heappush(self._heap, (when, next(self._numbers), timer))
        if self._heap[0][2] is timer:
            self._wake()

    def timer_closed(self) -> None:
        """Forget closed timers once they are the greater part; hold the lock."""
        self._closed_timers += 1
        if self._closed_timers > 64 and self._closed_timers * 2 > len(self._heap):
            self._closed_timers = 0
            self._heap = [entry for entry in self._heap if not entry[2].closed]
            heapq.heapify(self._heap)

    def run(self) -> None:
        while True:
            for key, _ in self.selector.select(self._seconds_to_next()):
                if key.data is not None:
                    key.data.fire()
                else:
                    self._drain()
            self._fire_timers()

    def _seconds_to_next(self) -> float | None:
        with self.lock:
            return max(0.0, self._heap[0][0] - monotonic()) if self._heap else None

    def _fire_timers(self) -> None:
        now = monotonic()
        while True:
            with self.lock:
                if not self._heap or self._heap[0][0] > now:
                    return
                timer = heapq.heappop(self._heap)[2]
                due = timer.due(now)
            if due:
                call(timer.callback)

    def _wake(self) -> None:
        if threading.current_thread() is not self:
            try:
                self._writer.send(b"!")
            except BlockingIOError:
                pass

    def _drain(self) -> None:
        try:
            self._reader.recv(512)
        except BlockingIOError:
            pass


class ReadWatch:
    """Interest in a descriptor.

    A pause is only noted: the descriptor leaves the selector when it turns out readable
    meanwhile, so that pausing for the time of a request mostly costs no system call.
    """

    __slots__ = ("_callback", "_closed", "_fd", "_owner", "_paused", "_registered")

    def __init__(self, owner: Watching, fd: int, callback: Callable[[], object]) -> None:
        self._owner = owner
        self._fd = fd
        self._callback = callback
        self._closed = False
        self._paused = True
        self._registered = False
        self.resume()

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        with self._owner.lock:
            if self._closed:
                return
            self._paused = False
            if not self._registered:
                self._owner.selector.register(self._fd, selectors.EVENT_READ, self)
                self._registered = True
                self._owner.changed()

    def close(self) -> None:
        with self._owner.lock:
            self._closed = self._paused = True
            self._unregister()

    def fire(self) -> None:
        if self._paused:
            with self._owner.lock:
                if self._paused:
                    self._unregister()
        elif not call(self._callback):
            self.pause()

    def _unregister(self) -> None:
        if self._registered:
            self._registered = False
            self._owner.selector.unregister(self._fd)


class TimerWatch:
    """A point in time that can be moved: the heap keeps the earlier entry and asks again then."""

    __slots__ = ("_deadline", "_owner", "_queued", "_seconds", "callback", "closed")

    def __init__(self, owner: Watching, seconds: float, callback: Callable[[], object]) -> None:
        self._owner = owner
        self._seconds = seconds
        self._deadline: float | None = None
        self._queued = False
        self.callback = callback
        self.closed = False
        self.resume()

    def pause(self) -> None:
        self._deadline = None

    def resume(self) -> None:
        with self._owner.lock:
            if self.closed:
                return
            self._deadline = monotonic() + self._seconds
            if not self._queued:
                self._queued = True
                self._owner.push(self._deadline, self)

    def close(self) -> None:
        with self._owner.lock:
            self._deadline = None
            if not self.closed:
                self.closed = True
                if self._queued:
                    self._owner.timer_closed()

    def due(self, now: float) -> bool:
        """Say whether to call back now; otherwise queue again if there is a later deadline."""
        self._queued = False
        deadline = self._deadline
        if deadline is None:
            return False
        if deadline > now:
            self._queued = True
            self._owner.push(deadline, self)
            return False
        self._deadline = None
        return True


def call(callback: Callable[[], object]) -> bool:
    """Call back, log an exception, and say whether there was none."""
    try:
        callback()
    except BaseException:
        logger.exception("The callback %r of a watch failed", callback)
        return False
    return True
