"""How much may be sent to one client now, so that Mongrel2 never drops the connection.

Mongrel2 keeps at most 16 messages that a client has not taken; the seventeenth kills the
connection, and a close that finds the queue full is lost. It reports nothing back, unless its
setting `download.flow_control` is on: then at most 102400 bytes may be on their way, and each
written message is reported as credits (`connection.h`, DELIVER_QUEUE_SIZE and MAX_CREDITS).
"""

from __future__ import annotations

import sys
from typing import Protocol

#: Messages that a client may be sent at once without a sign that it takes them.
BURST = 8
#: Seconds after which one more may follow. While the server's process waits for the processor,
#: say 100 ms on a busy host, what is sent piles up in front of its sixteen places.
PACE = 0.02
#: Seconds that a client needs at least to take an answer and to send its next request.
ROUND_TRIP = 0.0002
#: A message may have any size.
UNLIMITED = sys.maxsize
#: Bytes that may be on their way with `download.flow_control`; the server's MAX_CREDITS.
CREDIT_WINDOW = 102_400


class Flow(Protocol):
    """The allowance of one connection. Times are seconds of the monotonic clock."""

    def room(self, now: float) -> int:
        """Return how many bytes one message may have now; 0 means wait."""

    def delay(self, now: float) -> float | None:
        """Return the seconds until there is room; None when only credits make it."""

    def sent(self, size: int, now: float) -> None:
        """Note that a message of `size` bytes was sent."""

    def asked(self, now: float) -> None:
        """Note that the client sent its next request after it had got all answers."""

    def credit(self, size: int) -> None:
        """Note that `size` bytes have reached the client."""


class PacedFlow:
    """The allowance without flow control: `BURST` messages at once, then one each `PACE`.

    A client that asks again has taken what it was sent, and may be sent a burst again.
    """

    __slots__ = ("_free_at", "_sent_at", "unconfirmed")

    def __init__(self) -> None:
        #: Bytes sent for which no credits came; for all of them, without flow control.
        self.unconfirmed = 0
        # When the last of the messages on their way counts as taken.
        self._free_at = 0.0
        self._sent_at = 0.0

    def room(self, now: float) -> int:
        """Return how many bytes one message may have now; 0 means wait."""
        return 0 if self.delay(now) else UNLIMITED

    def delay(self, now: float) -> float:
        """Return the seconds until there is room."""
        ahead = self._free_at - now - (BURST - 1) * PACE
        # Sums of floats are not exact.
        return ahead if ahead > PACE / 10 else 0.0

    def sent(self, size: int, now: float) -> None:
        """Note that a message was sent; its size makes no difference to what may follow."""
        self._free_at = max(self._free_at, now) + PACE
        self.unconfirmed += size
        self._sent_at = now

    def asked(self, now: float) -> None:
        """Forget what is on its way, unless the request was sent ahead of the last answer."""
        if now - self._sent_at > ROUND_TRIP:
            self._free_at = 0.0

    def credit(self, size: int) -> None:
        """Note credits: there is flow control after all, and a `CreditFlow` has to go on."""
        self.unconfirmed -= size


class CreditFlow:
    """The allowance with flow control: bytes, given back as the client takes them."""

    __slots__ = ("_credits", "_window")

    def __init__(self, window: int = CREDIT_WINDOW, unconfirmed: int = 0) -> None:
        """Begin with the `window` that the server announced, less what is on its way."""
        self._window = window
        self._credits = max(0, window - unconfirmed)

    def room(self, now: float) -> int:
        """Return how many bytes one message may have now; 0 means wait."""
        return self._credits

    def delay(self, now: float) -> float | None:
        """Return 0 if there is room, None if only credits make it."""
        return 0.0 if self._credits else None

    def sent(self, size: int, now: float) -> None:
        """Note that a message of `size` bytes was sent; more than `room` is a mistake."""
        if size > self._credits:
            raise ValueError(f"{size} bytes were sent where {self._credits} were allowed")
        self._credits -= size

    def asked(self, now: float) -> None:
        """Ignore requests: the credits tell more exactly."""

    def credit(self, size: int) -> None:
        """Note that `size` bytes have reached the client."""
        self._credits = min(self._window, self._credits + size)
