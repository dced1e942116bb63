"""What an error of a database means: try again, not reachable, or a mistake."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

# SQLSTATE codes (PostgreSQL manual, appendix A).
_SERIALIZATION_FAILURE, _DEADLOCK, _DUPLICATE_TABLE = "40001", "40P01", "42P07"
_TRY_AGAIN = {_SERIALIZATION_FAILURE, _DEADLOCK, _DUPLICATE_TABLE}
#: Connection, authorization, catalog name, resources, intervention; and a lock not to be had.
_UNAVAILABLE = ("08", "28", "3D", "53", "57", "55P03")
#: The server ends, or ended, the connection.
_DISCONNECTED = ("08", "57P")


def may_try_again(error: DBAPIError) -> bool:
    """Say whether the same transaction may well succeed when it is repeated.

    Nothing of it was done: it met another transaction, or a connection that had broken before.
    """
    return (
        error.connection_invalidated
        or isinstance(error, IntegrityError)
        or sqlstate(error) in _TRY_AGAIN
        or _is_locked(error)
    )


def is_unavailable(error: DBAPIError) -> bool:
    """Say whether the database cannot do anything now, whatever it is asked."""
    return (
        error.connection_invalidated
        or isinstance(error, OperationalError | InterfaceError)
        or sqlstate(error).startswith(_UNAVAILABLE)
    )


def reason(error: DBAPIError) -> str:
    """Return what the database said, without the statement and its values."""
    said = error.orig.args[0] if error.orig is not None and error.orig.args else ""
    if isinstance(said, dict):  # pg8000
        said = said.get("M", "")
    return str(said).strip().partition("\n")[0]


def sqlstate(error: DBAPIError) -> str:
    """Return the five characters by which SQL names an error, or nothing."""
    return _sqlstate(error.orig)


def notice_disconnects(context: ExceptionContext) -> None:
    """Give up connections that the server has ended, for SQLAlchemy's `handle_error`."""
    if _sqlstate(context.original_exception).startswith(_DISCONNECTED):
        context.is_disconnect = True


def _sqlstate(error: Any) -> str:
    arguments = getattr(error, "args", ())
    if arguments and isinstance(arguments[0], dict):  # pg8000
        return str(arguments[0].get("C", ""))
    return str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")


def _is_locked(error: DBAPIError) -> bool:
    name = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
