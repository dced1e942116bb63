"""Users and items in MongoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brubeck_mongo.queryset import MongoQueryset as MongoQueryset
    from brubeck_mongo.users import MongoUserStore as MongoUserStore

__all__ = ["MongoQueryset", "MongoUserStore"]


def __getattr__(name: str) -> Any:
    """Import a store, and the library it needs, when it is first asked for."""
    if name == "MongoQueryset":
        from brubeck_mongo.queryset import MongoQueryset

        return MongoQueryset
    if name == "MongoUserStore":
        from brubeck_mongo.users import MongoUserStore

        return MongoUserStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
