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

if TYPE_CHECKING:
    import socket

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Task(Protocol[T_co]):
    """A piece of spawned work."""

    def result(self, timeout: float | None = None) -> T_co:
        """Wait for the work and return its value or raise its exception.

        Raises `TimeoutError` after `timeout` seconds.
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
    def __exit__(self, *exc: object) -> object: ...


class Event(Protocol):
    def is_set(self) -> bool: ...
    def set(self) -> None: ...
    def clear(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...


class Semaphore(Protocol):
    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> object: ...
    def __exit__(self, *exc: object) -> object: ...


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
        """Run `fn(*args)` if a worker is free; return False at once if none is."""

    def active(self) -> int:
        """Count the pieces of work that are running now."""

    def join(self, timeout: float | None = None) -> bool:
        """Wait until all work has ended; return False if `timeout` seconds were not enough."""


class Watch(Protocol):
    """A standing interest in a file descriptor."""

    def close(self) -> None:
        """Stop watching; the callback is not called again."""


class Listener(Protocol):
    """An accept loop over one listening socket."""

    def start(self) -> None:
        """Begin to accept connections, in the background."""

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
    def pool(self, size: int) -> Pool:
        """Make a pool of at most `size` reused workers.

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

        For work that never waits cooperatively: password hashing, C libraries.
        """

    @abstractmethod
    def current_id(self) -> int:
        """Return a number that identifies the running task among the living ones."""

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
    def wait_readable(self, fd: int, timeout: float | None = None) -> bool:
        """Wait until descriptor `fd` can be read; False after `timeout` seconds."""

    @abstractmethod
    def wait_writable(self, fd: int, timeout: float | None = None) -> bool:
        """Wait until descriptor `fd` can be written; False after `timeout` seconds."""

    @abstractmethod
    def watch_readable(self, fd: int, callback: Callable[[], object]) -> Watch:
        """Call `callback` each time descriptor `fd` is readable, until the watch is closed.

        The callback must not wait: on green backends it runs in the event loop itself.
        """

    @abstractmethod
    def listen(
        self, sock: socket.socket, handle: Callable[[socket.socket, Any], object]
    ) -> Listener:
        """Make an accept loop that calls `handle(client_socket, peer_address)` per connection.

        Each call runs as work of its own; client sockets are non-blocking on green backends.
        """

    @abstractmethod
    def on_signals(
        self, signals: Sequence[int], callback: Callable[[int], object]
    ) -> Callable[[], None]:
        """Call `callback(signal_number)` when the process gets one of `signals`.

        The callback runs as ordinary work that may wait. Returns a function that restores the
        previous handlers. Call it from the main thread.
        """
