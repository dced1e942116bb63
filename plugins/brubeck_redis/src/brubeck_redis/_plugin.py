"""Register the stores."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import (
    CacheRegistration,
    Option,
    QuerysetRegistration,
    UserStoreRegistration,
    hookimpl,
)

_OPTIONS = (
    Option("url", str, "The server: redis://, rediss:// or unix:// (on this machine).", True),
    Option("prefix", str, 'What the names of all keys begin with ("brubeck").'),
    Option("pool_size", int, "Connections to keep at most (50)."),
    Option("timeout", float, "Seconds to wait for an answer (0.5)."),
)


@hookimpl
def brubeck_register_caches() -> Iterable[CacheRegistration]:
    yield CacheRegistration(
        name="redis",
        target="brubeck_redis.cache:RedisCache",
        options=_OPTIONS,
        summary="A cache in Redis, which all processes share.",
        requires=(("redis", "redis"),),
    )


@hookimpl
def brubeck_register_querysets() -> Iterable[QuerysetRegistration]:
    yield QuerysetRegistration(
        name="redis",
        target="brubeck_redis.items:RedisItems",
        options=_OPTIONS,
        summary="Items in Redis.",
        requires=(("redis", "redis"),),
    )


@hookimpl
def brubeck_register_user_stores() -> Iterable[UserStoreRegistration]:
    yield UserStoreRegistration(
        name="redis",
        target="brubeck_redis.users:RedisUserStore",
        options=_OPTIONS,
        summary="Users in Redis.",
        requires=(("redis", "redis"),),
    )
