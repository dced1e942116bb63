"""Times in milliseconds, written dates, and how long ago something was."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from brubeck_core.timekeeping import (
    curtime,
    datestring_to_millis,
    datetime_to_millis,
    millis_to_datetime,
    prettydate,
)

NEW_YEAR = 1_325_376_000_000  # 2012-01-01T00:00:00Z
NOW = datetime(2012, 1, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"], autouse=True)
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run every test on machines in several zones: none of it may matter."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def test_curtime_is_now_in_whole_milliseconds() -> None:
    before = time.time() * 1000
    now = curtime()
    assert type(now) is int
    assert before - 1 <= now <= time.time() * 1000 + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012-01-01", NEW_YEAR),
        ("2012-01-01T00:00:00", NEW_YEAR),
        ("2012-01-01 00:00:00", NEW_YEAR),
        (" 2012-01-01T00:00:00Z ", NEW_YEAR),
        ("20120101T000000Z", NEW_YEAR),
        ("2012-01-01T02:00:00+02:00", NEW_YEAR),
        ("2011-12-31T19:00:00-05:00", NEW_YEAR),
        ("2012-01-01T00:00:00.250Z", NEW_YEAR + 250),
        ("2012-01-01T00:00:00.9999999Z", NEW_YEAR + 999),
        ("1969-12-31T23:59:59.999Z", -1),
        ("1970-01-01", 0),
    ],
)
def test_iso_dates(text: str, expected: int) -> None:
    millis = datestring_to_millis(text)
    assert (millis, type(millis)) == (expected, int)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 January 2012 3pm", NEW_YEAR + 39 * 3_600_000),
        ("Jan 1, 2012", NEW_YEAR),
        ("Sun, 01 Jan 2012 02:00:00 +0200", NEW_YEAR),
        ("Sun, 01 Jan 2012 00:00:00 GMT", NEW_YEAR),
        ("Sun Jan  1 00:00:00.5 2012", NEW_YEAR + 500),
    ],
)
def test_loose_dates(text: str, expected: int) -> None:
    assert datestring_to_millis(text) == expected


def test_what_a_loose_date_leaves_out_is_of_today_in_utc() -> None:
    before, millis, after = curtime(), datestring_to_millis("10:30"), curtime()
    dates = {millis_to_datetime(moment).date() for moment in (before, after)}
    moment = millis_to_datetime(millis)
    assert (moment.hour, moment.minute) == (10, 30)
    assert moment.date() in dates


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2012-13-01", "2012-01-01T25:00", "Jan 1 2012 5pm PST", "9" * 50, "1 " * 10_000],
    ids=lambda text: text[:20],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        datestring_to_millis(text)


def test_without_dateutil_a_loose_date_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "dateutil.parser", None)
    with pytest.raises(ValueError, match=r"ISO 8601.*pip install python-dateutil"):
        datestring_to_millis("2 January 2012")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2012, 1, 1), NEW_YEAR),
        (datetime(2012, 1, 1, tzinfo=UTC), NEW_YEAR),
        (datetime(2012, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5.5))), NEW_YEAR),
        (datetime(2012, 1, 1, 0, 0, 0, 1999), NEW_YEAR + 1),
    ],
)
def test_moments_to_milliseconds(moment: datetime, expected: int) -> None:
    assert datetime_to_millis(moment) == expected


@pytest.mark.parametrize("millis", [0, -1, NEW_YEAR, NEW_YEAR + 500, 253_402_300_799_999])
def test_milliseconds_to_moments_and_back(millis: int) -> None:
    moment = millis_to_datetime(millis)
    assert moment.tzinfo is UTC
    assert datetime_to_millis(moment) == millis


@pytest.mark.parametrize("millis", [10**15, -(10**15), 10**30])
def test_milliseconds_beyond_the_calendar(millis: int) -> None:
    with pytest.raises(ValueError, match="beyond"):
        millis_to_datetime(millis)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=1), "just now"),
        (timedelta(seconds=2), "2 seconds ago"),
        (timedelta(seconds=30), "30 seconds ago"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(seconds=119), "1 minute ago"),
        (timedelta(seconds=120), "2 minutes ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(minutes=61), "1 hour ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=7), "7 days ago"),
        (timedelta(days=7, hours=23), "7 days ago"),
        (timedelta(days=8), "12 Jan 12"),
        (timedelta(days=15), "05 Jan 12"),
        (timedelta(seconds=-1), "20 Jan 12"),
        (timedelta(days=-365), "19 Jan 13"),
    ],
)
@pytest.mark.parametrize("zone", [UTC, None, timezone(timedelta(hours=9))], ids=str)
def test_prettydate(age: timedelta, expected: str, zone: timezone | None) -> None:
    moment = (NOW - age).astimezone(zone) if zone else (NOW - age).replace(tzinfo=None)
    assert prettydate(moment, now=NOW) == expected


def test_prettydate_measures_from_the_current_time() -> None:
    assert prettydate(datetime.now(UTC) - timedelta(hours=3, minutes=5)) == "3 hours ago"
