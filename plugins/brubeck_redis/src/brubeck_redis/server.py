"""Reach the server: bounded in connections and in time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ConfigError, StoreUnavailable

if TYPE_CHECKING:
    from redis import Redis

URL = "redis://localhost:6379/0"
PREFIX = "brubeck"
POOL_SIZE = 50
#: Seconds to wait for an answer.
TIMEOUT = 0.5

#: Seconds for a connection to be made. With the time for an answer it has to stay under the second
#: in which a store says that it cannot be reached.
_CONNECT = 0.2

# What a server says that takes no writes, or nothing at all, for now: its disk is full, replicas
# are missing, a script runs. The library has no classes for these.
_NOT_NOW = re.compile(r"(?:^|caused error: )(?:MISCONF|NOREPLICAS|BUSY) ")


def connect(url: str = URL, *, pool_size: int = POOL_SIZE, timeout: float = TIMEOUT) -> Redis:
    """Return a client of the server at `url`; it connects when it is used.

    Args:
        url: such as ``"redis://user:password@host:6379/0"``, ``"rediss://..."`` for TLS or
            ``"unix:///run/redis.sock"``.
        pool_size: how many connections it has at most. Who needs one when all are in use waits.
        timeout: seconds to wait for an answer.

    Raises `ConfigError` for arguments that cannot be used.
    """
    from brubeck_redis.pool import Pool
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    if pool_size < 1:
        raise ConfigError(f"pool_size of redis is {pool_size}; use 1 or more")
    if not timeout > 0:
        raise ConfigError(f"timeout of redis is {timeout}; use a positive number of seconds")
    try:
        pool = Pool.from_url(
            url,
            max_connections=pool_size,
            socket_connect_timeout=_CONNECT,
            socket_timeout=timeout,
            # A call that failed may have been carried out; and there is no time for a second.
            retry=Retry(NoBackoff(), 0),
            # By protocol 3 a server in maintenance has the library wait ten seconds.
            protocol=2,
            # Clients may send text that is no Unicode, in JSON for instance.
            encoding_errors="surrogatepass",
        )
    except ValueError:
        # Neither the address nor the error is shown: a password with a slash reads as a port.
        raise ConfigError(
            "the url of redis cannot be read; it looks like 'redis://user:password@host:6379/0', "
            f"with %2F for a slash in the password, or like {URL!r}"
        ) from None
    return Redis(connection_pool=pool)


@contextmanager
def reaching(client: Redis) -> Iterator[None]:
    """Turn the errors of a server that cannot do its work into `StoreUnavailable`."""
    with getattr(client.connection_pool, "gate", nullcontext()):
        try:
            yield
        except Exception as error:
            # Whoever made a client has imported its library; nobody else has to.
            from redis import exceptions

            unavailable = (
                exceptions.ConnectionError,
                exceptions.TimeoutError,
                exceptions.MasterDownError,
                exceptions.OutOfMemoryError,
                exceptions.ReadOnlyError,
            )
            told = isinstance(error, exceptions.ResponseError) and _NOT_NOW.search(str(error))
            if not (told or isinstance(error, unavailable)):
                raise
            raise StoreUnavailable(f"redis at {_address(client)}") from error


def make_key(prefix: str, kind: str, *names: str) -> str:
    """Join names with colons, those that they have themselves written otherwise.

    Two lists of names never make one key.
    """
    escaped = (name.replace("%", "%25").replace(":", "%3A") for name in names)
    return ":".join((prefix, kind, *escaped))


def _address(client: Redis) -> str:
    options: dict[str, Any] = client.connection_pool.connection_kwargs
    if "path" in options:
        return str(options["path"])
    return f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
