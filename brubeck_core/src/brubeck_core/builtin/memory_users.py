"""The user store that keeps users in this process."""

from __future__ import annotations

import copy
import threading
from typing import Any

from brubeck_core.interfaces.users import DuplicateUser, UserRecord, UserStore


class MemoryUserStore(UserStore):
    """Keep users in a dictionary; they are gone when the process ends.

    A name is stored in lower case. Records are copied on their way in and out, so that what
    is stored changes through `save` alone.
    """

    def __init__(self) -> None:
        self._users: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def load(self, username: str) -> UserRecord | None:
        # A stored record is replaced but never changed, so it can be copied unlocked.
        return copy.deepcopy(self._users.get(username.lower()))

    def create(self, user: UserRecord) -> UserRecord:
        record = _record(user)
        name = record["username"]
        with self._lock:
            if name in self._users:
                raise DuplicateUser(f"there is a user named {name!r} already")
            self._users[name] = record
        return copy.deepcopy(record)

    def save(self, user: UserRecord) -> None:
        record = _record(user)
        name = record["username"]
        with self._lock:
            if name not in self._users:
                raise KeyError(f"there is no user named {name!r}; create it first")
            self._users[name] = record

    def delete(self, username: str) -> bool:
        with self._lock:
            return self._users.pop(username.lower(), None) is not None


def _record(user: UserRecord) -> dict[str, Any]:
    name = user.get("username")
    if not isinstance(name, str) or not name:
        raise ValueError(f"a user needs a `username` that is text, not {name!r}")
    return {**copy.deepcopy(dict(user)), "username": name.lower()}
