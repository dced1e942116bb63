"""Conditions and ranges of a request for something that can be named by an ETag."""

from __future__ import annotations

import re

from brubeck_core.errors import HTTPError
from brubeck_core.http.dates import parse_http_date

_is_range = re.compile(r"bytes[ \t]*=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE).fullmatch

# Longer numbers of bytes than any file has.
_MAX_DIGITS = 18
_ENDLESS = 10**_MAX_DIGITS


def is_not_modified(
    etag: str, modified: int, if_none_match: str | None, if_modified_since: str | None
) -> bool:
    """Say whether a client has what it asks for already (RFC 9110 §13.2.2), so that 304 is due.

    Args:
        etag: of what there is, with its quotes; without commas.
        modified: when it changed last, in seconds since the epoch.
        if_none_match: the header; where it is present, the date does not count.
        if_modified_since: the header; a date that cannot be read does not count.
    """
    if if_none_match is not None:
        known = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
        return if_none_match.strip() == "*" or etag.removeprefix("W/") in known
    if if_modified_since is None:
        return False
    since = parse_http_date(if_modified_since)
    return since is not None and modified <= since


def wants_range(etag: str, modified: int, if_range: str | None) -> bool:
    """Say whether a Range counts: only if what it belongs to is unchanged (RFC 9110 §13.1.5)."""
    if if_range is None:
        return True
    if if_range.startswith('"'):
        return if_range == etag
    return parse_http_date(if_range) == modified


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first byte a Range asks for and the one after the last (RFC 9110 §14.1.2).

    None means the whole: for several ranges, which are not worth their cost, for other units
    and for what is malformed. Raises `HTTPError` 416 for a range outside of `size` bytes, or one
    that ends before it begins.
    """
    found = _is_range(header)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = (_number(digits) for digits in found.groups())
    if first is None:
        start, stop = max(size - (last or 0), 0), size
    else:
        start, stop = first, size if last is None else min(last + 1, size)
    if start >= stop:
        raise HTTPError(
            416, "There is no such range of bytes.", {"Content-Range": f"bytes */{size}"}
        )
    return start, stop


def _number(digits: str) -> int | None:
    if not digits:
        return None
    return _ENDLESS if len(digits) > _MAX_DIGITS else int(digits)
