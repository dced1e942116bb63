"""Users in MongoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_core.interfaces.users import DuplicateUser, UserRecord, UserStore
from brubeck_mongo.client import DEFAULT_URL, Document, Mongo, finishing
from brubeck_mongo.documents import from_document, is_utf8, to_document
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class MongoUserStore(UserStore):
    """Keep users in the collection ``users``, each under its name in lower case.

    A document is ``{"_id": "ann", "user": {"username": "ann", ...}}``; names are unique because
    ``_id`` is.

    Args:
        url, database, pool_size, timeout: as `brubeck_mongo.client.Mongo` has them.

    `create` and `save` raise `ValueError` for a user with values that JSON does not have.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        database: str | None = None,
        pool_size: int = 100,
        timeout: float = 0.5,
    ) -> None:
        self._mongo = Mongo("user_store.mongo", url, database, pool_size, timeout)

    def setup(self, app: Brubeck) -> None:
        self._mongo.use(app.concurrency)

    def close(self) -> None:
        """Close this process's connections; another call opens new ones."""
        self._mongo.close()

    @finishing
    def load(self, username: str) -> UserRecord | None:
        name = username.lower()
        if not is_utf8(name):
            return None
        with self._mongo.reaching():
            found = self._users.find_one({"_id": name})
        return None if found is None else _user(found)

    @finishing
    def create(self, user: UserRecord) -> UserRecord:
        document = _document(user)
        with self._mongo.reaching():
            try:
                self._users.insert_one(document)
            except DuplicateKeyError:
                name = document["_id"]
                raise DuplicateUser(f"there is a user named {name!r} already") from None
        return _user(document)

    @finishing
    def save(self, user: UserRecord) -> None:
        document = _document(user)
        name = document["_id"]
        with self._mongo.reaching():
            found = self._users.replace_one({"_id": name}, document).matched_count
        if not found:
            raise KeyError(f"there is no user named {name!r}; create it first")

    @finishing
    def delete(self, username: str) -> bool:
        name = username.lower()
        if not is_utf8(name):
            return False
        with self._mongo.reaching():
            return self._users.delete_one({"_id": name}).deleted_count > 0

    @property
    def _users(self) -> Collection[Document]:
        return self._mongo.collection("users")


def _document(user: UserRecord) -> Document:
    name = user.get("username")
    if not isinstance(name, str) or not name:
        raise ValueError(f"a user needs a `username` that is text, not {name!r}")
    name = name.lower()
    return {"_id": name, "user": to_document({**user, "username": name})}


def _user(document: Document) -> dict[str, Any]:
    user: dict[str, Any] = from_document(document["user"])
    return user
