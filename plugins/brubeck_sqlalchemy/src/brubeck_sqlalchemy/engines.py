"""SQLAlchemy engines that wait a bounded time, and tell no password."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from brubeck_core.errors import ConfigError
from brubeck_sqlalchemy import libpq_driver, pg8000_driver
from brubeck_sqlalchemy.failures import notice_disconnects
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

#: The database unless told: a file in the application's directory.
DEFAULT_URL = "sqlite:///brubeck.db"

#: The execution option of a transaction that will write.
WRITES = "brubeck_writes"

# Written in Python over sockets, which a patched standard library makes cooperative.
_COOPERATIVE = {"pg8000", "pymysql"}
# Of all the drivers for PostgreSQL, the one that never blocks the others.
_DRIVERS = {"postgresql": "postgresql+pg8000", "postgres": "postgresql+pg8000"}
# Seconds that SQLite waits by itself for a lock; a longer wait is the backend's.
_SQLITE_PATIENCE = 0.02


def make_engine(url: str, timeout: float) -> Engine:
    """Return an engine without a pool.

    Args:
        url: as SQLAlchemy has it; ``postgresql://`` means the driver pg8000.
        timeout: seconds to wait for a connection and an answer, of SQLite and PostgreSQL.

    Raises `ConfigError` for a URL that will not do, and for a driver that is not there.
    """
    parsed = _parse(url)
    try:
        parsed, arguments = _ARGUMENTS.get(parsed.get_driver_name(), _as_it_is)(parsed, timeout)
        engine = create_engine(
            parsed, poolclass=NullPool, hide_parameters=True, connect_args=arguments
        )
    except NoSuchModuleError:
        raise ConfigError(
            f"url: SQLAlchemy knows no database {parsed.drivername!r}; it begins like "
            "sqlite:/// or postgresql://"
        ) from None
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"url: {parsed.drivername!r} needs the driver {error.name!r}, which is not installed: "
            f"pip install {error.name}"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    if engine.dialect.driver == "pg8000":
        pg8000_driver.prepare_engine(engine)
    event.listen(engine, "handle_error", notice_disconnects)
    return engine


def place_engine(engine: Engine, directory: Path, timeout: float) -> Engine:
    """Return an engine for the same database, with a relative path of SQLite in `directory`.

    Args:
        engine: of `make_engine`.
        directory: the application's.
        timeout: as `make_engine` has it.
    """
    url = engine.url
    if engine.dialect.name != "sqlite" or is_in_memory(engine):
        return engine
    path = str(url.database)
    if path.startswith("file:") or Path(path).is_absolute():
        return engine
    placed = url.set(database=str(directory / path))
    return make_engine(placed.render_as_string(hide_password=False), timeout)


def is_cooperative(engine: Engine) -> bool:
    """Say whether the driver waits in Python, so that the backend's patch reaches it."""
    return engine.dialect.driver in _COOPERATIVE


def is_in_memory(engine: Engine) -> bool:
    """Say whether each connection has a database of its own, gone with it."""
    return engine.dialect.name == "sqlite" and engine.url.database in (None, "", ":memory:")


def describe(engine: Engine) -> str:
    """Name a database for messages: its kind and place, no user and no password."""
    url = engine.url
    if url.host is None:
        return f"{engine.dialect.name} {url.database or 'in memory'}"
    port = f":{url.port}" if url.port else ""
    return f"{engine.dialect.name} at {url.host}{port}/{url.database or ''}"


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    # A port that is no number is a ValueError.
    except (ArgumentError, ValueError):
        raise ConfigError(
            "url: this is no URL of a database; it looks like sqlite:///brubeck.db or "
            "postgresql://user:password@host/name, with %40 for an @ in the password"
        ) from None
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _as_it_is(url: URL, timeout: float) -> tuple[URL, dict[str, Any]]:
    return url, {}


def _for_sqlite(url: URL, timeout: float) -> tuple[URL, dict[str, Any]]:
    # One thread at a time uses a connection, but not always the same.
    return url, {"timeout": min(_SQLITE_PATIENCE, timeout), "check_same_thread": False}


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver shall not begin transactions on its own.
    connection.isolation_level = None
    # Readers and a writer do not wait for each other; a commit survives the process, not always
    # a loss of power (https://www.sqlite.org/wal.html).
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes then may not wait for another: it has to fail.
    writes = connection.get_execution_options()[WRITES]
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_ARGUMENTS: dict[str, Callable[[URL, float], tuple[URL, dict[str, Any]]]] = {
    "pysqlite": _for_sqlite,
    "pg8000": pg8000_driver.split_arguments,
    "psycopg": libpq_driver.split_arguments,
    "psycopg2": libpq_driver.split_arguments,
}
