"""What a client may take of the server: sizes, counts and times."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The bounds on connections; times are seconds, sizes bytes. All are on by default."""

    #: A request line.
    max_line: int = 8190
    #: A whole request head, from its first byte to its last, however slowly it drips in.
    header_timeout: float = 10.0
    #: A connection on which nothing happens between two requests.
    idle_timeout: float = 75.0
    #: A body has to arrive at this rate, bytes per second, once the grace is over.
    body_rate: int = 240
    body_grace: float = 5.0
    #: A client has to take something of an answer within this time.
    write_timeout: float = 30.0
    #: A WebSocket that is silent this long is pinged, and closed when it stays silent as long.
    websocket_ping: float = 30.0
    #: Requests in work at once; beyond that a request is answered 503 at once.
    max_requests: int = 1000
    #: On threads: how many of those requests have one; the others wait for theirs.
    threads: int = 64
    #: Open connections; beyond that new ones wait in the kernel's backlog.
    max_connections: int = 20_000
    #: Bodies up to this size are complete before the handler runs; larger ones are streamed.
    body_buffer: int = 64 * KIB
    #: How much of a body that no handler has read is read to be thrown away.
    drain: int = 256 * KIB
    #: Files of the TLS certificate chain and its key, in PEM; empty serves without TLS.
    certificate: str = ""
    key: str = ""
    #: Whether every connection begins with a PROXY protocol header.
    proxy_protocol: bool = False
    #: Networks whose X-Forwarded-For and X-Forwarded-Proto are believed; "unix" for unix sockets.
    trusted_proxies: tuple[str, ...] = ()
    #: Write a line per request to the logger "brubeck.access".
    access_log: bool = False


DEFAULT_SETTINGS = ServerSettings()
