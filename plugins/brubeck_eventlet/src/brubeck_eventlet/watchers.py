"""Watches and waits on the hub."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from brubeck_eventlet import _engine

logger = logging.getLogger("brubeck.concurrency")

#: The real module, whose poll answers at once when it is told to.
_select = _engine.patcher.original("select")


class ReadWatch:
    """A listener of the hub."""

    __slots__ = ("_callback", "_closed", "_fd", "_hub", "_listener")

    def __init__(self, fd: int, callback: Callable[[], object]) -> None:
        self._fd = fd
        self._callback = callback
        self._hub = _engine.hubs.get_hub()
        self._listener: Any = None
        self._closed = False
        self.resume()

    def pause(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            try:
                self._hub.remove(listener)
            except KeyError:
                # The hub has dropped it by itself: the descriptor is bad.
                pass

    def resume(self) -> None:
        if self._listener is None and not self._closed:
            hub = self._hub
            self._listener = hub.add(hub.READ, self._fd, self._ready, _obsolete, None)

    def close(self) -> None:
        self._closed = True
        self.pause()

    def _ready(self, fd: int) -> None:
        # The hub calls all that were ready at once, also what another callback has paused.
        if self._listener is None:
            return
        try:
            self._callback()
        except Exception:
            # The hub would drop the descriptor with everybody who waits for it.
            logger.exception("The callback %r of a watch failed", self._callback)
            self.pause()


class TimerWatch:
    """A timer of the hub that can be moved: it stays where it is, and starts again when it fires.

    Moving it costs nothing but a look at the clock, whatever the hub's timers are.
    """

    __slots__ = ("_callback", "_closed", "_deadline", "_hub", "_seconds", "_timer")

    def __init__(self, seconds: float, callback: Callable[[], object]) -> None:
        self._seconds = seconds
        self._callback = callback
        self._hub = _engine.hubs.get_hub()
        self._deadline: float | None = None
        self._timer: Any = None
        self._closed = False
        self.resume()

    def pause(self) -> None:
        self._deadline = None

    def resume(self) -> None:
        if self._closed:
            return
        self._deadline = self._hub.clock() + self._seconds
        if self._timer is None:
            self._start(self._seconds)

    def close(self) -> None:
        self._closed = True
        self._deadline = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self, seconds: float) -> None:
        self._timer = self._hub.schedule_call_global(seconds, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        left = self._deadline - self._hub.clock()
        if left > 0:
            self._start(left)
        else:
            self._deadline = None
            self._callback()


class HubWaiter:
    """Waits for one descriptor."""

    __slots__ = ("_fd",)

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def readable(self, timeout: float | None = None) -> bool:
        return self._wait({"read": True}, _select.POLLIN, timeout)

    def writable(self, timeout: float | None = None) -> bool:
        return self._wait({"write": True}, _select.POLLOUT, timeout)

    def close(self) -> None:
        """Nothing is held: the hub has listeners only while somebody waits."""

    def _wait(self, direction: dict[str, bool], event: int, timeout: float | None) -> bool:
        if timeout is not None and timeout <= 0:
            # The hub would let the timer win.
            poller = _select.poll()
            poller.register(self._fd, event)
            return bool(poller.poll(0))
        try:
            _engine.hubs.trampoline(self._fd, **direction, timeout=timeout, timeout_exc=_Expired)
        except _Expired:
            return False
        return True


class _Expired(BaseException):
    """Thrown into a wait by its own timer."""


def _obsolete(error: BaseException) -> None:
    """Hear from the hub that a watched descriptor was closed and opened anew as another."""
