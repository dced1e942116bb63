"""A Mongrel2 configuration as values; `database` writes and reads it.

The names are those of Mongrel2's own tables and of its manual.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Handler:
    """Where requests go to Brubeck, and where its answers come from.

    Args:
        send_spec: what the server binds for requests; a handler's `pull_addr` connects to it.
        send_ident: the sender name in every request, unique among all servers that share
            handlers. Letters, digits and hyphens.
        recv_spec: what the server binds for answers; a handler's `pub_addr` connects to it.
        recv_ident: which answers the server takes: those addressed to a name that begins so.
        raw_payload: write answers on JSON and XML sockets as they are, not in base64.
        protocol: ``"json"`` or ``"tnetstring"``, the form of request headers.
    """

    send_spec: str
    send_ident: str
    recv_spec: str
    recv_ident: str
    raw_payload: bool = True
    protocol: str = "json"


@dataclass(frozen=True, slots=True)
class Directory:
    """Files that Mongrel2 serves itself.

    Args:
        base: the folder, with a slash at its end.
        cache_ttl: seconds it remembers a file's size and age.
    """

    base: str
    index_file: str = "index.html"
    default_ctype: str = "application/octet-stream"
    cache_ttl: int = 0


@dataclass(frozen=True, slots=True)
class Proxy:
    """Another HTTP server."""

    addr: str
    port: int


Target: TypeAlias = Handler | Directory | Proxy


@dataclass(frozen=True, slots=True)
class Host:
    """A site.

    Args:
        name: its name.
        routes: target by path; the longest prefix wins.
        matching: the pattern of Host headers; the name when empty.
    """

    name: str
    routes: Mapping[str, Target]
    matching: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """One Mongrel2 process.

    Args:
        uuid: what selects it within the configuration.
        default_host: the name of the host for requests that fit no other.
        bind_addr: the address it listens on.
        control_port: the ZeroMQ address of its control port.
        chroot: empty for none, which lets every path be absolute.
    """

    uuid: str
    name: str
    default_host: str
    hosts: tuple[Host, ...]
    port: int
    access_log: str
    error_log: str
    pid_file: str
    control_port: str = ""
    bind_addr: str = "127.0.0.1"
    chroot: str = ""
    use_ssl: bool = False
    #: Shared objects loaded for extended replies.
    xrequests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """All that one configuration file holds; settings are the same for all its servers."""

    servers: tuple[Server, ...]
    settings: Mapping[str, str | int] = field(default_factory=dict)
    #: Content type by file name extension, with its dot.
    mimetypes: Mapping[str, str] = field(default_factory=dict)

    def server(self, uuid: str | None = None) -> Server:
        """Return the server `uuid`, or the only one. Raises `LookupError`."""
        found = [server for server in self.servers if uuid in (None, server.uuid)]
        if len(found) != 1:
            known = ", ".join(server.uuid for server in self.servers)
            raise LookupError(f"name one server by its uuid; there are: {known or 'none'}")
        return found[0]
