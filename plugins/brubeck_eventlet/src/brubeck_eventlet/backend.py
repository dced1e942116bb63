"""`EventletConcurrency`: greenlets on eventlet's hub."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from brubeck_core.builtin.backend_parts import GreenBackend, GreenWorld, Outcome
from brubeck_eventlet import _engine
from brubeck_eventlet.watchers import HubWaiter, ReadWatch, TimerWatch
from greenlet import (  # type: ignore[import-untyped]
    GreenletExit,
    getcurrent,
    greenlet,
)

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Event, Lock, Queue, Semaphore

P = ParamSpec("P")
T = TypeVar("T")

#: Eventlet's names of the patches Brubeck relies on.
PATCHED = ("os", "select", "socket", "subprocess", "thread", "time")

#: Modules that eventlet has in a cooperative form, and where.
GREEN = {name: name for name in ("os", "select", "socket", "ssl", "subprocess", "time")} | {
    "queue": "Queue",
    "threading": "threading",
    "zmq": "zmq",
}


class EventletConcurrency(GreenBackend):
    """Greenlets.

    Args:
        offload_threads: how many real threads `offload` has; None leaves it to eventlet, which
            has 20 or what the environment variable EVENTLET_THREADPOOL_SIZE says.
    """

    name = "eventlet"
    wsgi_server = "eventlet"
    engine = ("eventlet", "greenlet", "dns")
    task_ends = (KeyboardInterrupt, GreenletExit)

    def __init__(self, offload_threads: int | None = None) -> None:
        self._world: GreenWorld | None = None
        if offload_threads is not None:
            _engine.tpool.set_num_threads(offload_threads)

    def patch(self) -> None:
        _engine.eventlet.monkey_patch()

    def is_patched(self) -> bool:
        return all(map(_engine.patcher.is_monkey_patched, PATCHED))

    def world(self) -> GreenWorld:
        hub = _engine.hubs.get_hub()
        if self._world is None or self._world.loop is not hub.greenlet:
            timer = _engine.eventlet.Timeout
            self._world = GreenWorld(
                new=lambda run: greenlet(run, hub.greenlet),
                current=getcurrent,
                loop=hub.greenlet,
                park=hub.switch,
                call_soon=partial(hub.schedule_call_global, 0),
                event=self.event,
                exit=GreenletExit,
                start_timer=timer,
                stop_timer=timer.cancel,
            )
        return self._world

    def sleep(self, seconds: float) -> None:
        _engine.eventlet.sleep(seconds)

    def offload(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        outcome = _engine.tpool.execute(Outcome, copy_context().run, fn, *args, **kwargs)
        return cast("Outcome[T]", outcome).get()

    def lock(self) -> Lock:
        return cast("Lock", _engine.lock.Lock())

    def event(self) -> Event:
        return cast("Event", _engine.green_threading.Event())

    def semaphore(self, value: int = 1) -> Semaphore:
        return cast("Semaphore", _engine.semaphore.Semaphore(value))

    def queue(self, maxsize: int = 0) -> Queue:
        return cast("Queue", _engine.queue.Queue(maxsize or None))

    def green_module(self, name: str) -> ModuleType:
        # A patched module is the cooperative one, and has the names that eventlet leaves out.
        if name in GREEN and (name == "zmq" or not self.is_patched()):
            return import_module(f"eventlet.green.{GREEN[name]}")
        return import_module(name)

    def waiter(self, fd: int) -> HubWaiter:
        return HubWaiter(fd)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> TimerWatch:
        return TimerWatch(seconds, callback)

    def watch_readable(self, fd: int, callback: Callable[[], object]) -> ReadWatch:
        return ReadWatch(fd, callback)
