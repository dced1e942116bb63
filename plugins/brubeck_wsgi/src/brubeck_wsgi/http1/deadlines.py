"""Deadlines of many connections for the price of one timer."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency, Watch

NEVER = float("inf")

# How long a connection that is busy now waits to be looked at again, in seconds.
_BUSY_CHECK = 60


class Timed(Protocol):
    """What has a deadline."""

    #: When to call `expire`; on the monotonic clock, or `NEVER`.
    deadline: float
    #: The second in whose bucket it waits; 0 for none.
    due: int

    def expire(self) -> None:
        """Act on the deadline."""


class Deadlines:
    """Buckets of one second each.

    Moving a deadline later is one attribute write: the bucket is looked at when it is due, and
    what has moved is put into a later one. Only moving it earlier needs `hasten`. Deadlines are
    kept to within a second.
    """

    def __init__(self, concurrency: Concurrency) -> None:
        self._concurrency = concurrency
        self._buckets: dict[int, set[Timed]] = {}
        self._timer: Watch | None = None
        self._last = int(monotonic())
        #: The monotonic clock, kept up to date once a second while anything is timed.
        self.now = monotonic()

    def add(self, timed: Timed) -> None:
        """Start to watch over `timed`."""
        self._put(timed, timed.deadline)
        if self._timer is None:
            self.now = monotonic()
            self._last = int(self.now)
            self._timer = self._concurrency.call_later(1.0, self._tick)

    def hasten(self, timed: Timed, deadline: float) -> None:
        """Set a deadline that may be earlier than the one before."""
        timed.deadline = deadline
        if not timed.due or int(deadline) + 1 < timed.due:
            self.remove(timed)
            self._put(timed, deadline)

    def remove(self, timed: Timed) -> None:
        """Stop to watch over `timed`."""
        bucket = self._buckets.get(timed.due)
        if bucket is not None:
            bucket.discard(timed)

    def _put(self, timed: Timed, deadline: float) -> None:
        second = int(self.now + _BUSY_CHECK if deadline == NEVER else deadline) + 1
        second = max(second, self._last + 1)
        timed.due = second
        self._buckets.setdefault(second, set()).add(timed)

    def _tick(self) -> None:
        self.now = now = monotonic()
        for second in range(self._last + 1, int(now) + 1):
            self._last = second
            for timed in self._buckets.pop(second, ()):
                if timed.deadline <= now:
                    timed.due = 0
                    timed.expire()
                else:
                    self._put(timed, timed.deadline)
        if self._timer is None:
            return
        if self._buckets:
            self._timer.resume()
        else:
            self._timer.close()
            self._timer = None

    def close(self) -> None:
        """Forget everything."""
        self._buckets.clear()
        if self._timer is not None:
            self._timer.close()
            self._timer = None
