"""The user store in Redis."""

from __future__ import annotations

import json
from typing import Any

from brubeck_core.interfaces.users import DuplicateUser, UserRecord, UserStore
from brubeck_redis.server import POOL_SIZE, PREFIX, TIMEOUT, URL, connect, make_key, reaching


class RedisUserStore(UserStore):
    """Keep each user as JSON under a key with its name, in lower case.

    The values of a user have to be such as JSON has; others are refused with `ValueError`.

    Args:
        url: the server; see `brubeck_redis.server.connect`.
        prefix: what the names of all keys begin with.
        pool_size: how many connections to keep at most.
        timeout: seconds to wait for an answer.
    """

    def __init__(
        self,
        url: str = URL,
        prefix: str = PREFIX,
        pool_size: int = POOL_SIZE,
        timeout: float = TIMEOUT,
    ) -> None:
        self._redis = connect(url, pool_size=pool_size, timeout=timeout)
        self._prefix = prefix

    def load(self, username: str) -> UserRecord | None:
        with reaching(self._redis):
            text = self._redis.get(self._key(username.lower()))
        return None if text is None else _user(text)

    def create(self, user: UserRecord) -> UserRecord:
        name, text = _name_and_text(user)
        with reaching(self._redis):
            created = self._redis.set(self._key(name), text, nx=True)
        if not created:
            raise DuplicateUser(f"there is a user named {name!r} already")
        return _user(text)

    def save(self, user: UserRecord) -> None:
        name, text = _name_and_text(user)
        with reaching(self._redis):
            replaced = self._redis.set(self._key(name), text, xx=True)
        if not replaced:
            raise KeyError(f"there is no user named {name!r}; create it first")

    def delete(self, username: str) -> bool:
        with reaching(self._redis):
            return bool(self._redis.delete(self._key(username.lower())))

    def _key(self, name: str) -> str:
        return make_key(self._prefix, "user", name)


def _user(text: str | bytes) -> dict[str, Any]:
    user: dict[str, Any] = json.loads(text)
    return user


def _name_and_text(user: UserRecord) -> tuple[str, str]:
    name = user.get("username")
    if not isinstance(name, str) or not name:
        raise ValueError(f"a user needs a `username` that is text, not {name!r}")
    name = name.lower()
    try:
        return name, json.dumps({**user, "username": name}, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(
            f"the user {name!r} cannot be kept as JSON: {error}; give text, numbers, truth "
            "values, None, lists and dictionaries of those"
        ) from error
