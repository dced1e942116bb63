"""The time limit of a block on threads, and the primitives whose waits honour it.

A thread cannot be interrupted from outside. So the limit is a context variable, and every wait
of this backend ends at the nearest one.
"""

from __future__ import annotations

import queue
import threading
import time
from contextvars import ContextVar, Token
from time import monotonic
from typing import Any

from brubeck_core.builtin.backend_parts import too_late


class Deadline:
    """A context manager: waits of the block raise `TimeoutError` when `seconds` are over."""

    __slots__ = ("_token", "ends", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        self.ends = monotonic() + self.seconds
        outer = nearest_deadline.get()
        sooner = outer if outer is not None and outer.ends <= self.ends else self
        self._token: Token[Deadline | None] = nearest_deadline.set(sooner)

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        nearest_deadline.reset(self._token)
        if error is None and monotonic() >= self.ends:
            raise too_late(self.seconds)


#: The deadline that ends first, of all the blocks the running code is in.
nearest_deadline: ContextVar[Deadline | None] = ContextVar("brubeck_deadline", default=None)


def limit(timeout: float | None) -> tuple[float | None, Deadline | None]:
    """Return how long to wait at most, and the deadline that is over if that was in vain."""
    deadline = nearest_deadline.get()
    if deadline is None:
        return timeout, None
    left = max(0.0, deadline.ends - monotonic())
    if timeout is not None and timeout <= left:
        return timeout, None
    return left, deadline


def outcome(success: bool, deadline: Deadline | None) -> bool:
    """Return `success`, or raise if it failed because `deadline` is over."""
    if not success and deadline is not None:
        raise too_late(deadline.seconds)
    return success


def sleep(seconds: float) -> None:
    """Sleep as `time.sleep`, until the nearest deadline."""
    timeout, deadline = limit(seconds)
    time.sleep(timeout or 0)
    outcome(False, deadline)


class Lock:
    """A lock whose waits end with the time limit of the block they are in."""

    __slots__ = ("_lock", "release")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.release = self._lock.release

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self._lock.acquire(blocking=False):
            return True
        if not blocking:
            return False
        allowed, deadline = limit(None if timeout < 0 else timeout)
        return outcome(self._lock.acquire(timeout=-1 if allowed is None else allowed), deadline)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.release()


class Event(threading.Event):
    """An event whose waits end with the time limit of the block they are in."""

    def wait(self, timeout: float | None = None) -> bool:
        allowed, deadline = limit(timeout)
        return outcome(super().wait(allowed), deadline)


class Semaphore(threading.Semaphore):
    """A semaphore whose waits end with the time limit of the block they are in."""

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if not blocking:
            return super().acquire(blocking=False)
        allowed, deadline = limit(timeout)
        return outcome(super().acquire(timeout=allowed), deadline)

    __enter__ = acquire


class Queue(queue.Queue[Any]):
    """A queue whose waits end with the time limit of the block they are in."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        allowed, deadline = limit(timeout) if block else (None, None)
        try:
            super().put(item, block, allowed)
        except queue.Full:
            outcome(False, deadline)
            raise

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        allowed, deadline = limit(timeout) if block else (None, None)
        try:
            return super().get(block, allowed)
        except queue.Empty:
            outcome(False, deadline)
            raise
