"""What a client may say about paging, and what it gets."""

from __future__ import annotations

from typing import Any

import pytest
from brubeck_core.http.request import Request
from brubeck_core.paging import get_typed_argument, paging_from_request, since_from_request


@pytest.mark.parametrize(
    ("query", "options", "expected"),
    [
        ("", {}, (0, 25, 0)),
        ("page=2&count=10", {}, (2, 10, 20)),
        ("page=2", {}, (2, 25, 50)),
        ("count=500", {}, (0, 25, 0)),
        ("count=500", {"max_count": None}, (0, 500, 0)),
        ("count=500", {"max_count": 100}, (0, 100, 0)),
        ("", {"default_count": 5, "default_page": 1}, (1, 5, 5)),
        ("page=2&count=10&skip=3", {}, (2, 10, 3)),
        ("count=0", {}, (0, 0, 0)),
        ("page=-1&count=-5", {}, (0, 25, 0)),
        ("page=-1&count=-5&skip=-3", {"default_page": 2, "default_count": 10}, (2, 10, 20)),
        ("page=two&count=1.5&skip=", {}, (0, 25, 0)),
        ("page=1_0&count=%2B5", {}, (0, 25, 0)),
        ("page=%D9%A2", {}, (0, 25, 0)),
        ("page=9223372036854775807", {}, (2**63 - 1, 25, 2**63 - 1)),
        ("page=9223372036854775808", {}, (0, 25, 0)),
        (f"page={'9' * 5000}", {}, (0, 25, 0)),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_paging(query: str, options: dict[str, Any], expected: tuple[int, int, int]) -> None:
    assert paging_from_request(Request(query=query), **options) == expected


@pytest.mark.parametrize(
    ("query", "default", "expected"),
    [
        ("", 0, 0),
        ("", 7, 7),
        ("since=1325376000000", 0, 1_325_376_000_000),
        ("since=-1", 7, 7),
        ("since=yesterday", 7, 7),
    ],
)
def test_since(query: str, default: int, expected: int) -> None:
    assert since_from_request(Request(query=query), default) == expected


@pytest.mark.parametrize(
    ("query", "convert", "default", "expected"),
    [
        ("tempo=5.4", float, 1.0, 5.4),
        ("tempo=fast", float, 1.0, 1.0),
        ("", float, None, None),
        ("", str, None, None),
        ("tempo=fast", str, None, "fast"),
        ("tempo=1e999", lambda text: int(float(text)), 0, 0),
    ],
    ids=["number", "not a number", "missing", "missing text", "text", "too large"],
)
def test_any_type(query: str, convert: Any, default: Any, expected: Any) -> None:
    assert get_typed_argument("tempo", default, Request(query=query), convert) == expected
