"""Cached values, users and items in Redis."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brubeck_redis.cache import RedisCache as RedisCache
    from brubeck_redis.items import RedisItems as RedisItems
    from brubeck_redis.original_cache import RedisCacheStore as RedisCacheStore
    from brubeck_redis.original_queryset import RedisQueryset as RedisQueryset
    from brubeck_redis.users import RedisUserStore as RedisUserStore

_HOMES = {
    "RedisCache": "cache",
    "RedisCacheStore": "original_cache",
    "RedisItems": "items",
    "RedisQueryset": "original_queryset",
    "RedisUserStore": "users",
}

__all__ = ["RedisCache", "RedisCacheStore", "RedisItems", "RedisQueryset", "RedisUserStore"]


def __getattr__(name: str) -> Any:
    """Import a class, and the library it needs, when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
