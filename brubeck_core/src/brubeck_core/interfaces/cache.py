"""The interface of a cache: text, or a count, kept under a key for a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class Cache(ABC):
    """Keep text under keys until it expires.

    A store that cannot be reached is reported within a second, by raising
    `brubeck_core.errors.StoreUnavailable`.
    """

    def setup(self, app: Brubeck) -> None:  # noqa: B027 - most have nothing to prepare
        """Prepare for `app`; called once, when the application is built."""

    @abstractmethod
    def save(self, key: str, data: str, ttl: float | None = None) -> None:
        """Keep `data` under `key` for `ttl` seconds, or until it is deleted.

        Raises `ValueError` for a `ttl` that is not positive.
        """

    @abstractmethod
    def load(self, key: str) -> str | None:
        """Return what is kept under `key`; None when there is nothing or it has expired."""

    @abstractmethod
    def delete(self, key: str) -> bool:
        """Forget `key`; say whether it was there."""

    @abstractmethod
    def increment(self, key: str, ttl: float) -> int:
        """Add one to the count kept under `key` and return it; the first is 1.

        No count is lost when several processes of a shared cache add at once. The `ttl`
        seconds begin with the first and are not renewed, so a count covers a fixed window.
        `load` returns the count as text, `delete` ends it. A key is for counting or for
        `save`, not for both. Raises `ValueError` for a `ttl` that is not positive.
        """

    @abstractmethod
    def delete_expired(self) -> int:
        """Forget all that has expired and return how many there were."""
