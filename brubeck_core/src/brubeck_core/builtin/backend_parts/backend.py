"""Base classes of backends, for what can be said in terms of the rest of the interface."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from brubeck_core.builtin.backend_parts.accept_loop import AcceptLoop
from brubeck_core.builtin.backend_parts.green_pool import GreenPool
from brubeck_core.builtin.backend_parts.green_world import GreenWorld
from brubeck_core.builtin.backend_parts.signal_relay import relay_signals
from brubeck_core.builtin.backend_parts.task import SpawnedTask
from brubeck_core.builtin.backend_parts.time_limit import GreenTimeLimit
from brubeck_core.interfaces.concurrency import Concurrency

if TYPE_CHECKING:
    import socket

    from brubeck_core.interfaces.concurrency import Listener

P = ParamSpec("P")
T = TypeVar("T")


class Backend(Concurrency):
    """A backend whose watches and spawned work serve listeners and signals too."""

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


class GreenBackend(Backend):
    """A backend of greenlets: all work runs in the thread of one event loop."""

    needs_patch = True

    @abstractmethod
    def world(self) -> GreenWorld:
        """Return the primitives of this thread's event loop."""

    def spawn(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> SpawnedTask[T]:
        world = self.world()
        task = SpawnedTask(self.event(), fn, args, kwargs)
        worker = world.new(task.run)
        worker.gr_context = copy_context()
        task.interrupt = partial(world.call_soon, worker.throw, world.exit)
        world.call_soon(worker.switch)
        return task

    def pool(self, size: int, waiting: int = 0) -> GreenPool:
        return GreenPool(size, self.world(), waiting)

    def timeout(self, seconds: float | None) -> AbstractContextManager[object]:
        return nullcontext() if seconds is None else GreenTimeLimit(seconds, self.world())

    def current_id(self) -> int:
        return id(self.world().current())

    def running(self) -> Any:
        return self.world().current()

    def interrupt(self, work: Any) -> None:
        if work is not None:
            work.throw(self.world().exit)
