"""Who the client is when a proxy stands in between: only what is explicitly trusted."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Sequence

from brubeck_core.errors import ConfigError
from brubeck_wsgi.http1.head import HTTPRequest
from brubeck_wsgi.http1.refused import Refused

#: Who is trusted; None is whoever reaches a unix socket, which has no address.
Network = ipaddress.IPv4Network | ipaddress.IPv6Network | None

_UNIX = "unix"

# The PROXY protocol, version 1 and 2.
_V1 = b"PROXY "
_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
_V1_LONGEST = 107
_V2_HEAD = 16


def parse_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Read networks such as ``"10.0.0.0/8"``, single addresses, or ``"unix"``.

    Raises `ConfigError`.
    """
    networks: list[Network] = []
    for text in texts:
        try:
            networks.append(None if text == _UNIX else ipaddress.ip_network(text))
        except ValueError as error:
            raise ConfigError(
                f"trusted_proxies of the connection wsgi has {text!r}: {error}. Write addresses "
                "or networks, such as 127.0.0.1 or 10.0.0.0/8, or unix for the unix sockets of bind"
            ) from None
    return tuple(networks)


def believe_forwarded(request: HTTPRequest, trusted: Sequence[Network]) -> None:
    """Take the client's address and scheme from X-Forwarded-*, if a trusted proxy says so.

    The list is read from its end: the last address that is no trusted proxy is the client.
    """
    peer = request.remote_addr
    if not (None in trusted if peer is None else _is_trusted(peer, trusted)):
        return
    for hop in reversed((request.header("x-forwarded-for") or "").split(",")):
        address = hop.strip()
        if not _is_address(address):
            break
        request.remote_addr = address
        if not _is_trusted(address, trusted):
            break
    scheme = (request.header("x-forwarded-proto") or "").rpartition(",")[2].strip().lower()
    if scheme in ("http", "https"):
        request.scheme = scheme


def parse_proxy_header(data: bytes) -> tuple[str | None, int] | None:
    """Read the PROXY header at the beginning of a connection, version 1 or 2.

    Returns the client's address (None when the proxy speaks for itself) and the header's length;
    None when more has to come. Raises `Refused` for anything else.
    """
    if data.startswith(_V2):
        return _parse_v2(data)
    if data.startswith(_V1):
        return _parse_v1(data)
    if _V1.startswith(data) or _V2.startswith(data):
        return None
    raise Refused(400, "The connection has to begin with a PROXY header.")


def _parse_v1(data: bytes) -> tuple[str | None, int] | None:
    end = data.find(b"\r\n", 0, _V1_LONGEST)
    if end < 0:
        if len(data) >= _V1_LONGEST:
            raise Refused(400, "The PROXY header is too long.")
        return None
    words = data[:end].decode("latin-1").split(" ")
    if len(words) >= 2 and words[1] == "UNKNOWN":
        return None, end + 2
    if len(words) == 6 and words[1] in ("TCP4", "TCP6") and _is_address(words[2]):
        return words[2], end + 2
    raise Refused(400, "The PROXY header is malformed.")


def _parse_v2(data: bytes) -> tuple[str | None, int] | None:
    if len(data) < _V2_HEAD:
        return None
    command, family, length = struct.unpack("!BBH", data[12:_V2_HEAD])
    if command not in (0x20, 0x21) or length > 536:
        raise Refused(400, "The PROXY header is malformed.")
    end = _V2_HEAD + length
    if len(data) < end:
        return None
    body = data[_V2_HEAD:end]
    if command == 0x20 or family >> 4 not in (1, 2):
        return None, end
    size = 4 if family >> 4 == 1 else 16
    if len(body) < 2 * size + 4:
        raise Refused(400, "The PROXY header is malformed.")
    return str(ipaddress.ip_address(body[:size])), end


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(text: str, trusted: Sequence[Network]) -> bool:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # how a socket for both families shows an IPv4 peer
    return any(network is not None and address in network for network in trusted)
