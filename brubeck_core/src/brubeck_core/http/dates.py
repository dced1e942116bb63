"""Dates as HTTP writes them (RFC 9110 §5.6.7), whatever the locale."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Today's form, then the two that a recipient has to understand as well: RFC 850 and asctime.
_FORMS = tuple(
    re.compile(form, re.ASCII).fullmatch
    for form in (
        r"[A-Z][a-z]{2}, (?P<day>\d\d) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) "
        r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) GMT",
        r"[A-Z][a-z]{5,8}, (?P<day>\d\d)-(?P<month>[A-Z][a-z]{2})-(?P<year>\d\d) "
        r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) GMT",
        r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]\d) "
        r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) (?P<year>\d{4})",
    )
)

# The current second and its text; one tuple, so that threads see both or neither.
_now: tuple[int, str] = (-1, "")


def http_date(epoch: float) -> str:
    """Write seconds since the epoch as ``"Sun, 06 Nov 1994 08:49:37 GMT"``.

    Raises `ValueError` for what lies outside the years 1 to 9999.
    """
    try:
        year, month, day, hour, minute, second, weekday, _, _ = time.gmtime(epoch)
    except (OverflowError, OSError, ValueError):
        year = 0
    if not 1 <= year <= 9999:
        raise ValueError(f"{epoch!r} seconds since the epoch is no date of the years 1 to 9999")
    return (
        f"{_DAYS[weekday]}, {day:02} {_MONTHS[month - 1]} {year:04} "
        f"{hour:02}:{minute:02}:{second:02} GMT"
    )


def http_date_now() -> str:
    """Write the current time as an HTTP date; the text is made once a second."""
    global _now
    second = int(time.time())
    known, text = _now
    if known != second:
        text = http_date(second)
        _now = (second, text)
    return text


def parse_http_date(text: str) -> int | None:
    """Read an HTTP date, in any of the three forms, as seconds since the epoch.

    Returns None for anything else, because a recipient ignores dates it cannot read.
    """
    found = next(filter(None, (form(text) for form in _FORMS)), None)
    if found is None or found["month"] not in _MONTHS:
        return None
    year = int(found["year"])
    if len(found["year"]) == 2:
        # More than fifty years ahead means the past century.
        this_year = time.gmtime().tm_year
        year += this_year - this_year % 100
        if year > this_year + 50:
            year -= 100
    try:
        date = datetime(
            year,
            _MONTHS.index(found["month"]) + 1,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            min(int(found["second"]), 59),  # a leap second counts as the one before it
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return int(date.timestamp())
