"""Places for so many tasks at once, of which none is lost when a task is ended where it waits.

Semaphores and queues of the standard library are made of conditions, in which a greenlet may be
ended at any step, also while it gives its place back. Here a task waits at one point alone.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from queue import Empty, Full
from time import monotonic
from typing import Any


class Places:
    """A counting semaphore.

    Args:
        free: how many places there are at first.
    """

    def __init__(self, free: int) -> None:
        # Lists and deques change in one step of the interpreter, so that there is no lock.
        self._free = [None] * free
        self._waiting: deque[Any] = deque()

    def acquire(self, timeout: float) -> bool:
        """Take a place, waiting up to `timeout` seconds for one; say whether there was one."""
        deadline = monotonic() + timeout
        while True:
            with suppress(IndexError):
                self._free.pop()
                return True
            if not self._wait(deadline):
                return False

    def release(self) -> None:
        """Give a place back, or add one."""
        self._free.append(None)
        self._wake()

    def _wait(self, deadline: float) -> bool:
        turn = threading.Lock()
        turn.acquire()
        self._waiting.append(turn)
        woken = False
        try:
            # A place that became free just before would wake nobody.
            woken = bool(self._free) or turn.acquire(timeout=max(0.0, deadline - monotonic()))
        finally:
            with suppress(ValueError):
                self._waiting.remove(turn)
            if not woken:
                # Maybe it was this one's turn nevertheless: it is the next one's now.
                self._wake()
        return woken

    def _wake(self) -> None:
        if self._free:
            with suppress(IndexError):
                self._waiting.popleft().release()


class Stack:
    """As much of `queue.LifoQueue` as the pool of the library uses.

    Args:
        size: how many things it takes.
    """

    def __init__(self, size: int) -> None:
        #: What is in it, under the name the library knows.
        self.queue: list[Any] = []
        self._size = size
        self._places = Places(0)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take what was put last, waiting up to `timeout` seconds; raises `queue.Empty`."""
        if not self._places.acquire(timeout or 0.0):
            raise Empty
        return self.queue.pop()

    def put_nowait(self, thing: Any) -> None:
        """Put something on top; raises `queue.Full`."""
        if len(self.queue) >= self._size:
            raise Full
        self.queue.append(thing)
        self._places.release()
