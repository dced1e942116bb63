"""The interface of a user store: where accounts live."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import BrubeckError

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

#: A user as a store keeps it: `username` plus whatever fields the application has.
UserRecord = Mapping[str, Any]


class DuplicateUser(BrubeckError):
    """There is a user of that name already."""


class UserStore(ABC):
    """Keep users by name. Names are compared in lower case and are unique.

    A store that cannot be reached is reported within a second, by raising
    `brubeck_core.errors.StoreUnavailable`.
    """

    def setup(self, app: Brubeck) -> None:  # noqa: B027 - most have nothing to prepare
        """Prepare for `app`; called once, when the application is built."""

    @abstractmethod
    def load(self, username: str) -> UserRecord | None:
        """Return the user of that name, or None."""

    @abstractmethod
    def create(self, user: UserRecord) -> UserRecord:
        """Add a user, atomically, and return it as stored. Raises `DuplicateUser`."""

    @abstractmethod
    def save(self, user: UserRecord) -> None:
        """Replace the stored user of the same name. Raises `KeyError` if there is none."""

    @abstractmethod
    def delete(self, username: str) -> bool:
        """Remove the user of that name; say whether there was one."""
