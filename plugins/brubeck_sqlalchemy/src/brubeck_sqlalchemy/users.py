"""The user store that keeps users in an SQL database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from brubeck_core.interfaces.users import DuplicateUser, UserRecord, UserStore
from brubeck_sqlalchemy.database import Database
from brubeck_sqlalchemy.documents import MOST_CHARACTERS, is_key, shield
from brubeck_sqlalchemy.engines import DEFAULT_URL
from brubeck_sqlalchemy.tables import USERS
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class SQLUserStore(UserStore):
    """Keep users in the table `brubeck_users`, as JSON by their names in lower case.

    The name is the table's primary key, so that of several processes one creates a user.

    Args:
        url: of the database; ``sqlite:///brubeck.db`` is a file in the application's
            directory.
        pool_size: connections at most, of this process.
        timeout: seconds to wait for the database.
    """

    def __init__(self, url: str = DEFAULT_URL, pool_size: int = 10, timeout: float = 0.7) -> None:
        self._database = Database(url, pool_size, timeout, USERS)

    def setup(self, app: Brubeck) -> None:
        self._database.setup(app)

    def close(self) -> None:
        """Close the connections; the store is not to be used any more."""
        self._database.close()

    def load(self, username: str) -> UserRecord | None:
        name = username.lower()
        if not is_key(name):
            return None
        statement = select(USERS.c.record).where(USERS.c.username == shield(name))
        text = self._database.read(lambda connection: connection.execute(statement).scalar())
        return None if text is None else _decode(text)

    def create(self, user: UserRecord) -> UserRecord:
        name, text = _encode(user)

        def work(connection: Connection) -> None:
            try:
                connection.execute(insert(USERS).values(username=shield(name), record=text))
            except IntegrityError:
                raise DuplicateUser(f"there is a user named {name!r} already") from None

        self._database.write(work)
        return _decode(text)

    def save(self, user: UserRecord) -> None:
        name, text = _encode(user)
        statement = update(USERS).where(USERS.c.username == shield(name)).values(record=text)
        if not self._database.write(lambda connection: connection.execute(statement).rowcount):
            raise KeyError(f"there is no user named {name!r}; create it first")

    def delete(self, username: str) -> bool:
        name = username.lower()
        if not is_key(name):
            return False
        statement = delete(USERS).where(USERS.c.username == shield(name))
        return self._database.write(lambda connection: connection.execute(statement).rowcount) > 0


def _encode(user: UserRecord) -> tuple[str, str]:
    name = user.get("username")
    if not isinstance(name, str) or not is_key(name.lower()):
        raise ValueError(
            f"a user needs a `username` that is text of 1 to {MOST_CHARACTERS} characters, "
            f"not {str(name)[:50]!r}"
        )
    record = {**user, "username": name.lower()}
    try:
        return record["username"], json.dumps(record, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"a user has to be made of what JSON has: {error}") from None


def _decode(text: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(text)
    return record
