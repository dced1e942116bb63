"""`GeventConcurrency`: greenlets on gevent's hub."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextvars import copy_context
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

import gevent
import gevent.event
import gevent.lock
import gevent.monkey
import gevent.queue
import gevent.thread
import gevent.threadpool
from brubeck_core.builtin.backend_parts import GreenBackend, GreenWorld, Outcome
from brubeck_gevent.watchers import HubWaiter, ReadWatch, TimerWatch
from greenlet import (  # type: ignore[import-untyped]
    GreenletExit,
    getcurrent,
    greenlet,
)

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Event, Lock, Queue, Semaphore

P = ParamSpec("P")
T = TypeVar("T")

#: Modules whose patch Brubeck relies on.
PATCHED = ("os", "queue", "select", "socket", "ssl", "subprocess", "threading", "time")


class GeventConcurrency(GreenBackend):
    """Greenlets.

    Args:
        offload_threads: how many real threads `offload` has; it has a pool of its own, so
            that password hashes do not hold up name look-ups in the hub's.
    """

    name = "gevent"
    wsgi_server = "pywsgi"
    engine = ("gevent", "greenlet", "zope")
    task_ends = (KeyboardInterrupt, GreenletExit)

    def __init__(self, offload_threads: int = 10) -> None:
        self._offload_threads = offload_threads
        self._world: GreenWorld | None = None
        self._offload_pool: gevent.threadpool.ThreadPool | None = None

    def patch(self) -> None:
        with warnings.catch_warnings():
            # Whether something came too early is Brubeck's to say, at the start of the server.
            warnings.simplefilter("ignore", gevent.monkey.MonkeyPatchWarning)
            gevent.monkey.patch_all()

    def is_patched(self) -> bool:
        return all(map(gevent.monkey.is_module_patched, PATCHED))

    def world(self) -> GreenWorld:
        hub = gevent.get_hub()
        if self._world is None or self._world.loop is not hub:
            self._world = GreenWorld(
                new=lambda run: greenlet(run, hub),
                current=getcurrent,
                loop=hub,
                park=hub.switch,
                call_soon=hub.loop.run_callback,
                event=self.event,
                exit=GreenletExit,
                start_timer=gevent.Timeout.start_new,
                stop_timer=gevent.Timeout.close,
            )
        return self._world

    def sleep(self, seconds: float) -> None:
        gevent.sleep(seconds)

    def offload(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        pool = self._offload_pool
        if pool is None:
            pool = gevent.threadpool.ThreadPool(self._offload_threads)
            self._offload_pool = pool
        if pool.hub is not gevent.get_hub():
            # Some other real thread, which blocks nobody.
            return fn(*args, **kwargs)
        outcome = pool.spawn(Outcome, copy_context().run, fn, *args, **kwargs).get()
        return cast("Outcome[T]", outcome).get()

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
