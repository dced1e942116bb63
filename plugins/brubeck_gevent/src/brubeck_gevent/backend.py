"""`GeventConcurrency`: greenlets on gevent's hub."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import gevent
import gevent.event
import gevent.lock
import gevent.monkey
import gevent.queue
import gevent.thread
import gevent.threadpool
from brubeck_core.builtin.backend_parts import (
    AcceptLoop,
    GreenPool,
    GreenTimeLimit,
    GreenWorld,
    SpawnedTask,
    relay_signals,
)
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_gevent.watchers import HubWaiter, ReadWatch, TimerWatch
from greenlet import (  # type: ignore[import-untyped]
    GreenletExit,
    getcurrent,
    greenlet,
)

if TYPE_CHECKING:
    import socket

    from brubeck_core.interfaces.concurrency import Event, Listener, Lock, Queue, Semaphore

P = ParamSpec("P")
T = TypeVar("T")

#: Modules whose patch Brubeck relies on.
PATCHED = ("os", "queue", "select", "socket", "ssl", "subprocess", "threading", "time")


class GeventConcurrency(Concurrency):
    """Greenlets.

    Args:
        offload_threads: how many real threads `offload` has; it has a pool of its own, so
            that password hashes do not hold up name look-ups in the hub's.
    """

    name = "gevent"
    wsgi_server = "pywsgi"
    needs_patch = True
    engine = ("gevent", "greenlet", "zope")
    task_ends = (KeyboardInterrupt, GreenletExit)

    def __init__(self, offload_threads: int = 10) -> None:
        self._offload_threads = offload_threads
        self._offload_pool: gevent.threadpool.ThreadPool | None = None

    def patch(self) -> None:
        with warnings.catch_warnings():
            # Whether something came too early is Brubeck's to say, at the start of the server.
            warnings.simplefilter("ignore", gevent.monkey.MonkeyPatchWarning)
            gevent.monkey.patch_all()

    def is_patched(self) -> bool:
        return all(map(gevent.monkey.is_module_patched, PATCHED))

    def spawn(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> SpawnedTask[T]:
        hub = gevent.get_hub()
        task = SpawnedTask(self.event(), fn, args, kwargs)
        worker = greenlet(task.run, hub)
        worker.gr_context = copy_context()
        task.interrupt = lambda: hub.loop.run_callback(worker.throw, GreenletExit)
        hub.loop.run_callback(worker.switch)
        return task

    def sleep(self, seconds: float) -> None:
        gevent.sleep(seconds)

    def pool(self, size: int) -> GreenPool:
        hub = gevent.get_hub()
        return GreenPool(
            size,
            GreenWorld(
                new=lambda run: greenlet(run, hub),
                current=getcurrent,
                loop=hub,
                park=hub.switch,
                call_soon=hub.loop.run_callback,
                event=self.event,
                exit=GreenletExit,
            ),
        )

    def timeout(self, seconds: float | None) -> AbstractContextManager[object]:
        if seconds is None:
            return nullcontext()
        return GreenTimeLimit(seconds, gevent.Timeout.start_new, gevent.Timeout.close)

    def offload(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        pool = self._offload_pool
        if pool is None:
            pool = gevent.threadpool.ThreadPool(self._offload_threads)
            self._offload_pool = pool
        if pool.hub is not gevent.get_hub():
            # Some other real thread, which blocks nobody.
            return fn(*args, **kwargs)
        context = copy_context()

        def attempt() -> tuple[T | None, BaseException | None]:
            # The pool would print an exception as well as raise it.
            try:
                return context.run(fn, *args, **kwargs), None
            except BaseException as error:
                return None, error

        value, error = pool.spawn(attempt).get()
        if error is not None:
            raise error
        return cast("T", value)

    def current_id(self) -> int:
        return id(getcurrent())

    def lock(self) -> Lock:
        return cast("Lock", gevent.thread.LockType())

    def event(self) -> Event:
        return cast("Event", gevent.event.Event())

    def semaphore(self, value: int = 1) -> Semaphore:
        return cast("Semaphore", gevent.lock.Semaphore(value))

    def queue(self, maxsize: int = 0) -> Queue:
        return cast("Queue", gevent.queue.Queue(maxsize or None))

    def green_module(self, name: str) -> ModuleType:
        if name == "zmq" or name.startswith("zmq."):
            return import_module("zmq.green" + name.removeprefix("zmq"))
        if name in PATCHED and not gevent.monkey.is_module_patched(name):
            return import_module(f"gevent.{name}")
        return import_module(name)

    def waiter(self, fd: int) -> HubWaiter:
        return HubWaiter(fd)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> TimerWatch:
        return TimerWatch(seconds, callback)

    def watch_readable(self, fd: int, callback: Callable[[], object]) -> ReadWatch:
        return ReadWatch(fd, callback)

    def listen(
        self,
        sock: socket.socket,
        handle: Callable[[Any, Any], object],
        *,
        inline: bool = False,
    ) -> Listener:
        return AcceptLoop(self, sock, handle, inline)

    def on_signals(
        self, signals: Sequence[int], callback: Callable[[int], object]
    ) -> Callable[[], None]:
        # Not the hub's own signal watchers: those replace Python's handlers behind its back,
        # and leave the default action behind when they stop.
        return relay_signals(self, signals, callback)
