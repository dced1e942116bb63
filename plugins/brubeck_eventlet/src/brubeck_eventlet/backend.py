"""`EventletConcurrency`: greenlets on eventlet's hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from brubeck_core.builtin.backend_parts import (
    AcceptLoop,
    GreenPool,
    GreenTimeLimit,
    GreenWorld,
    SpawnedTask,
    relay_signals,
)
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_eventlet import _engine as engine
from brubeck_eventlet.watchers import HubWaiter, ReadWatch, TimerWatch
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

#: Eventlet's names of the patches Brubeck relies on.
PATCHED = ("os", "select", "socket", "subprocess", "thread", "time")

#: Modules that eventlet has in a cooperative form, and where.
GREEN = {name: name for name in ("os", "select", "socket", "ssl", "subprocess", "time")} | {
    "queue": "Queue",
    "threading": "threading",
    "zmq": "zmq",
}


class EventletConcurrency(Concurrency):
    """Greenlets.

    Args:
        offload_threads: how many real threads `offload` has; None leaves it to eventlet, which
            has 20 or what the environment variable EVENTLET_THREADPOOL_SIZE says.
    """

    name = "eventlet"
    wsgi_server = "eventlet"
    needs_patch = True
    engine = ("eventlet", "greenlet", "dns")

    def __init__(self, offload_threads: int | None = None) -> None:
        if offload_threads is not None:
            engine.tpool.set_num_threads(offload_threads)

    def patch(self) -> None:
        engine.eventlet.monkey_patch()

    def is_patched(self) -> bool:
        return all(map(engine.patcher.is_monkey_patched, PATCHED))

    def spawn(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> SpawnedTask[T]:
        hub = engine.hubs.get_hub()
        task = SpawnedTask(self.event(), fn, args, kwargs)
        worker = greenlet(task.run, hub.greenlet)
        worker.gr_context = copy_context()
        task.interrupt = partial(hub.schedule_call_global, 0, worker.throw, GreenletExit)
        hub.schedule_call_global(0, worker.switch)
        return task

    def sleep(self, seconds: float) -> None:
        engine.eventlet.sleep(seconds)

    def pool(self, size: int) -> GreenPool:
        hub = engine.hubs.get_hub()
        return GreenPool(
            size,
            GreenWorld(
                new=lambda run: greenlet(run, hub.greenlet),
                current=getcurrent,
                loop=hub.greenlet,
                park=hub.switch,
                call_soon=partial(hub.schedule_call_global, 0),
                event=self.event,
                exit=GreenletExit,
            ),
        )

    def timeout(self, seconds: float | None) -> AbstractContextManager[object]:
        if seconds is None:
            return nullcontext()
        timer = engine.eventlet.Timeout
        return GreenTimeLimit(seconds, timer, timer.cancel)

    def offload(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        context = copy_context()

        def attempt() -> tuple[T | None, BaseException | None]:
            # A worker of eventlet's thread pool dies of some exceptions, and its caller waits on.
            try:
                return context.run(fn, *args, **kwargs), None
            except BaseException as error:
                return None, error

        value, error = engine.tpool.execute(attempt)
        if error is not None:
            raise error
        return cast("T", value)

    def current_id(self) -> int:
        return id(getcurrent())

    def lock(self) -> Lock:
        return cast("Lock", engine.lock.Lock())

    def event(self) -> Event:
        return cast("Event", engine.green_threading.Event())

    def semaphore(self, value: int = 1) -> Semaphore:
        return cast("Semaphore", engine.semaphore.Semaphore(value))

    def queue(self, maxsize: int = 0) -> Queue:
        return cast("Queue", engine.queue.Queue(maxsize or None))

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
        return relay_signals(self, signals, callback)
