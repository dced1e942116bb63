"""Read the header block of a message, in either of the forms Mongrel2 writes."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any, TypeAlias

from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.tnetstrings import MAX_LENGTH_DIGITS

#: Header values by name, latin-1 text. Mongrel2's own names are upper case, the client's lower
#: case. A header that came several times has a list.
Headers: TypeAlias = dict[str, str | list[str]]


def json_headers(data: bytes) -> Headers:
    """Return the headers of a JSON block.

    Mongrel2 escapes only the quote and the backslash, and passes the client's control
    characters and bytes above 127 as they came (`request.c`, json_escape). Read as latin-1 and
    not strictly, that is exact. Raises `ProtocolError`.
    """
    text = data.decode("latin-1")
    try:
        headers = _decode_json(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("headers are not JSON") from error
    if headers.__class__ is not dict:
        raise ProtocolError("headers are JSON, but not an object")
    for value in headers.values():
        if value.__class__ is not str:
            _check_list(value)
    if "\\u" in text:
        _check_latin1(headers)
    return headers


def tnetstring_headers(data: bytes) -> Headers:
    """Return the headers of a tnetstring dictionary, given what stands between length and ``}``.

    Raises `ProtocolError`.
    """
    # PERF: this runs for every request; the general decoder takes three times as long.
    text = data.decode("latin-1")
    headers: Headers = {}
    at = count = 0
    try:
        while at < len(text):
            colon = text.index(":", at, at + MAX_LENGTH_DIGITS + 1)
            stop = colon + 1 + _SIZES[text[at:colon]]
            name = text[colon + 1 : stop]
            if text[stop] != ",":
                raise ProtocolError("a header name is not text")
            at = stop + 1
            colon = text.index(":", at, at + MAX_LENGTH_DIGITS + 1)
            stop = colon + 1 + _SIZES[text[at:colon]]
            value = text[colon + 1 : stop]
            headers[name] = value if text[stop] == "," else _list(value, text[stop])
            at = stop + 1
            count += 1
    except (ValueError, IndexError) as error:
        raise ProtocolError("headers are not a tnetstring dictionary") from error
    if len(headers) != count:
        raise ProtocolError("a header name is there twice")
    return headers


class _Sizes(dict[str, int]):
    """Every length there usually is, by its digits; looking one up is quicker than `int`."""

    def __missing__(self, digits: str) -> int:
        if not digits.isdecimal() or digits[0] == "0":
            raise ValueError("not a length")
        return int(digits)


_SIZES = _Sizes((str(size), size) for size in range(1024))


def _list(text: str, tag: str) -> list[str]:
    if tag != "]" or not text:
        raise ProtocolError("a header is neither text nor a list of texts")
    values = []
    at = 0
    while at < len(text):
        colon = text.index(":", at, at + MAX_LENGTH_DIGITS + 1)
        stop = colon + 1 + _SIZES[text[at:colon]]
        if text[stop] != ",":
            raise ProtocolError("a header is a list of something else than texts")
        values.append(text[colon + 1 : stop])
        at = stop + 1
    return values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    headers = dict(pairs)
    if len(headers) != len(pairs):
        raise ProtocolError("a header name is there twice")
    return headers


_decode_json = JSONDecoder(strict=False, object_pairs_hook=_unique).decode


def _check_list(value: object) -> None:
    if not isinstance(value, list) or not value or any(type(item) is not str for item in value):
        raise ProtocolError("a header is neither text nor a list of texts")


def _check_latin1(headers: Headers) -> None:
    """Refuse what a ``\\u`` escape smuggled in; Mongrel2 makes none."""
    try:
        for name, value in headers.items():
            "".join([name, *value]).encode("latin-1")
    except UnicodeEncodeError as error:
        raise ProtocolError("a header is not made of bytes") from error
