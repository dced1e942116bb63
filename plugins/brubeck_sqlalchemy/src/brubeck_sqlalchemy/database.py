"""A database with one table of ours: transactions that block no other task."""

from __future__ import annotations

import random
import weakref
from collections.abc import Callable
from functools import partial
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from brubeck_core.builtin.threads import Threads
from brubeck_core.errors import BrubeckError, ConfigError, StoreUnavailable
from brubeck_sqlalchemy.engines import (
    WRITES,
    describe,
    is_cooperative,
    is_in_memory,
    make_engine,
    place_engine,
)
from brubeck_sqlalchemy.failures import is_unavailable, may_try_again, reason
from brubeck_sqlalchemy.idle import IdleConnections
from brubeck_sqlalchemy.tables import make_table
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.interfaces.concurrency import Concurrency, Lock, Semaphore

T = TypeVar("T")

# Seconds at most between two attempts; a part of it by chance, so that processes take turns.
_PAUSE = 0.02


class Database:
    """Run transactions on a database, and make the table they use when it is missing.

    A driver that waits in Python (pg8000) runs where it is called, and gives way to other tasks
    while it waits. Any other but SQLite in memory waits in C, and so a whole transaction is handed
    to a real thread, by the backend's `offload`.

    Connections are kept here and not in a pool of SQLAlchemy's, whose locks do not work across
    real threads where the standard library is patched.

    Args:
        url: of the database.
        pool_size: connections at most.
        timeout: seconds that a call may take that waits for a connection, a lock or an answer.
        table: the table.

    Raises `ConfigError` for arguments that will not do.
    """

    def __init__(self, url: str, pool_size: int, timeout: float, table: Table) -> None:
        if pool_size < 1:
            raise ConfigError(f"pool_size is {pool_size}; it has to be at least 1")
        if not 0 < timeout < float("inf"):
            raise ConfigError(f"timeout is {timeout}; it has to be a number of seconds above 0")
        self.engine = make_engine(url, timeout)
        self.name = describe(self.engine)
        self._pool_size = 1 if is_in_memory(self.engine) else pool_size
        self._timeout = timeout
        self._table = table
        self._has_table = False
        self._idle = IdleConnections()
        #: When it last gave no answer in time.
        self._hung = -inf
        # Connections have to be closed, or Python warns; a store has no end of its own.
        self.close = weakref.finalize(self, self._idle.close)
        self.use(Threads())

    def setup(self, app: Brubeck) -> None:
        """Wait by the backend of `app`, and make the table.

        A relative path of SQLite is from now on in the application's directory. A database that
        cannot be reached is logged, and asked again by the first transaction.
        """
        placed = place_engine(self.engine, app.config.directory, self._timeout)
        if placed is not self.engine:
            self.engine, self._has_table = placed, False
            self.name = describe(placed)
            self._idle.clear()
        self.use(app.concurrency)
        try:
            self._make_table(monotonic() + self._timeout)
        except StoreUnavailable as error:
            app.log.warning("%s; the application begins without it", error)

    def use(self, concurrency: Concurrency) -> None:
        """Wait by `concurrency` from now on."""
        self._concurrency = concurrency
        # A database in memory waits for nothing, and its only connection must not be left to a
        # thread that goes on when its task has ended.
        self._direct = is_in_memory(self.engine) or (
            is_cooperative(self.engine) and concurrency.is_patched()
        )
        self._slots: Semaphore = concurrency.semaphore(self._pool_size)
        self._making: Lock = concurrency.lock()
        # SQLite has one writer at a time; here they queue, instead of looking again and again.
        self._writing: Lock | None = None
        if self.engine.dialect.name == "sqlite":
            self._writing = concurrency.lock()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return ``work(connection)``, run in a transaction that only reads.

        It may be run several times. Raises `StoreUnavailable` within `timeout` seconds.
        """
        return self._run(work, writes=False)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return ``work(connection)``, run in a transaction that is committed.

        It may be run several times, of which one is committed: after a conflict with another
        transaction, a violated constraint too, it sees what the other one has done. An exception
        of another kind is raised, and nothing is written. Raises `StoreUnavailable` within
        `timeout` seconds.
        """
        return self._run(work, writes=True)

    def _run(self, work: Callable[[Connection], T], *, writes: bool) -> T:
        deadline = monotonic() + self._timeout
        if not self._has_table:
            self._make_table(deadline)
        return self._repeat(work, writes, deadline)

    def _make_table(self, deadline: float) -> None:
        if not self._making.acquire(timeout=_left(deadline)):
            raise StoreUnavailable(self.name)
        try:
            if not self._has_table:
                self._repeat(partial(make_table, table=self._table), True, deadline)
                self._has_table = True
        finally:
            self._making.release()

    def _repeat(self, work: Callable[[Connection], T], writes: bool, deadline: float) -> T:
        while True:
            try:
                return self._wait_and_run(work, writes, deadline)
            except DBAPIError as error:
                again = may_try_again(error)
                if not again and not is_unavailable(error):
                    raise
                if not again or monotonic() >= deadline:
                    raise self._unavailable(error) from error
            except _BrokenConnection as error:
                if monotonic() >= deadline:
                    raise self._unavailable(error) from error
            self._concurrency.sleep(random.uniform(0, _PAUSE))

    def _wait_and_run(self, work: Callable[[Connection], T], writes: bool, deadline: float) -> T:
        writing = self._writing if writes else None
        if writing is not None and not writing.acquire(timeout=_left(deadline)):
            raise StoreUnavailable(f"{self.name}: others write for too long")
        try:
            if not self._slots.acquire(timeout=_left(deadline)):
                raise StoreUnavailable(f"{self.name}: its {self._pool_size} connections are busy")
            try:
                # Whoever waited meanwhile would have to wait as long again to find out.
                if self._hung > deadline - self._timeout:
                    raise StoreUnavailable(f"{self.name}: it hangs, as others found")
                if self._direct:
                    return self._transact(work, writes)
                return self._concurrency.offload(self._transact, work, writes)
            finally:
                self._slots.release()
        finally:
            if writing is not None:
                writing.release()

    def _transact(self, work: Callable[[Connection], T], writes: bool) -> T:
        idle = self._idle.pop()
        try:
            connection = idle or self.engine.connect()
            return self._use(connection, work, writes)
        # pg8000 raises some as they are: a timeout, and that the server ended the connection.
        except OSError as error:
            if isinstance(error, TimeoutError):
                self._hung = monotonic()
            self._idle.clear()
            if idle is not None:
                raise _BrokenConnection(error) from error
            raise self._unavailable(error) from error

    def _use(self, connection: Connection, work: Callable[[Connection], T], writes: bool) -> T:
        try:
            result = self._commit(connection, work, writes)
        except (DBAPIError, BrubeckError, LookupError):
            if connection.invalidated:
                connection.close()
                # The others are as old.
                self._idle.clear()
            else:
                self._idle.push(connection)
            raise
        except BaseException:
            # Interrupted in the middle of an answer, maybe: it would be taken for the next one.
            connection.invalidate()
            connection.close()
            raise
        self._idle.push(connection)
        return result

    def _commit(self, connection: Connection, work: Callable[[Connection], T], writes: bool) -> T:
        connection.execution_options(**{WRITES: writes})
        transaction = connection.begin()
        try:
            result = work(connection)
        except Exception:
            transaction.rollback()
            raise
        try:
            transaction.commit()
        except (DBAPIError, OSError) as error:
            # Maybe it was written and maybe not; to repeat it could do it twice.
            raise self._unavailable(error) from error
        return result

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        said = reason(error) if isinstance(error, DBAPIError) else str(error)
        return StoreUnavailable(f"{self.name}: {said}")


class _BrokenConnection(Exception):
    """A connection broke before anything was done with it, or while it was not in use."""


def _left(deadline: float) -> float:
    return max(0.0, deadline - monotonic())
