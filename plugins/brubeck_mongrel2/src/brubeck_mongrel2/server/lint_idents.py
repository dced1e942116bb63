"""The traps in handler rows: who sends to whom, and under which name."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from brubeck_mongrel2.protocol.reply import check_uuid
from brubeck_mongrel2.server.config import Config, Handler
from brubeck_mongrel2.server.findings import Finding, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The length that an ipc path may have (sun_path, less its end).
MAX_IPC_PATH = 107


def check(config: Config) -> Iterator[Finding]:
    """Yield what is wrong with the handlers of `config`, each row and each pair of rows."""
    rows = list(_handlers(config))
    for server, handler in rows:
        yield from _check_handler(server, handler)
    for (server, one), (other_server, other) in combinations(rows, 2):
        if (one.send_spec, one.recv_spec) == (other.send_spec, other.recv_spec):
            yield _same_addresses(one, other, server == other_server)
        else:
            yield from _check_pair(one, other)


def _handlers(config: Config) -> Iterator[tuple[str, Handler]]:
    """Yield each handler row once per server that uses it."""
    for server in config.servers:
        seen = set()
        for host in server.hosts:
            for target in host.routes.values():
                if isinstance(target, Handler) and target not in seen:
                    seen.add(target)
                    yield server.uuid, target


def _check_handler(server: str, handler: Handler) -> Iterator[Finding]:
    where = f"handler {handler.send_ident!r} of server {server}"
    try:
        check_uuid(handler.send_ident)
    except ValueError:
        yield error(
            where,
            "Mongrel2 cannot read answers to that send_ident and drops them all",
            "use letters, digits and hyphens only",
        )
    if not handler.recv_ident:
        yield warning(
            where,
            "with an empty recv_ident this server takes every answer, so that a second server "
            "with the same handlers gives answers to the wrong clients",
            f"set recv_ident = {handler.send_ident!r}",
        )
    elif not handler.send_ident.startswith(handler.recv_ident):
        yield error(
            where,
            f"recv_ident {handler.recv_ident!r} is not how send_ident begins: the server takes "
            "no answer, and every client waits for ever",
            f"set recv_ident = {handler.send_ident!r}",
        )
    if handler.protocol not in ("json", "tnetstring"):
        yield warning(
            where,
            f"protocol {handler.protocol!r} is unknown and means json",
            "say json or tnetstring",
        )
    if handler.send_spec == handler.recv_spec:
        yield error(
            where,
            "send_spec and recv_spec are the same address, which cannot be bound twice",
            "give each a port or path of its own",
        )
    for name, spec in (("send_spec", handler.send_spec), ("recv_spec", handler.recv_spec)):
        yield from _check_spec(where, name, spec)


def _check_spec(where: str, name: str, spec: str) -> Iterator[Finding]:
    scheme, _, address = spec.partition("://")
    if scheme not in ("tcp", "ipc") or not address:
        yield error(
            where,
            f"{name} {spec!r} is not a ZeroMQ address that other processes can reach",
            "use tcp://127.0.0.1:9999 or ipc:///path/of/a/socket",
        )
    elif scheme == "ipc" and len(address) > MAX_IPC_PATH:
        yield error(
            where,
            f"{name} has a path of {len(address)} characters, and the system allows {MAX_IPC_PATH}",
            "use a shorter path, or tcp",
        )
    elif scheme == "ipc" and not address.startswith("/"):
        yield warning(
            where,
            f"{name} {spec!r} is relative to the folder the server runs in; a handler that runs "
            "elsewhere does not find it",
            "use an absolute path",
        )
    elif scheme == "tcp" and address.rpartition(":")[0] in ("*", "0.0.0.0", "[::]"):
        yield warning(
            where,
            f"{name} {spec!r} is open to every network; whoever reaches it can take requests "
            "or answer them",
            "bind the address of the network that the handlers are in, and keep others out of it",
        )


def _same_addresses(one: Handler, other: Handler, same_server: bool) -> Finding:
    where = f"handlers {one.send_ident!r} and {other.send_ident!r}"
    if same_server:
        return warning(
            where,
            "they have the same addresses, so the server makes one of them and the names of the "
            "first it loads hold for both",
            "use one row for both routes",
        )
    return error(
        where,
        "two servers would bind the same addresses, which one of them cannot",
        "give each server a handler of its own; Brubeck connects to several",
    )


def _check_pair(one: Handler, other: Handler) -> Iterator[Finding]:
    where = f"handlers {one.send_ident!r} and {other.send_ident!r}"
    if {one.send_spec, one.recv_spec} & {other.send_spec, other.recv_spec}:
        yield error(
            where,
            "they share one address, which only one of them can bind",
            "give each handler two addresses of its own, or make them one row",
        )
    for taker, sender in ((one, other), (other, one)):
        if taker.recv_ident and sender.send_ident.startswith(taker.recv_ident):
            yield error(
                where,
                f"recv_ident {taker.recv_ident!r} takes the answers to {sender.send_ident!r} too, "
                "and gives them to clients that asked something else",
                "choose names of which none begins with another",
            )
            return
