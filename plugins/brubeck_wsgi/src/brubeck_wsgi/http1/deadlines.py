"""Deadlines of many connections for the price of one timer."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency, Lock, Watch

log = logging.getLogger("brubeck.wsgi")

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
        # Held for moments, and never while anything waits.
        self._guard: Lock | nullcontext[None] = (
            concurrency.lock() if concurrency.preemptive else nullcontext()
        )
        self._timer: Watch | None = None
        self._last = 0
        #: The monotonic clock, kept up to date once a second while anything is timed.
        self.now = monotonic()

    def add(self, timed: Timed, seconds: float) -> None:
        """Start to watch over `timed`, which has `seconds` from now."""
        with self._guard:
            if self._timer is None:
                self.now = monotonic()
                self._last = int(self.now)
                self._timer = self._concurrency.call_later(1.0, self._tick)
            timed.deadline = self.now + seconds
            self._put(timed)

    def hasten(self, timed: Timed, deadline: float) -> None:
        """Set a deadline that may be earlier than the one before."""
        with self._guard:
            timed.deadline = deadline
            if not timed.due or int(deadline) + 1 < timed.due:
                self._take(timed)
                self._put(timed)

    def remove(self, timed: Timed) -> None:
        """Stop to watch over `timed`."""
        with self._guard:
            # Should it be between two buckets just now, this lets it fall out of the next.
            timed.deadline = 0.0
            self._take(timed)

    def close(self) -> None:
        """Forget everything."""
        with self._guard:
            self._buckets.clear()
            if self._timer is not None:
                self._timer.close()
                self._timer = None

    def _take(self, timed: Timed) -> None:
        bucket = self._buckets.get(timed.due)
        if bucket is not None:
            bucket.discard(timed)

    def _put(self, timed: Timed) -> None:
        deadline = timed.deadline
        second = int(self.now + _BUSY_CHECK if deadline == NEVER else deadline) + 1
        timed.due = second = max(second, self._last + 1)
        self._buckets.setdefault(second, set()).add(timed)

    def _tick(self) -> None:
        self.now = now = monotonic()
        for timed in self._expired(now):
            try:
                timed.expire()
            except Exception:
                log.exception("the end of a deadline failed")
        with self._guard:
            if self._timer is None:
                return
            if self._buckets:
                self._timer.resume()
            else:
                self._timer.close()
                self._timer = None

    def _expired(self, now: float) -> list[Timed]:
        expired = []
        with self._guard:
            for second in range(self._last + 1, int(now) + 1):
                self._last = second
                for timed in self._buckets.pop(second, ()):
                    if timed.deadline <= now:
                        timed.due = 0
                        expired.append(timed)
                    else:
                        self._put(timed)
        return expired
