"""Register the stores."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import Option, QuerysetRegistration, UserStoreRegistration, hookimpl

OPTIONS = (
    Option("url", str, 'Where the server is: "mongodb://name:password@host:27017".', secret=True),
    Option("database", str, 'The database; that of the url, else "brubeck", unless set.'),
    Option("pool_size", int, "How many connections a process has at most; 100 unless set."),
    Option("timeout", float, "Seconds that a call may take; 0.5 unless set."),
)
REQUIRES = (("pymongo", "pymongo"), ("bson", "pymongo"))


@hookimpl
def brubeck_register_user_stores() -> Iterable[UserStoreRegistration]:
    yield UserStoreRegistration(
        name="mongo",
        target="brubeck_mongo.users:MongoUserStore",
        options=OPTIONS,
        summary="Users in MongoDB.",
        requires=REQUIRES,
    )


@hookimpl
def brubeck_register_querysets() -> Iterable[QuerysetRegistration]:
    yield QuerysetRegistration(
        name="mongo",
        target="brubeck_mongo.queryset:MongoQueryset",
        options=OPTIONS,
        summary="Items in MongoDB.",
        requires=REQUIRES,
    )
