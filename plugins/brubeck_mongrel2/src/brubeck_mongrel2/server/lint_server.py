"""The traps in servers, hosts, routes and folders."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from brubeck_mongrel2.protocol.classify import CONTROL_PATH
from brubeck_mongrel2.server.config import Config, Directory, Server
from brubeck_mongrel2.server.findings import Finding, error, warning
from brubeck_mongrel2.server.lint_idents import MAX_IPC_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator


#: What paths begin with, or a pattern for them.
_BEGINNINGS = ("/", "@", "<", "(")


def check(config: Config) -> Iterator[Finding]:
    """Yield what is wrong with each server of `config`, and between them."""
    if not config.servers:
        yield error("table server", "there is no server", "run `brubeck mongrel2 init`")
    for server in config.servers:
        yield from _check_server(server, config)
        for host in server.hosts:
            for path, target in host.routes.items():
                yield from _check_route(path, target, set(host.routes))
                if isinstance(target, Directory) and not config.mimetypes:
                    yield warning(
                        f"route {path}",
                        "no content types are known, so every file has the default one",
                        "fill the table mimetype; `brubeck mongrel2 init` does",
                    )
    yield from _check_shared(config)


def _check_server(server: Server, config: Config) -> Iterator[Finding]:
    where = f"server {server.uuid}"
    names = [host.name for host in server.hosts]
    if server.default_host not in names:
        yield error(
            where,
            f"default_host {server.default_host!r} is none of its hosts ({', '.join(names)}), "
            "and Mongrel2 will not start",
            "name one of them",
        )
    # A column of sqlite may hold anything.
    if not isinstance(server.port, int) or not 0 < server.port < 65536:
        yield error(
            where, f"nothing can listen on port {server.port}", "choose one between 1 and 65535"
        )
    if not server.chroot and str(config.settings.get("server.daemonize", 1)) != "0":
        yield warning(
            where,
            "without a chroot it goes into the background as soon as it is started",
            "set server.daemonize = 0 to run it in the foreground or under a supervisor",
        )
    if not server.control_port:
        yield warning(
            where,
            "its control port is run/control in whatever folder it is started from",
            "set control_port to an absolute ipc:// address",
        )
    elif len(server.control_port.removeprefix("ipc://")) > MAX_IPC_PATH:
        yield error(
            where,
            f"the path of its control port has more than the {MAX_IPC_PATH} characters that the "
            "system allows",
            "use a folder with a shorter path",
        )
    if server.use_ssl and not str(config.settings.get("certdir", "")).endswith("/"):
        yield error(
            where,
            "use_ssl needs the setting certdir with a slash at its end",
            f"set certdir, and put {server.uuid}.crt and {server.uuid}.key there",
        )
    for name in server.xrequests:
        if name.endswith("sendfile.so"):
            yield warning(
                where,
                "Debian's sendfile.so cannot be loaded, and Mongrel2 will not start with it",
                "take the xrequest row out, unless your own build has one that works",
            )


def _check_route(path: str, target: object, routes: set[str]) -> Iterator[Finding]:
    where = f"route {path}"
    if isinstance(target, Directory):
        if not target.base.endswith("/"):
            yield error(
                where,
                f"the folder {target.base!r} has no slash at its end, and Mongrel2 serves nothing "
                "from it",
                f"write {target.base + '/'!r}",
            )
        if not path.endswith("/") and "(" not in path:
            yield warning(
                where,
                f"it takes every path that begins so, {path}-secret too",
                f"write {path + '/'!r}",
            )
    if not path.startswith(_BEGINNINGS):
        yield error(
            where,
            "no request has a path that begins so",
            "begin with / for HTTP, @ for JSON sockets, < for XML sockets",
        )
    if path == CONTROL_PATH:
        yield warning(
            where,
            "clients can send messages to the path of Mongrel2's own",
            "choose another name for this JSON socket",
        )
    prefix, pattern, _ = path.partition("(")
    if pattern and len(prefix) > 1 and prefix not in routes and not path.endswith("()$"):
        yield warning(
            where,
            f"a path that begins with {prefix} and does not fit the pattern is 404, even where a "
            "shorter route would take it",
            f"add a route {prefix!r} as well, if it should not be",
        )


def _check_shared(config: Config) -> Iterator[Finding]:
    for what, values in (
        ("uuid", [server.uuid for server in config.servers]),
        ("pid_file", [server.pid_file for server in config.servers]),
        ("control_port", [server.control_port for server in config.servers]),
        ("address", [f"{server.bind_addr}:{server.port}" for server in config.servers]),
    ):
        for value, count in Counter(values).items():
            if count > 1 and value:
                yield error(
                    f"table server, {what} {value}",
                    f"{count} servers have the same",
                    "give each its own",
                )
