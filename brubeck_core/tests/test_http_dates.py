"""Dates as HTTP writes them."""

import locale
import time

import pytest
from brubeck_core.http.dates import http_date, http_date_now, parse_http_date


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784111777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (784111777.999, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ],
)
def test_write(epoch: float, expected: str) -> None:
    assert http_date(epoch) == expected


@pytest.mark.parametrize("epoch", [253402300800, 1e30, float("inf"), float("nan"), -1e12])
def test_no_date_is_an_error(epoch: float) -> None:
    with pytest.raises(ValueError, match="no date"):
        http_date(epoch)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("Sun Nov  6 08:49:37 1994", 784111777),
        ("Sat, 31 Dec 2016 23:59:60 GMT", 1483228799),
        ("", None),
        ("now", None),
        ("0", None),
        ("Sun, 06 Nov 1994 08:49:37 +0100", None),
        ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ("Sun, 06 Foo 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 25:49:37 GMT", None),
        ("Sun, 06 Nov 0000 08:49:37 GMT", None),
        ("Sun, \u0660\u0666 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT\n", None),
    ],
)
def test_read(text: str, expected: int | None) -> None:
    assert parse_http_date(text) == expected


def test_two_digits_of_a_year_are_within_fifty_years(monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.gmtime
    monkeypatch.setattr(time, "gmtime", lambda *_: real(1795000000))  # November 2026
    assert parse_http_date("Friday, 06-Nov-76 08:49:37 GMT") == 3371878177
    assert parse_http_date("Friday, 06-Nov-77 08:49:37 GMT") == 247654177


def test_what_is_written_can_be_read() -> None:
    assert all(
        parse_http_date(http_date(day * 86399)) == day * 86399 for day in range(0, 30000, 61)
    )


def test_the_locale_does_not_matter() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
    finally:
        locale.setlocale(locale.LC_TIME, before)


def test_now_is_made_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 784111777.1)
    first = http_date_now()
    assert first == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert http_date_now() is first
    monkeypatch.setattr(time, "time", lambda: 784111778.0)
    assert http_date_now() == "Sun, 06 Nov 1994 08:49:38 GMT"
