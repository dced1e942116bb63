"""A bounded set of reused worker threads."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from contextvars import Context
from queue import SimpleQueue
from typing import Any

from brubeck_core.builtin.threads.deadline import limit, outcome

logger = logging.getLogger("brubeck.concurrency")

_numbers = itertools.count(1)


class ThreadPool:
    """Grow to `size` daemon threads as work comes in, and keep them."""

    def __init__(self, size: int, waiting: int = 0) -> None:
        if size < 1:
            raise ValueError(f"a pool has at least 1 worker, not {size}")
        self._size = size
        self._room = size + waiting
        self._threads = 0
        self._active = 0
        self._waiting = 0
        self._ended = threading.Condition(threading.Lock())
        self._jobs: SimpleQueue[tuple[Callable[..., object], tuple[Any, ...]]] = SimpleQueue()

    def spawn(self, fn: Callable[..., object], /, *args: Any) -> None:
        with self._ended:
            self._wait(lambda: self._active < self._size, None)
            self._begin(fn, args)

    def try_spawn(self, fn: Callable[..., object], /, *args: Any) -> bool:
        with self._ended:
            if self._active >= self._room:
                return False
            self._begin(fn, args)
        return True

    def active(self) -> int:
        return self._active

    def join(self, timeout: float | None = None) -> bool:
        with self._ended:
            return self._wait(lambda: self._active == 0, timeout)

    def _wait(self, condition: Callable[[], bool], timeout: float | None) -> bool:
        allowed, deadline = limit(timeout)
        self._waiting += 1
        try:
            return outcome(self._ended.wait_for(condition, allowed), deadline)
        finally:
            self._waiting -= 1

    def _begin(self, fn: Callable[..., object], args: tuple[Any, ...]) -> None:
        self._active += 1
        self._jobs.put((fn, args))
        if self._threads < min(self._active, self._size):
            self._threads += 1
            name = f"brubeck-worker-{next(_numbers)}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        while True:
            fn, args = self._jobs.get()
            try:
                Context().run(fn, *args)
            except BaseException:
                logger.exception("The work %r of a pool failed", fn)
            # An idle worker must not keep what its work held.
            del fn, args
            with self._ended:
                self._active -= 1
                if self._waiting:
                    self._ended.notify_all()
