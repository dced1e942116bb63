"""The user store that keeps users in a sorted CSV file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from brubeck_core.builtin.csv_table import NAME, BadTable, Table
from brubeck_core.builtin.shared_file import FileLock, SharedFile, Snapshot
from brubeck_core.errors import ConfigError, StoreUnavailable
from brubeck_core.interfaces.users import DuplicateUser, UserRecord, UserStore

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

T = TypeVar("T")

#: Seconds to wait for others who write the file, and between two tries.
_PATIENCE = 0.9
_PAUSE = 0.01


class CsvUserStore(UserStore):
    """Keep users in a CSV file that people can read, sort and edit.

    The file is read when it has changed, and replaced as a whole with each write, by one process
    at a time: for some thousands of users who seldom change. `brubeck_core.builtin.csv_table` says
    how values are written.

    Args:
        path: the file, relative to the application's folder. It is made by the first `create`.

    A file that cannot be understood is never written: every method raises `ConfigError` with its
    line until somebody mends it. `create` and `save` raise `ValueError` for a user with values
    that JSON does not have.
    """

    def __init__(self, path: str = "users.csv") -> None:
        self._file = SharedFile(Path(path))
        self._known: tuple[Snapshot, Table] = (Snapshot(), Table())
        # Before `setup` there is no backend to ask, and after its patch these are its own.
        self._turn: Any = threading.Lock()
        self._sleep: Callable[[float], object] = time.sleep
        self._offload: Callable[[Callable[[], Any]], Any] = _at_once

    def setup(self, app: Brubeck) -> None:
        """Find the file, and wait as the backend of `app` does.

        Raises `ConfigError` if the file's folder does not exist, or for what the file says.
        """
        self._file = SharedFile(app.config.directory / self._file.path)
        folder = self._file.path.parent
        if not folder.is_dir():
            raise ConfigError(f"user_store.csv.path: there is no folder {folder}; make it first")
        self._turn = app.concurrency.lock()
        self._sleep = app.concurrency.sleep
        self._offload = app.concurrency.offload
        # Nobody waits yet, and threads of the backend would not outlive a fork.
        with self._reporting():
            self._known = self._read()

    def load(self, username: str) -> UserRecord | None:
        return self._current().get(username.lower())

    def create(self, user: UserRecord) -> UserRecord:
        record = _record(user)
        name = record[NAME]

        def add(table: Table) -> UserRecord:
            if name in table.users:
                raise DuplicateUser(f"there is a user named {name!r} already")
            table.put(record)
            return table.get(name) or record

        return self._change(add)

    def save(self, user: UserRecord) -> None:
        record = _record(user)
        name = record[NAME]

        def replace(table: Table) -> None:
            if name not in table.users:
                raise KeyError(f"there is no user named {name!r}; create it first")
            table.put(record)

        self._change(replace)

    def delete(self, username: str) -> bool:
        name = username.lower()
        return self._change(lambda table: table.users.pop(name, None) is not None)

    def _current(self) -> Table:
        """Return the users of the file, which is read if it has changed."""
        known = self._known
        with self._reporting():
            if self._file.state() != known[0].state:
                # One assignment, so that a table is never taken for that of another state.
                self._known = known = self._offload(self._read)
        return known[1]

    def _change(self, change: Callable[[Table], T]) -> T:
        """Call `change` with the users and write them, with nobody writing in between."""
        if not self._turn.acquire(timeout=_PATIENCE):
            raise self._busy()
        try:
            with self._reporting():
                lock = self._locked()
                done: T = self._offload(partial(self._rewrite, change, lock))
                return done
        finally:
            self._turn.release()

    def _rewrite(self, change: Callable[[Table], T], lock: FileLock) -> T:
        # It has the lock, because it goes on when the task that waits for it is interrupted.
        try:
            while True:
                snapshot, table = self._read()
                before = dict(table.users)
                result = change(table)
                if table.users == before:
                    return result
                # Whoever edits the file by hand knows nothing of the lock.
                if self._file.replace(table.text(), snapshot.state):
                    return result
        finally:
            lock.release()

    def _read(self) -> tuple[Snapshot, Table]:
        snapshot, text = self._file.read()
        return snapshot, Table.parse(text)

    def _locked(self) -> FileLock:
        """Return the lock of the file, of which no other process has it."""
        deadline = time.monotonic() + _PATIENCE
        lock = self._file.lock()
        while not lock.try_acquire():
            if time.monotonic() > deadline:
                raise self._busy()
            self._sleep(_PAUSE)
        return lock

    def _busy(self) -> StoreUnavailable:
        return StoreUnavailable(f"{self._file.path}, which others are writing")

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Say which file it is that cannot be read or written."""
        path = self._file.path
        try:
            yield
        except BadTable as error:
            raise ConfigError(f"{path}, {error} (user_store.csv.path says this file)") from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path} is not UTF-8 ({error}); save it as that") from None
        except TimeoutError:  # the caller's time is up, which says nothing of the file
            raise
        except OSError as error:
            raise StoreUnavailable(f"{path}: {error.strerror}") from error


def _at_once(fn: Callable[[], T]) -> T:
    return fn()


def _record(user: UserRecord) -> dict[str, Any]:
    name = user.get(NAME)
    if not isinstance(name, str) or not name:
        raise ValueError(f"a user needs a `username` that is text, not {name!r}")
    return {**user, NAME: name.lower()}
