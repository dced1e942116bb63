"""The recorded helpers for time: what is kept, and what is whole and in its zone by now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from brubeck.timekeeping import (
    MillisecondField,
    curtime,
    datestring_to_millis,
    millis_to_datetime,
    prettydate,
)
from brubeck_dictshield.document import Document
from brubeck_dictshield.errors import ShieldException
from golden_apps import Case

#: Defects, with what they are to be: a zone that counts, and fractions that stay.
MENDED = {
    "datestring_zone_ignored": 1325376000000 - 2 * 3600 * 1000,
    "sub_second_lost": 1325376000500,
}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Moment(Document):
    """A document of one moment."""

    at = MillisecondField()


def check_time(case: Case) -> None:
    """Do what was done when it was recorded; a number is whole now, a bad date an error."""
    seen = case["observed"]
    found = outcomes(seen)
    assert set(found) | {"field_bad"} == set(seen)
    for name, outcome in found.items():
        assert outcome == MENDED.get(name, seen[name]), name
        assert not isinstance(outcome, float), name
    with pytest.raises(ShieldException):
        Moment(at="no date at all").validate()


def outcomes(seen: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    moment = millis_to_datetime(1325376000500)
    return {
        "curtime_is_ms_int": isinstance(curtime(), int) and curtime() > 1_600_000_000_000,
        "datestring": datestring_to_millis("2012-01-01T00:00:00"),
        "datestring_fuzzy": datestring_to_millis("2 January 2012 3pm"),
        "datestring_zone_ignored": datestring_to_millis("2012-01-01T00:00:00+02:00"),
        "sub_second_lost": datestring_to_millis("2012-01-01T00:00:00.500"),
        "field_from_number": field_value(5),
        "field_from_text": field_value("2012-01-01"),
        "pretty": [[age, prettydate(now - duration(age), now)] for age, _ in seen["pretty"]],
        "pretty_future_is_date": prettydate(now + timedelta(days=1), now)
        == f"{now + timedelta(days=1):%d %b %y}",
        "pretty_old": prettydate(datetime(2012, 1, 5)),
        "to_datetime": f"{moment:%Y-%m-%dT%H:%M:%S.%f}",
    }


def field_value(given: Any) -> Any:
    document = Moment(at=given)
    document.validate()
    return document.to_python()["at"]


def duration(age: str) -> timedelta:
    return timedelta(**{UNITS[age[-1]]: int(age[:-1])})
