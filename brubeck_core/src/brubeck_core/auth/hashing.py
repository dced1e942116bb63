"""Password hashing in turns: slow on purpose, and still nobody else waits."""

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from brubeck_core.errors import HTTPError
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_core.passwords import hash_password, threads_per_hash, verify_password

#: Seconds that a request waits for its turn.
PATIENCE = 30.0


class PasswordQueue:
    """Hash and verify passwords in real threads, so few at once that cores are left for others.

    Args:
        concurrency: the backend, whose `offload` has the threads.
        at_once: how many at once; by default as many as keep half of the cores busy.
    """

    def __init__(self, concurrency: Concurrency, at_once: int | None = None) -> None:
        self._offload = concurrency.offload
        self._turns = concurrency.semaphore(at_once or _half_of_the_cores())

    def hash(self, text: str) -> str:
        """Return the line to store for a password; see `brubeck_core.passwords`.

        Raises as `hash_password` does, and `HTTPError` 503 when it is not its turn in time.
        """
        with self.turn():
            return self._offload(hash_password, text)

    def verify(self, text: str, line: str | None) -> bool:
        """Say whether `text` is the password of `line`; see `verify_in_turn`."""
        with self.turn():
            return self.verify_in_turn(text, line)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it in the block.

        Raises `HTTPError` 503 after `PATIENCE` seconds: people would have given up by then.
        """
        if not self._turns.acquire(timeout=PATIENCE):
            raise HTTPError(
                503, "Very many people are logging in. Please try again.", {"Retry-After": "10"}
            )
        try:
            yield
        finally:
            self._turns.release()

    def verify_in_turn(self, text: str, line: str | None) -> bool:
        """Verify a password within `turn`.

        Without a line the answer is False, and takes as long as with one: the time does not tell
        who has an account. Raises as `verify_password` does.
        """
        return self._offload(_verify, text, line)

    def hash_in_turn(self, text: str) -> str:
        """Hash a password within `turn`."""
        return self._offload(hash_password, text)


def _verify(text: str, line: str | None) -> bool:
    nobodys = _nobodys_line()
    fits = verify_password(text, line or nobodys)
    return fits and line is not None


@functools.cache
def _nobodys_line() -> str:
    """Return the line of a password that nobody has, as costly as those made today."""
    return hash_password(secrets.token_urlsafe(32))


def _half_of_the_cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, cores // (2 * threads_per_hash()))
