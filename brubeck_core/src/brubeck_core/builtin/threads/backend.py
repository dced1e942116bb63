"""`Threads`: a thread per piece of work, and the standard library as it is."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from importlib import import_module
from math import ceil
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from brubeck_core.builtin.backend_parts import Backend, SpawnedTask
from brubeck_core.builtin.threads import deadline
from brubeck_core.builtin.threads.pool import ThreadPool
from brubeck_core.builtin.threads.watching import ReadWatch, TimerWatch, Watching

if TYPE_CHECKING:
    from types import ModuleType

    from brubeck_core.interfaces.concurrency import Event, Lock, Semaphore

P = ParamSpec("P")
T = TypeVar("T")


class Threads(Backend):
    """The reference backend.

    Everything waits well without a patch, and work in C runs in parallel. It costs a thread per
    piece of work, and a thread that waits outside of this backend cannot be interrupted.
    """

    name = "threads"
    preemptive = True
    wsgi_server = "waitress"

    def __init__(self) -> None:
        self._watching_lock = threading.Lock()
        self._watching: Watching | None = None

    def spawn(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> SpawnedTask[T]:
        task = SpawnedTask(self.event(), fn, args, kwargs)
        context = copy_context()
        # The caller's time limit is its own.
        context.run(deadline.nearest_deadline.set, None)
        threading.Thread(target=context.run, args=(task.run,), daemon=True).start()
        return task

    def sleep(self, seconds: float) -> None:
        deadline.sleep(seconds)

    def pool(self, size: int, waiting: int = 0) -> ThreadPool:
        return ThreadPool(size, waiting)

    def timeout(self, seconds: float | None) -> AbstractContextManager[object]:
        return nullcontext() if seconds is None else deadline.Deadline(seconds)

    def offload(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        # The caller has a real thread to itself already.
        return fn(*args, **kwargs)

    def current_id(self) -> int:
        return threading.get_ident()

    def lock(self) -> Lock:
        return deadline.Lock()

    def event(self) -> Event:
        return deadline.Event()

    def semaphore(self, value: int = 1) -> Semaphore:
        return deadline.Semaphore(value)

    def queue(self, maxsize: int = 0) -> deadline.Queue:
        return deadline.Queue(maxsize)

    def green_module(self, name: str) -> ModuleType:
        return import_module(name)

    def waiter(self, fd: int) -> PollWaiter:
        return PollWaiter(fd)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> TimerWatch:
        return TimerWatch(self._watcher(), seconds, callback)

    def watch_readable(self, fd: int, callback: Callable[[], object]) -> ReadWatch:
        return ReadWatch(self._watcher(), fd, callback)

    def _watcher(self) -> Watching:
        with self._watching_lock:
            # A forked child has the object, but not its thread.
            if self._watching is None or self._watching.pid != os.getpid():
                self._watching = Watching()
            return self._watching


class PollWaiter:
    """Waits for one descriptor with poll(2): any descriptor number, no descriptor of its own."""

    __slots__ = ("_fd", "_read", "_write")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._read: select.poll | None = None
        self._write: select.poll | None = None

    def readable(self, timeout: float | None = None) -> bool:
        if self._read is None:
            self._read = select.poll()
            self._read.register(self._fd, select.POLLIN)
        return _poll(self._read, timeout)

    def writable(self, timeout: float | None = None) -> bool:
        if self._write is None:
            self._write = select.poll()
            self._write.register(self._fd, select.POLLOUT)
        return _poll(self._write, timeout)

    def close(self) -> None:
        self._read = self._write = None


def _poll(poller: select.poll, timeout: float | None) -> bool:
    allowed, over = deadline.limit(timeout)
    # Rounded up: a wait may not end before its time.
    milliseconds = None if allowed is None else ceil(allowed * 1000)
    return deadline.outcome(bool(poller.poll(milliseconds)), over)
