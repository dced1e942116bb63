"""Users and items in SQL databases, by SQLAlchemy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brubeck_sqlalchemy.queryset import SQLQueryset as SQLQueryset
    from brubeck_sqlalchemy.users import SQLUserStore as SQLUserStore

_HOMES = {"SQLQueryset": "queryset", "SQLUserStore": "users"}

__all__ = ["SQLQueryset", "SQLUserStore"]


def __getattr__(name: str) -> Any:
    """Import a store, and the library it needs, when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
