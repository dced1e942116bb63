"""Register the stores."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import Option, QuerysetRegistration, UserStoreRegistration, hookimpl

_OPTIONS = (
    Option("url", str, "The database, such as sqlite:///brubeck.db (the default).", secret=True),
    Option("pool_size", int, "Connections at most, of each process (10)."),
    Option("timeout", float, "Seconds to wait for the database (0.7)."),
)
_REQUIRES = (("sqlalchemy", "SQLAlchemy"),)


@hookimpl
def brubeck_register_user_stores() -> Iterable[UserStoreRegistration]:
    yield UserStoreRegistration(
        name="sql",
        target="brubeck_sqlalchemy.users:SQLUserStore",
        options=_OPTIONS,
        summary="Users in SQLite, PostgreSQL and other SQL databases.",
        requires=_REQUIRES,
    )


@hookimpl
def brubeck_register_querysets() -> Iterable[QuerysetRegistration]:
    yield QuerysetRegistration(
        name="sql",
        target="brubeck_sqlalchemy.queryset:SQLQueryset",
        options=_OPTIONS,
        summary="Items in SQLite, PostgreSQL and other SQL databases.",
        requires=_REQUIRES,
    )
