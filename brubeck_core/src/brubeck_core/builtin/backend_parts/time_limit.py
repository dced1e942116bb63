"""The time limit of a block, on backends that can raise an exception where a task waits."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from types import TracebackType


def too_late(seconds: float) -> TimeoutError:
    """Make the error of a block that took longer than `seconds`."""
    return TimeoutError(f"it took longer than the {seconds:g} seconds it was given")


class GreenTimeLimit:
    """Turn a greenlet library's own timer into `TimeoutError`.

    Args:
        seconds: what the block may take.
        start: start a timer that raises *itself*, a `BaseException`, in the current greenlet:
            code in the block that catches `Exception` does not swallow it.
        stop: end that timer.
    """

    __slots__ = ("_ends", "_seconds", "_start", "_stop", "_timer")

    def __init__(
        self,
        seconds: float,
        start: Callable[[float], BaseException],
        stop: Callable[[BaseException], object],
    ) -> None:
        self._seconds = seconds
        self._start = start
        self._stop = stop

    def __enter__(self) -> None:
        self._ends = monotonic() + self._seconds
        self._timer = self._start(self._seconds)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop(self._timer)
        if error is self._timer or (error is None and monotonic() >= self._ends):
            raise too_late(self._seconds) from error
