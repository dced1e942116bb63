"""The log of stores that cannot be reached: one line a second, however many requests fail."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic

from brubeck_core.errors import StoreUnavailable

#: Seconds in which a store is named once.
_QUIET = 1.0
_MOST_STORES = 64
#: Characters of what the store's library says.
_LONGEST = 300


class UnavailableLog:
    """Tells of each store at most once a second.

    Args:
        log: where to.
        clock: the time in seconds.
    """

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = monotonic) -> None:
        self._log = log
        self._clock = clock
        #: When a store was last told of, and how many errors went without a word since.
        self._told: dict[str, tuple[float, int]] = {}

    def report(self, error: StoreUnavailable) -> None:
        """Log a warning, or count the error."""
        now = self._clock()
        before, unsaid = self._told.get(error.store, (now - _QUIET, 0))
        if now - before < _QUIET:
            self._told[error.store] = before, unsaid + 1
            return
        if len(self._told) >= _MOST_STORES:
            self._told.clear()
        self._told[error.store] = now, 0
        more = f" (and {unsaid} requests more since the last time)" if unsaid else ""
        cause = error.__cause__
        why = f" ({type(cause).__name__}: {str(cause)[:_LONGEST]})" if cause else ""
        self._log.warning("%s%s; the answer is 503%s", error, why, more)
