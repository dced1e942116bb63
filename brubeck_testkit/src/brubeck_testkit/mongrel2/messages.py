"""What Mongrel2 writes and reads, from the server's side: requests out, replies in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

#: Header values by name, latin-1 text; a list for a header that came several times.
Headers: TypeAlias = Mapping[str, str | list[str]]

#: Where Mongrel2 puts the messages it makes itself.
CONTROL_PATH = "@*"


def pack(
    headers: Headers,
    body: bytes = b"",
    *,
    path: str = "/",
    sender: str = "fake-1",
    conn_id: str = "1",
    protocol: str = "json",
) -> bytes:
    """Return the message Mongrel2 would send for these headers and this body.

    Args:
        protocol: ``"json"`` or ``"tnetstring"``, as in the handler's row of the config.
    """
    block = _tnetstring(dict(headers)) if protocol == "tnetstring" else _json(headers)
    words = f"{sender} {conn_id} {path} ".encode("latin-1")
    return b"%b%b%d:%b," % (words, block, len(body), body)


def http_headers(
    method: str, target: str, headers: Headers | None = None, *, version: str = "HTTP/1.1"
) -> dict[str, str | list[str]]:
    """Return the headers Mongrel2 makes of an HTTP request for `target`, such as ``/a?b=c``."""
    parts = urlsplit(target)
    made: dict[str, str | list[str]] = {
        "PATH": parts.path,
        "host": "127.0.0.1:6767",
        "x-forwarded-for": "127.0.0.1",
        **{name.lower(): value for name, value in (headers or {}).items()},
        "METHOD": method,
        "VERSION": version,
        "URI": parts.path + (f"?{parts.query}" if "?" in target else ""),
        "PATTERN": "/",
        "URL_SCHEME": "http",
        "REMOTE_ADDR": "127.0.0.1",
    }
    if "?" in target:
        made["QUERY"] = parts.query
    return made


@dataclass(frozen=True, slots=True)
class Reply:
    """One message from a handler, as Mongrel2 reads it.

    Args:
        command: whether the payload is for the server (an extended reply) rather than for the
            clients.
    """

    uuid: str
    conn_ids: list[str]
    payload: bytes
    command: bool = False


def unpack_reply(raw: bytes) -> Reply | None:
    """Return the reply in `raw`; None for what the server would skip as malformed."""
    match = _REPLY(raw)
    if match is None:
        return None
    uuid, size, rest = match.groups()
    ids, end = rest[: int(size)], rest[int(size) : int(size) + 2]
    if end != b", " or not _IDS(ids):
        return None
    words = ids.decode().split(" ")
    command = words[0] == "X"
    conn_ids = words[1:] if command else words
    if len(conn_ids) > 128:
        return None
    return Reply(uuid.decode(), conn_ids, rest[int(size) + 2 :], command)


def read_command(payload: bytes) -> dict[str, int | bytes]:
    """Return the arguments of a ``ctl`` command. Raises `ValueError` for anything else."""
    match = re.fullmatch(rb"\d+:3:ctl,\d+:(.*)\}\]", payload, re.DOTALL)
    if match is None:
        raise ValueError(f"not a ctl command: {payload!r}")
    arguments: dict[str, int | bytes] = {}
    rest = match[1]
    while rest:
        name, _, rest = _cut(rest)
        value, tag, rest = _cut(rest)
        arguments[name.decode()] = int(value) if tag == b"#" else value
    return arguments


_REPLY = re.compile(rb"([A-Za-z0-9-]+) ([0-9]{1,9}):(.*)", re.DOTALL).fullmatch
_IDS = re.compile(rb"(?:X )?[0-9]+(?: [0-9]+)*").fullmatch


def _cut(data: bytes) -> tuple[bytes, bytes, bytes]:
    size, _, rest = data.partition(b":")
    end = int(size)
    return rest[:end], rest[end : end + 1], rest[end + 1 :]


def _json(headers: Headers) -> bytes:
    """Write headers as Mongrel2 does: it escapes the quote and the backslash, nothing else."""
    fields = ",".join(f"{_quoted(name)}:{_json_value(value)}" for name, value in headers.items())
    text = ("{" + fields + "}").encode("latin-1")
    return b"%d:%b," % (len(text), text)


def _json_value(value: str | list[str]) -> str:
    return _quoted(value) if isinstance(value, str) else "[" + ",".join(map(_quoted, value)) + "]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _tnetstring(value: str | list[str] | dict[str, str | list[str]]) -> bytes:
    if isinstance(value, str):
        data, tag = value.encode("latin-1"), b","
    elif isinstance(value, list):
        data, tag = b"".join(map(_tnetstring, value)), b"]"
    else:
        data = b"".join(_tnetstring(part) for pair in value.items() for part in pair)
        tag = b"}"
    return b"%d:%b%b" % (len(data), data, tag)
