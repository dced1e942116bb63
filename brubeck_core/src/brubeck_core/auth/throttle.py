"""Pauses between attempts that fail: nobody guesses passwords by the thousand."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from hashlib import sha256

from brubeck_core.errors import HTTPError
from brubeck_core.interfaces.cache import Cache

#: Seconds: no pause is longer.
LONGEST = 15 * 60


class TooManyAttempts(HTTPError):
    """There were too many failed attempts to log in: 429, with the pause as `Retry-After`.

    Args:
        retry_after: seconds until the next attempt is looked at.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            429,
            "There were too many attempts to log in. Please wait a little and try again.",
            {"Retry-After": str(retry_after)},
        )
        self.retry_after = retry_after


class Throttle:
    """Count failures in the cache, and ask for pauses that double: 1 second, 2, 4, to 15 minutes.

    Args:
        cache: where to count; a cache that several processes share counts for all of them.
        subject: what is counted, such as ``"account"``; keeps the counts of several apart.
        free: failures without a pause.
        window: seconds from the first failure after which the count begins anew.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        cache: Cache,
        subject: str,
        *,
        free: int,
        window: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self.subject = subject
        self._free = free
        self._window = window
        self._clock = clock

    def check(self, who: str) -> None:
        """Raise `TooManyAttempts` while there is a pause for `who`."""
        until = self._cache.load(self._pause(who))
        if until is not None:
            raise TooManyAttempts(max(1, math.ceil(float(until) - self._clock())))

    def failed(self, who: str) -> int:
        """Count a failure; return the seconds of the pause that it begins, 0 for none."""
        over = self._cache.increment(self._count(who), self._window) - self._free
        if over < 0:
            return 0
        # Bounded first: nobody needs the 10,000th power of two.
        seconds = min(1 << min(over, 10), LONGEST)
        self._cache.save(self._pause(who), str(self._clock() + seconds), seconds)
        return seconds

    def forgive(self, who: str) -> None:
        """Forget the failures of `who`."""
        self._cache.delete(self._count(who))
        self._cache.delete(self._pause(who))

    def _count(self, who: str) -> str:
        # Hashed: a name may be a megabyte, or a password typed into the wrong field.
        return f"failures:{self.subject}:{sha256(who.encode(errors='replace')).hexdigest()}"

    def _pause(self, who: str) -> str:
        return f"{self._count(who)}:pause"


def client_network(address: str) -> str:
    """Return what stands for one client: an IPv4 address, or the /64 network of an IPv6 one.

    A network of that size is what one subscriber gets (RFC 6177), to take addresses from at will.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
