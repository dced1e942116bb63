"""Write what Mongrel2 reads: reply messages, one ZeroMQ message each.

    UUID SP LEN:IDLIST, SP PAYLOAD

An empty payload closes the connections. An IDLIST that begins with ``X`` makes the payload a
command to the server (Mongrel2 manual, "Hacking", and its `handler_parser.rl`). A message the
server cannot read makes it sleep for 100 ms, so whatever leaves here is well formed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from brubeck_mongrel2.protocol.tnetstrings import Encodable, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Connections named in one message; the server's `limits.handler_targets` is 128.
MAX_IDS = 100

_UUID = re.compile(r"[A-Za-z0-9-]+").fullmatch
_CONN_ID = re.compile(r"[0-9]{1,10}").fullmatch


def reply(uuid: str, conn_id: str, payload: bytes) -> bytes:
    """Return the message that writes `payload` to one connection as it is.

    Args:
        uuid: the `sender` of the request that is answered.
        conn_id: its `conn_id`.
        payload: at least one byte; nothing would close the connection, see `close`.

    Raises `ValueError` for an empty payload, or names the server could not read.
    """
    if not payload:
        raise ValueError("an empty reply would close the connection; say close() to do that")
    return _head(uuid, (conn_id,)) + payload


def reply_bulk(uuid: str, conn_ids: Iterable[str], payload: bytes) -> Iterator[bytes]:
    """Yield the messages that write `payload` to several connections, `MAX_IDS` at a time.

    Raises `ValueError` as `reply` does.
    """
    if not payload:
        raise ValueError("an empty reply would close the connections; say close_bulk() for that")
    return (_head(uuid, batch) + payload for batch in _batches(conn_ids))


def close(uuid: str, conn_id: str) -> bytes:
    """Return the message that closes a connection once all before it is written."""
    return _head(uuid, (conn_id,))


def close_bulk(uuid: str, conn_ids: Iterable[str]) -> Iterator[bytes]:
    """Yield the messages that close several connections."""
    return (_head(uuid, batch) for batch in _batches(conn_ids))


def keep_alive(uuid: str, conn_ids: Iterable[str]) -> Iterator[bytes]:
    """Yield the messages that keep idle connections from the server's `limits.min_ping`."""
    return (_control(uuid, batch, {"keep-alive": True}) for batch in _batches(conn_ids))


def upload_credits(uuid: str, conn_id: str, size: int) -> bytes:
    """Return the message that asks for `size` more bytes of a streamed upload."""
    if size < 1:
        raise ValueError(f"an upload is granted a number of bytes above 0, not {size}")
    return _control(uuid, (conn_id,), {"credits": size})


def cancel(uuid: str, conn_id: str) -> bytes:
    """Return the message that cuts a connection at once, whatever was still to be written."""
    return _control(uuid, (conn_id,), {"cancel": True})


@lru_cache(maxsize=256)
def check_uuid(uuid: str) -> str:
    """Return `uuid` if the server can read it as an address.

    Raises `ValueError` otherwise: letters, digits and hyphens only, at least one.
    """
    if not _UUID(uuid):
        raise ValueError(
            f"Mongrel2 cannot read {uuid!r} as an address: use letters, digits and hyphens "
            "in send_ident, no underscore and no dot"
        )
    return uuid


def _head(uuid: str, conn_ids: Sequence[str], prefix: str = "") -> bytes:
    check_uuid(uuid)
    for conn_id in conn_ids:
        if not _CONN_ID(conn_id):
            raise ValueError(f"a connection id is a decimal number, not {conn_id!r}")
    ids = prefix + " ".join(conn_ids)
    return f"{uuid} {len(ids)}:{ids}, ".encode("ascii")


def _control(uuid: str, conn_ids: Sequence[str], command: Encodable) -> bytes:
    return _head(uuid, conn_ids, "X ") + encode(["ctl", command])


def _batches(conn_ids: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for conn_id in conn_ids:
        batch.append(conn_id)
        if len(batch) == MAX_IDS:
            yield batch
            batch = []
    if batch:
        yield batch
