"""The connection to the server: one client for each process, made when it is first needed."""

from __future__ import annotations

import _thread
import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import pymongo
from brubeck_core.builtin.backend_parts.outcome import Outcome
from brubeck_core.errors import ConfigError, StoreUnavailable
from brubeck_core.interfaces.concurrency import Concurrency
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

DEFAULT_URL = "mongodb://localhost:27017"
DEFAULT_DATABASE = "brubeck"

#: What a server says of somebody who has no right, or gives a wrong password.
_REFUSED = frozenset({13, 18})

#: A document as the server keeps it.
Document = dict[str, Any]


P = ParamSpec("P")
T = TypeVar("T")


class Mongo:
    """Give access to the collections of a database.

    A client must not be carried over a fork, so that each process has its own.

    Args:
        who: the plugin, for messages, such as ``"queryset.mongo"``.
        url: where the server is, with what MongoDB's connection strings may have.
        database: its name; that in `url`, else "brubeck", unless given.
        pool_size: how many connections a process has at most.
        timeout: seconds that one call of a store may take, with its wait for a connection.

    Raises `ConfigError` for a `url` that is none and for numbers that are not positive.
    """

    def __init__(
        self, who: str, url: str, database: str | None, pool_size: int, timeout: float
    ) -> None:
        if pool_size < 1 or timeout <= 0:
            raise ConfigError(f"{who}: `pool_size` and `timeout` have to be greater than 0")
        self._who = who
        self._url = url
        self._database = database
        self._pool_size = pool_size
        self._timeout = timeout
        self._concurrency: Concurrency | None = None
        self._clients: dict[int, MongoClient[Document]] = {}
        self._name = f"mongo at {_hosts(url)}"
        if not url.startswith("mongodb+srv:"):  # making one of those asks a name server
            self._new_client()

    def use(self, concurrency: Concurrency) -> None:
        """Make the calls of `finishing` by `concurrency` from now on."""
        self._concurrency = concurrency if concurrency.needs_patch else None

    def finish(self, call: Callable[[], T]) -> T:
        """Return ``call()``, which goes on to its end when the task that waits for it is ended."""
        if self._concurrency is None:
            return call()
        return self._concurrency.spawn(Outcome, call).result().get()

    def collection(self, name: str) -> Collection[Document]:
        """Return a collection of the database."""
        client = self._clients.get(os.getpid())
        if client is None:
            client = self._open()
        if self._database:
            return client[self._database][name]
        return client.get_default_database(DEFAULT_DATABASE)[name]

    def close(self) -> None:
        """Close this process's connections; another call opens new ones."""
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()

    @contextmanager
    def reaching(self) -> Iterator[None]:
        """Bound the time of what the block asks the server, all taken together.

        Raises `StoreUnavailable` for whatever says that the server does not answer, and
        `ConfigError` when it knows no such user, or the user may not do that.
        """
        try:
            with pymongo.timeout(self._timeout):
                yield
        except PyMongoError as error:
            if isinstance(error, ConnectionFailure) or error.timeout:
                raise StoreUnavailable(self._name) from error
            if isinstance(error, OperationFailure) and error.code in _REFUSED:
                raise ConfigError(f"{self._who}.url: {self._name} refuses: {error}") from error
            raise

    def _open(self) -> MongoClient[Document]:
        process, client = os.getpid(), self._new_client()
        # One step of the interpreter: of two tasks that make one, both use the first.
        if self._clients.setdefault(process, client) is client:
            weakref.finalize(self, _close, client, process)
        return self._clients[process]

    def _new_client(self) -> MongoClient[Document]:
        # Nothing is opened before the first call.
        milliseconds = max(1, round(self._timeout * 1000))
        try:
            return MongoClient(
                self._url,
                connect=False,
                appname="brubeck",
                maxPoolSize=self._pool_size,
                serverSelectionTimeoutMS=milliseconds,
                connectTimeoutMS=milliseconds,
            )
        except (PyMongoError, ValueError) as error:
            # A password with a slash reads as something else, which the error then shows.
            why = "write %2F for a slash in a password" if "@" in self._url else str(error)
            raise ConfigError(f"{self._who}.url is no address of a Mongo server: {why}") from None


class _Store(Protocol):
    _mongo: Mongo


S = TypeVar("S", bound=_Store)


def finishing(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Let a method of a store come to its end, also when the task that called it is ended.

    The driver's pool is made of the standard library's conditions: a greenlet that is ended while
    it waits for one may leave with a place in the pool, which is then nobody's.
    """

    @wraps(method)
    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._mongo.finish(partial(method, self, *args, **kwargs))

    return call


def _close(client: MongoClient[Document], process: int) -> None:
    # After a fork the sockets are the parent's, too.
    if process != os.getpid():
        return
    # To close is to talk to the server. The garbage collector calls this in the middle of any task,
    # which is not to wait for that, nor to lose the time limit that goes off meanwhile.
    try:
        _thread.start_new_thread(client.close, ())
    except RuntimeError:
        client.close()  # the interpreter ends, and begins nothing new


def _hosts(url: str) -> str:
    return url.partition("://")[2].rpartition("@")[2].partition("/")[0].partition("?")[0]
