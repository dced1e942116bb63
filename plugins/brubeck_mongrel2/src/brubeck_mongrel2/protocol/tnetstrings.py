"""Tagged netstrings: ``LENGTH:payload`` and one character for the type (tnetstrings.org).

Mongrel2 speaks them on its control port, in extended replies and, if asked to, for request
headers. A wrong length in an extended reply crashes the real server, so what `encode` makes
is exact by construction. Text is latin-1 both ways, as HTTP's header bytes are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from brubeck_mongrel2.protocol.errors import ProtocolError

#: What `decode` returns; text arrives as bytes, the keys of dictionaries as text.
Value: TypeAlias = "bytes | int | float | bool | list[Value] | dict[str, Value] | None"
#: What `encode` takes.
Encodable: TypeAlias = (
    "bytes | str | int | float | bool | Sequence[Encodable] | Mapping[str, Encodable] | None"
)

#: Lists and dictionaries inside one another at most this deep.
MAX_DEPTH = 16
#: A length has at most this many digits, as in the specification.
MAX_LENGTH_DIGITS = 9

_INTEGER = re.compile(rb"-?(?:0|[1-9][0-9]{0,18})").fullmatch
_FLOAT = re.compile(rb"-?[0-9]{1,18}(?:\.[0-9]{1,18})?").fullmatch
_BOOLEANS = {b"true": True, b"false": False}


def encode(value: Encodable) -> bytes:
    """Return `value` as one tnetstring.

    Raises `TypeError` for a type that has no form, `ValueError` for text beyond latin-1, a float
    that is not finite or of more than 18 digits, or an integer of more than 64 bits.
    """
    payload, tag = _payload(value)
    return b"%d:%b%b" % (len(payload), payload, tag)


def decode(data: bytes) -> Value:
    """Return the value of `data`, which is one tnetstring and nothing after it.

    Raises `ProtocolError` for anything else, nested more than `MAX_DEPTH` deep included.
    """
    value, stop = _value_at(data, 0, len(data), MAX_DEPTH)
    if stop != len(data):
        raise ProtocolError("bytes follow the end of a tnetstring")
    return value


def length_at(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Read a length prefix at `start`; return where its payload begins and where it ends.

    The payload and the tag after it lie within `data[:end]`. Raises `ProtocolError`.
    """
    colon = data.find(b":", start, min(end, start + MAX_LENGTH_DIGITS + 1))
    digits = data[start:colon] if colon > start else b""
    if not digits.isdigit() or (digits[0] == 0x30 and len(digits) > 1):
        raise ProtocolError("a length has to be one to nine digits and a colon")
    stop = colon + 1 + int(digits)
    if stop >= end:
        raise ProtocolError("a length points beyond the end of its message")
    return colon + 1, stop


def _payload(value: Encodable) -> tuple[bytes, bytes]:
    if isinstance(value, str):
        return value.encode("latin-1"), b","
    if isinstance(value, bytes):
        return value, b","
    if value is None:
        return b"", b"~"
    if isinstance(value, bool):
        return (b"true" if value else b"false"), b"!"
    if isinstance(value, int):
        return _integer(value), b"#"
    if isinstance(value, float):
        return _float(value), b"^"
    if isinstance(value, Mapping):
        return b"".join(encode(part) for pair in value.items() for part in pair), b"}"
    if isinstance(value, Sequence):
        return b"".join(map(encode, value)), b"]"
    raise TypeError(f"a tnetstring cannot hold a {type(value).__name__}")


def _integer(value: int) -> bytes:
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError(f"a tnetstring cannot hold the number {value!r}: it needs over 64 bits")
    return b"%d" % value


def _float(value: float) -> bytes:
    text = f"{value:f}".encode()
    if not _FLOAT(text):
        raise ValueError(f"a tnetstring cannot hold the number {value!r}")
    return text


def _value_at(data: bytes, start: int, end: int, depth: int) -> tuple[Value, int]:
    begin, stop = length_at(data, start, end)
    tag = data[stop : stop + 1]
    if tag == b"}":
        return _dictionary(data, begin, stop, depth), stop + 1
    if tag == b"]":
        return _list(data, begin, stop, depth), stop + 1
    return _scalar(data[begin:stop], tag), stop + 1


def _list(data: bytes, at: int, end: int, depth: int) -> list[Value]:
    if not depth:
        raise ProtocolError("a tnetstring is nested too deep")
    values = []
    while at < end:
        value, at = _value_at(data, at, end, depth - 1)
        values.append(value)
    return values


def _dictionary(data: bytes, at: int, end: int, depth: int) -> dict[str, Value]:
    parts = _list(data, at, end, depth)
    keys = [key.decode("latin-1") for key in parts[::2] if isinstance(key, bytes)]
    if 2 * len(keys) != len(parts):
        raise ProtocolError("a tnetstring dictionary is not made of text keys with values")
    dictionary = dict(zip(keys, parts[1::2], strict=True))
    if len(dictionary) != len(keys):
        raise ProtocolError("a tnetstring dictionary has a key twice")
    return dictionary


def _scalar(payload: bytes, tag: bytes) -> Value:
    if tag == b",":
        return payload
    if tag == b"#" and _INTEGER(payload):
        return int(payload)
    if tag == b"^" and _FLOAT(payload):
        return float(payload)
    if tag == b"!" and payload in _BOOLEANS:
        return _BOOLEANS[payload]
    if tag == b"~" and not payload:
        return None
    raise ProtocolError("a tnetstring's payload and type do not agree")
