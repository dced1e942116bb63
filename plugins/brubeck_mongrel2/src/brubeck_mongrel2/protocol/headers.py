"""Read the header block of a message, in either of the forms Mongrel2 writes."""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import TypeAlias

from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.tnetstrings import MAX_LENGTH_DIGITS

#: Header values by name, latin-1 text. Mongrel2's own names are upper case, the client's lower
#: case. A header that came several times has a list.
Headers: TypeAlias = dict[str, str | list[str]]


def json_headers(text: str) -> Headers:
    """Return the headers of a JSON block that was read as latin-1.

    Mongrel2 escapes only the quote and the backslash, and passes the client's control
    characters and bytes above 127 as they came (`request.c`, json_escape). Read as latin-1 and
    not strictly, that is exact. Raises `ProtocolError`.
    """
    try:
        # PERF: the scanner itself; JSONDecoder.decode looks for white space around, too.
        pairs, end = _scan_json(text, 0)
        headers: Headers = dict(pairs)
    except (ValueError, TypeError, StopIteration, RecursionError) as error:
        raise ProtocolError("headers are not JSON") from error
    if text[0] != "{" or end != len(text):
        raise ProtocolError("headers are JSON, but not an object alone")
    if len(headers) != len(pairs):
        raise ProtocolError("a header name is there twice")
    for value in headers.values():
        if value.__class__ is not str:
            _check_list(value)
    if "\\u" in text:
        _check_latin1(headers)
    return headers


def tnetstring_headers(text: str) -> Headers:
    """Return the headers of a tnetstring dictionary, given what stands between length and ``}``.

    The text is the block read as latin-1. Raises `ProtocolError`.
    """
    # PERF: this runs for every request; the general decoder takes three times as long.
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


# Objects come as lists of pairs, which shows a name that is there twice.
_scan_json = JSONDecoder(strict=False, object_pairs_hook=list).scan_once  # type: ignore[attr-defined]


def has_controls(text: str) -> bool:
    """Say whether there is a control character in a block, other than TAB (RFC 9110 §5.5).

    Mongrel2 lets the client's pass in names and values.
    """
    # PERF: nearly every block is printable, which is known at once.
    return not text.isprintable() and _find_control(text) is not None


_find_control = re.compile("[\x00-\x08\x0a-\x1f\x7f]").search


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
