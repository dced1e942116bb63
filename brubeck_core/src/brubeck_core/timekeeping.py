"""Time as the original keeps it: whole milliseconds since 1970 in UTC.

A `datetime` without a zone is taken to be UTC throughout, whatever zone the machine is in.
"""

from __future__ import annotations

import importlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MILLISECOND = timedelta(milliseconds=1)
#: No written date is longer; what is, never reaches the lenient parser.
_LONGEST_DATE = 100
# strftime would write the month in the language of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def curtime() -> int:
    """Return the current time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def datestring_to_millis(text: str) -> int:
    """Return the milliseconds since the epoch of a written date.

    ISO 8601 is always understood. Anything looser, such as ``2 January 2012 3pm``, needs
    python-dateutil. Zones and fractions of a second are kept. Raises `ValueError`.
    """
    if len(text) > _LONGEST_DATE:
        raise ValueError(f"a date of {len(text)} characters is not a date")
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = _parse_loosely(text)
    return datetime_to_millis(moment)


def datetime_to_millis(moment: datetime) -> int:
    """Return the milliseconds since the epoch of `moment`."""
    return (_in_utc(moment) - EPOCH) // _MILLISECOND


def millis_to_datetime(millis: int) -> datetime:
    """Return the moment, in UTC, that is `millis` milliseconds after the epoch.

    Raises `ValueError` beyond the years 1 to 9999.
    """
    try:
        return EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        raise ValueError(f"{millis} ms is beyond the years 1 to 9999") from None


def prettydate(moment: datetime, now: datetime | None = None) -> str:
    """Say how long ago `moment` was: ``just now``, ``3 hours ago``, ``7 days ago``.

    What is older than a week, or not yet past, is given as a date: ``05 Jan 12``.

    Args:
        now: measure from here instead of from the current time.
    """
    moment = _in_utc(moment)
    age = (datetime.now(UTC) if now is None else _in_utc(now)) - moment
    if age.days < 0 or age.days > 7:
        return f"{moment.day:02} {_MONTHS[moment.month - 1]} {moment.year % 100:02}"
    if age.days:
        return _ago(age.days, "day")
    if age.seconds <= 1:
        return "just now"
    if age.seconds < 60:
        return _ago(age.seconds, "second")
    if age.seconds < 3600:
        return _ago(age.seconds // 60, "minute")
    return _ago(age.seconds // 3600, "hour")


def _ago(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _parse_loosely(text: str) -> datetime:
    try:
        parser: Any = importlib.import_module("dateutil.parser")
    except ModuleNotFoundError:
        raise ValueError(
            f"{text!r} is not a date in ISO 8601, such as 2012-01-05T10:30:00Z; "
            "looser ones are understood after: pip install python-dateutil"
        ) from None
    try:
        # What is left out, a year for instance, is today's, and today is the day in UTC.
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        moment: datetime = parser.parse(text, default=today, tzinfos=_zone)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a date") from None
    return moment


def _zone(name: str | None, offset: int | None) -> int | None:
    """Refuse a zone known by name only, which dateutil would silently drop."""
    if name is not None and offset is None:
        raise ValueError(f"{name!r} names more than one zone; write its offset")
    return offset
