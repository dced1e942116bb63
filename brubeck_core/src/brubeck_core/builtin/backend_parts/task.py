"""A piece of spawned work, on any backend."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from brubeck_core.interfaces.concurrency import Event, TaskCancelled

T = TypeVar("T")

logger = logging.getLogger("brubeck.concurrency")


class SpawnedTask(Generic[T]):
    """Carry the outcome of `fn(*args, **kwargs)` from whoever calls `run` to `result`.

    Args:
        event: a fresh event of the backend.
        interrupt: raise an exception where `run` waits; None when the backend cannot.
    """

    __slots__ = ("_call", "_cancelled", "_error", "_event", "_value", "_waiting", "interrupt")

    def __init__(
        self,
        event: Event,
        fn: Callable[..., T],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        self.interrupt: Callable[[], object] | None = None
        self._event = event
        self._call: tuple[Callable[..., T], tuple[Any, ...], Mapping[str, Any]] | None
        self._call = fn, args, kwargs
        self._value: T
        self._error: BaseException | None = None
        self._cancelled = False
        self._waiting = 0

    def run(self) -> None:
        """Do the work. `KeyboardInterrupt` and `SystemExit` also go on to the caller."""
        assert self._call is not None
        fn, args, kwargs = self._call
        self._call = None
        try:
            if self._cancelled:
                raise TaskCancelled("the task was cancelled before it began")
            self._value = fn(*args, **kwargs)
        except BaseException as error:
            self._fail(error, fn)
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
        finally:
            self._event.set()

    def result(self, timeout: float | None = None) -> T:
        self._waiting += 1
        try:
            if not self._event.wait(timeout):
                raise TimeoutError(f"the task has no result after {timeout:g} seconds")
        finally:
            self._waiting -= 1
        if self._error is not None:
            raise self._error
        return self._value

    def done(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> bool:
        if self.interrupt is None or self._event.is_set():
            return False
        self._cancelled = True
        if self._call is None:
            self.interrupt()
        return True

    def _fail(self, error: BaseException, fn: Callable[..., T]) -> None:
        if self._cancelled:
            if not isinstance(error, TaskCancelled):
                error, cause = TaskCancelled("the task was cancelled"), error
                error.__cause__ = cause
        elif not self._waiting:
            logger.error("The spawned work %r failed", fn, exc_info=error)
        self._error = error
