"""A process that answers requests, as the dispatcher sees it."""

from __future__ import annotations

from collections import deque
from time import monotonic

#: Requests that a worker may have been handed but not yet taken.
WINDOW = 64
#: Seconds after which a worker that has not taken what it was handed gets no new clients.
STUCK = 0.25


class Worker:
    """A process that answers requests, as the dispatcher sees it."""

    __slots__ = ("handed", "heard", "held", "identity", "leaving", "pinned", "taken")

    def __init__(self, identity: bytes, taken: int) -> None:
        self.identity = identity
        #: How many requests it was handed, and how many of them it has taken.
        self.handed = self.taken = taken
        #: What is its own, but has to wait until it takes some.
        self.held: deque[bytes] = deque()
        #: How many clients it has got since they were last shared, also those that have left: with
        #: one short visit after the other, whoever has the fewest would have them all.
        self.pinned = 0
        #: When it last told that it has taken some, on the monotonic clock.
        self.heard = monotonic()
        self.leaving = False

    @property
    def has_room(self) -> bool:
        """Whether it may be handed another request now."""
        return self.handed - self.taken < WINDOW and not self.held

    @property
    def is_stuck(self) -> bool:
        """Whether it is behind and has taken nothing for a while."""
        return not self.has_room and monotonic() - self.heard > STUCK
