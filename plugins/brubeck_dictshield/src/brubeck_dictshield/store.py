"""The user store that lets only valid documents through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_core.builtin.memory_users import MemoryUserStore
from brubeck_core.config import Setting
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.users import UserRecord, UserStore
from brubeck_core.plugin.importing import import_target
from brubeck_core.plugin.resolve import resolve
from brubeck_dictshield.document import BaseDocument
from brubeck_dictshield.storable import storable
from brubeck_dictshield.users import User

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

_WHO = "user_store.dictshield"


class DictShieldUserStore(UserStore):
    """Judge users by a document class before another store keeps them.

    What is kept is made for JSON: dates as text, numbers as numbers, nothing that is no field.

    Args:
        store: the store that keeps them: what ``user_store`` may be in config, or an instance.
        document: a class of document with a `username`, or ``"package.module:Class"``.

    `create` and `save` raise `ShieldDocException`, which knows every wrong field.
    """

    def __init__(
        self,
        store: UserStore | type[UserStore] | str = "memory",
        document: type[BaseDocument] | str = User,
    ) -> None:
        self.document = _document_class(document)
        self._selected = store
        self._store = MemoryUserStore() if store == "memory" else store

    def setup(self, app: Brubeck) -> None:
        """Find and prepare the other store."""
        if not isinstance(self._store, UserStore):
            setting = Setting(self._selected, f"{_WHO}.store")
            if self._selected == "dictshield":
                raise ConfigError(f"{setting.describe('store')}: that is this store itself")
            self._store = resolve("user_store", setting, app.config, app.plugins)
        self._inner.setup(app)

    def load(self, username: str) -> UserRecord | None:
        return self._inner.load(username)

    def load_document(self, username: str) -> Any:
        """Return the user of that name as a document, or None."""
        record = self.load(username)
        return None if record is None else self.document(**record)

    def create(self, user: UserRecord | BaseDocument) -> UserRecord:
        return self._inner.create(self._judged(user))

    def save(self, user: UserRecord | BaseDocument) -> None:
        self._inner.save(self._judged(user))

    def delete(self, username: str) -> bool:
        return self._inner.delete(username)

    @property
    def _inner(self) -> UserStore:
        if not isinstance(self._store, UserStore):
            raise ConfigError(
                f"{_WHO} keeps users in {self._selected!r}, which is found when an application "
                "is built; give the store itself to use it without one"
            )
        return self._store

    def _judged(self, user: UserRecord | BaseDocument) -> UserRecord:
        document = user if isinstance(user, BaseDocument) else self.document(**user)
        document.validate(validate_all=True)
        record = storable(document)
        return {key: record[key] for key in record if key not in ("_cls", "_types")}


def _document_class(document: type[BaseDocument] | str) -> type[BaseDocument]:
    found = (
        import_target(document, _WHO, f"{_WHO}.document") if isinstance(document, str) else document
    )
    if not (isinstance(found, type) and issubclass(found, BaseDocument)):
        raise ConfigError(f"{_WHO}.document has to be a class of document, not {found!r}")
    if "username" not in found._fields:
        raise ConfigError(f"{_WHO}.document: {found.__name__} has no field named username")
    return found
