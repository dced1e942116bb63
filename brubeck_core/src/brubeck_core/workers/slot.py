"""A place for one worker that is to be filled at all times."""

from __future__ import annotations

from time import monotonic

from brubeck_core.workers.worker import Worker

#: A worker that ends sooner than this many seconds after it was ready has not worked.
STEADY = 1.0
#: The first and the longest pause before the next attempt, in seconds.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class Slot:
    """One of the N workers there should be, and the one that is to follow it in a reload."""

    def __init__(self, place: str) -> None:
        #: Which one it is, for people: ``"2 of 4"``.
        self.place = place
        self.worker: Worker | None = None
        self.successor: Worker | None = None
        #: When the next worker may be started, on the monotonic clock.
        self.due = 0.0
        self._pause = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether a worker is missing."""
        return self.worker is None and self.successor is None

    def postpone(self, served: float) -> float:
        """Set when the next worker may start, and return in how many seconds that is.

        At once for one that has served; ever later for those that do not come to it.

        Args:
            served: for how many seconds the last one has.
        """
        if served >= STEADY:
            self.forgive()
            return 0.0
        pause = self._pause
        self._pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
        self.due = monotonic() + pause
        return pause

    def forgive(self) -> None:
        """Let the next worker start at once."""
        self._pause = 0.0
        self.due = 0.0
