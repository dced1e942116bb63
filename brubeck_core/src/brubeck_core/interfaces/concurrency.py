"""The interface of a concurrency backend: who runs the work, and how it waits.

A backend owns its *world*: threads, gevent's greenlets or eventlet's. Connections and stores
ask the backend for everything that waits, and so never import gevent or eventlet. All times
are seconds (float), measured on the monotonic clock.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import ModuleType
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from brubeck_core.errors import ConcurrencyError

if TYPE_CHECKING:
    import socket

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class TaskCancelled(ConcurrencyError):
    """The task whose result was asked for was cancelled."""


class Task(Protocol[T_co]):
    """A piece of spawned work.

    An exception that ends it is raised by `result`, and logged if nobody waits there yet.
    """

    def result(self, timeout: float | None = None) -> T_co:
        """Wait for the work and return its value or raise its exception.

        Raises `TimeoutError` after `timeout` seconds, and `TaskCancelled` for cancelled work.
        """

    def done(self) -> bool:
        """Say whether the work has ended."""

    def cancel(self) -> bool:
        """Stop the work where the backend can, and say whether it was told to stop.

        A greenlet is interrupted where it waits; a thread that has begun cannot be.
        """


class Lock(Protocol):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> object: ...
    def __exit__(self, kind: Any, error: Any, traceback: Any, /) -> object: ...


class Event(Protocol):
    def is_set(self) -> bool: ...
    def set(self) -> None: ...
    def clear(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...


class Semaphore(Protocol):
    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> object: ...
    def __exit__(self, kind: Any, error: Any, traceback: Any, /) -> object: ...


class Queue(Protocol):
    """As `queue.Queue`: `get` raises `queue.Empty` and `put` `queue.Full` at the timeout."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None: ...
    def get(self, block: bool = True, timeout: float | None = None) -> Any: ...
    def qsize(self) -> int: ...


class Pool(Protocol):
    """A bounded set of reused workers.

    Workers are kept: a new greenlet costs ten times a switch into a waiting one.
    """

    def spawn(self, fn: Callable[..., object], /, *args: Any) -> None:
        """Run `fn(*args)` in a worker; wait for a free worker when all are busy.

        An exception of `fn` is logged and does not end the worker.
        """

    def try_spawn(self, fn: Callable[..., object], /, *args: Any) -> bool:
        """Run `fn(*args)` if a worker is free; return False at once if none is.

        Never waits, so callbacks of the event loop may call it; there the work begins before
        it returns, if a worker is free.
        """

    def active(self) -> int:
        """Count the pieces of work that are running now, or wait for a worker."""

    def join(self, timeout: float | None = None) -> bool:
        """Wait until all work has ended; return False if `timeout` seconds were not enough."""


class Watch(Protocol):
    """A standing interest in a descriptor or in a point in time.

    `pause` and `resume` are cheap enough to be called for every request.
    """

    def pause(self) -> None:
        """Do not call back until `resume`."""

    def resume(self) -> None:
        """Call back again. A timer starts anew with its full time, also after it has fired."""

    def close(self) -> None:
        """Call back no more, and let go of everything. Close a watch before its descriptor."""


class Waiter(Protocol):
    """Reusable waits for one descriptor: what a connection keeps as long as it lives.

    One task at a time may wait for each direction.
    """

    def readable(self, timeout: float | None = None) -> bool:
        """Wait until the descriptor can be read; False after `timeout` seconds."""

    def writable(self, timeout: float | None = None) -> bool:
        """Wait until the descriptor can be written; False after `timeout` seconds."""

    def close(self) -> None:
        """Let go of everything. Close a waiter before its descriptor."""


class Listener(Protocol):
    """An accept loop over one listening socket.

    It outlives being out of descriptors or memory: then it rests for a moment and tries again.
    """

    def start(self) -> None:
        """Begin to accept connections, in the background."""

    def pause(self) -> None:
        """Accept nothing until `resume`; new connections wait in the kernel's backlog."""

    def resume(self) -> None:
        """Accept again."""

    def stop(self) -> None:
        """Stop accepting at once and close the listening socket; open connections go on."""


class Concurrency(ABC):
    """What a concurrency backend offers.

    A backend is a small class without state of its own besides what its library holds. The
    suite `brubeck_testkit.concurrency.ConcurrencySuite` says in code what each method must do.
    """

    #: The name used in config: ``concurrency = "gevent"``.
    name: str
    #: The third-party WSGI server that fits this backend, as `server=` of `WSGIConnection`.
    wsgi_server: str = "waitress"
    #: Whether blocking calls of the standard library only wait well after `patch()`.
    needs_patch: bool = False
    #: Whether several tasks run at once, so that what they share needs locks. Greenlets only
    #: change places where they wait.
    preemptive: bool = False
    #: Exceptions that mean "this task is to end": dispatch lets them through.
    task_ends: tuple[type[BaseException], ...] = (KeyboardInterrupt,)
    #: Top-level packages that hold unpatched objects because they bring the patch.
    engine: tuple[str, ...] = ()

    # -- the patch ----------------------------------------------------------------------

    def patch(self) -> None:  # noqa: B027 - nothing to patch is a fine answer
        """Make the standard library's blocking calls cooperative. Called once, first of all."""

    def is_patched(self) -> bool:
        """Say whether this backend's patch is in force in this process."""
        return not self.needs_patch

    # -- work ---------------------------------------------------------------------------

    @abstractmethod
    def spawn(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Task[T]:
        """Run `fn` concurrently, in a copy of the caller's context variables."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Let others run for at least `seconds`; 0 only gives way."""

    @abstractmethod
    def pool(self, size: int, waiting: int = 0) -> Pool:
        """Make a pool of at most `size` reused workers.

        Beyond them, `try_spawn` takes up to `waiting` pieces of work that wait for a worker.
        Work in a pool does *not* inherit the caller's context: each piece starts in an empty
        one, because pools serve requests that have nothing to do with one another.
        """

    @abstractmethod
    def timeout(self, seconds: float | None) -> AbstractContextManager[object]:
        """Raise `TimeoutError` in the block if it takes longer than `seconds`.

        Greenlets are interrupted wherever they wait. A thread cannot be interrupted: there the
        block's waits through this backend (`sleep`, and locks, events, queues and tasks made by
        it) raise, and the end of the block does. None means no limit.
        """

    @abstractmethod
    def offload(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` in a real thread and wait for its value without blocking others.

        For work that never waits cooperatively: password hashing, C libraries. It runs in a copy
        of the caller's context variables, and its exceptions are raised here. Except for `offload`,
        it must not use the backend: an event loop belongs to one thread.
        """

    @abstractmethod
    def call_later(self, seconds: float, callback: Callable[[], object]) -> Watch:
        """Call `callback` once, `seconds` from now; `resume` on the watch starts it anew.

        The callback must not wait: on green backends it runs in the event loop itself, on
        threads in a thread that all watches share. An exception of it is reported.
        """

    @abstractmethod
    def current_id(self) -> int:
        """Return a number that identifies the running task among the living ones."""

    def running(self) -> Any:
        """Return what `interrupt` ends the running piece of work by; None where it cannot."""
        return None

    def interrupt(self, work: Any) -> None:  # noqa: B027 - where nothing can be ended
        """Raise one of `task_ends` where a piece of work waits, which `running` returned there.

        For callbacks of the event loop, and for work that has not ended. None does nothing.
        """

    # -- primitives ---------------------------------------------------------------------

    @abstractmethod
    def lock(self) -> Lock:
        """Make a mutual exclusion lock, not re-entrant."""

    @abstractmethod
    def event(self) -> Event:
        """Make an event flag, cleared."""

    @abstractmethod
    def semaphore(self, value: int = 1) -> Semaphore:
        """Make a counting semaphore."""

    @abstractmethod
    def queue(self, maxsize: int = 0) -> Queue:
        """Make a first-in first-out queue; `maxsize` 0 is unbounded."""

    # -- input and output ---------------------------------------------------------------

    @abstractmethod
    def green_module(self, name: str) -> ModuleType:
        """Import the form of module `name` that cooperates with this backend.

        `green_module("zmq")` is `zmq.green` on gevent, `eventlet.green.zmq` on eventlet, `zmq`
        itself on threads. `green_module("socket")` is the socket module to use.
        Raises `ImportError` when there is none.
        """

    @abstractmethod
    def waiter(self, fd: int) -> Waiter:
        """Make reusable waits for descriptor `fd`."""

    def wait_readable(self, fd: int, timeout: float | None = None) -> bool:
        """Wait until descriptor `fd` can be read; False after `timeout` seconds."""
        waiter = self.waiter(fd)
        try:
            return waiter.readable(timeout)
        finally:
            waiter.close()

    def wait_writable(self, fd: int, timeout: float | None = None) -> bool:
        """Wait until descriptor `fd` can be written; False after `timeout` seconds."""
        waiter = self.waiter(fd)
        try:
            return waiter.writable(timeout)
        finally:
            waiter.close()

    @abstractmethod
    def watch_readable(self, fd: int, callback: Callable[[], object]) -> Watch:
        """Call `callback` each time descriptor `fd` is readable, until the watch is closed.

        A descriptor has at most one watch, and nobody waits for it with a `Waiter` unless the
        watch is paused. The callback must not wait (see `call_later`) and has to take what is
        there, for it is called again while there is more; it may be called for nothing. An
        exception of it is reported and pauses the watch.
        """

    @abstractmethod
    def listen(
        self,
        sock: socket.socket,
        handle: Callable[[Any, Any], object],
        *,
        inline: bool = False,
    ) -> Listener:
        """Make an accept loop that calls `handle(client, peer_address)` per connection.

        Each call runs in a reused worker of its own, with a client socket in the backend's
        blocking style. With `inline` it is a callback that must not wait (see `call_later`), and
        the client is a bare non-blocking `_socket.socket`: `recv_into` and `send` answer at
        once or raise `BlockingIOError`. `handle` owns the client and closes it.
        """

    @abstractmethod
    def on_signals(
        self, signals: Sequence[int], callback: Callable[[int], object]
    ) -> Callable[[], None]:
        """Call `callback(signal_number)` when the process gets one of `signals`.

        The callback runs as ordinary work that may wait. Returns a function that restores the
        previous handlers. Call it from the main thread.
        """
