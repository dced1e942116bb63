"""The time limit of a block, on backends that can raise an exception where a task waits."""

from __future__ import annotations

from time import monotonic
from types import TracebackType

from brubeck_core.builtin.backend_parts.green_world import GreenWorld


def too_late(seconds: float) -> TimeoutError:
    """Make the error of a block that took longer than `seconds`."""
    return TimeoutError(f"it took longer than the {seconds:g} seconds it was given")


class GreenTimeLimit:
    """Turn a greenlet library's own timer into `TimeoutError`.

    The timer is a `BaseException`: code in the block that catches `Exception` does not
    swallow it.
    """

    __slots__ = ("_ends", "_seconds", "_timer", "_world")

    def __init__(self, seconds: float, world: GreenWorld) -> None:
        self._seconds = seconds
        self._world = world

    def __enter__(self) -> None:
        self._ends = monotonic() + self._seconds
        self._timer = self._world.start_timer(self._seconds)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._world.stop_timer(self._timer)
        if error is self._timer or (error is None and monotonic() >= self._ends):
            raise too_late(self._seconds) from error
