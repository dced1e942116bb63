"""Reused worker greenlets: the pool of every backend that runs greenlets.

Creating a greenlet costs ten times a switch into a waiting one (CPython gives each new stack a
chunk of 16 KiB), so a worker that has ended its piece of work stays and waits for the next.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from brubeck_core.builtin.backend_parts.green_world import GreenWorld
from brubeck_core.interfaces.concurrency import Event

logger = logging.getLogger("brubeck.concurrency")

#: A piece of work: the function and its positional arguments.
Job = tuple[Callable[..., object], tuple[Any, ...]]

#: How many idle workers stay. What a burst made beyond them ends with it; one is about 13 KB.
KEEP_IDLE = 1024


class GreenPool:
    """A bounded set of reused worker greenlets, all of one thread."""

    __slots__ = (
        "_call_soon",
        "_count",
        "_current",
        "_idle",
        "_joining",
        "_loop",
        "_queue",
        "_size",
        "_waiting",
        "_world",
    )

    def __init__(self, size: int, world: GreenWorld, waiting: int = 0) -> None:
        if size < 1:
            raise ValueError(f"a pool has at least 1 worker, not {size}")
        self._size = size
        self._waiting = waiting
        self._world = world
        self._current = world.current
        self._loop = world.loop
        self._call_soon = world.call_soon
        self._count = 0
        self._idle: list[Any] = []
        # With an event where somebody waits for the work to begin.
        self._queue: deque[tuple[Job, Event | None]] = deque()
        self._joining: list[Event] = []

    def spawn(self, fn: Callable[..., object], /, *args: Any) -> None:
        if (self._idle or self._count < self._size) and self.try_spawn(fn, *args):
            return
        taken = self._world.event()
        entry = (fn, args), taken
        self._queue.append(entry)
        try:
            taken.wait()
        except BaseException:
            if not taken.is_set():
                self._queue.remove(entry)
            raise

    def try_spawn(self, fn: Callable[..., object], /, *args: Any) -> bool:
        job: object = (fn, args)
        if self._idle:
            worker = self._idle.pop()
        elif self._count < self._size:
            worker = self._world.new(self._work)
            self._count += 1
            # A greenlet keeps what it was started with as long as it lives: a list it can empty.
            job = [job]
        elif len(self._queue) < self._waiting:
            self._queue.append(((fn, args), None))
            return True
        else:
            return False
        # The loop may enter the worker at once: when that one waits, the loop goes on right
        # here. Anybody else has to go on first.
        if self._current() is self._loop:
            worker.switch(job)
        else:
            self._call_soon(worker.switch, job)
        return True

    def active(self) -> int:
        return self._count - len(self._idle) + len(self._queue)

    def join(self, timeout: float | None = None) -> bool:
        if not self.active():
            return True
        ended = self._world.event()
        self._joining.append(ended)
        try:
            return bool(ended.wait(timeout))
        finally:
            self._joining.remove(ended)

    def _work(self, first: list[Job]) -> None:
        me = self._current()
        exit = self._world.exit
        park = self._world.park
        idle = self._idle
        queue = self._queue
        job = first.pop()
        try:
            while True:
                fn, args = job
                try:
                    fn(*args)
                except (KeyboardInterrupt, SystemExit):
                    raise
                except exit:
                    pass
                except BaseException:
                    logger.exception("The work %r of a pool failed", fn)
                # An idle worker must not keep what its work held.
                job = fn = args = None  # type: ignore[assignment]
                me.gr_context = None
                if queue:
                    job, taken = queue.popleft()
                    if taken is not None:
                        taken.set()
                elif len(idle) < KEEP_IDLE:
                    idle.append(me)
                    if self._joining:
                        self._tell_joining()
                    job = park()
                else:
                    return
        finally:
            self._count -= 1
            self._tell_joining()

    def _tell_joining(self) -> None:
        if not self.active():
            for ended in self._joining:
                ended.set()
