"""Content negotiation."""

import time

import pytest
from brubeck_core.http.negotiation import best_match, error_format

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", HTML),
        ("  ", HTML),
        ("*/*", HTML),
        ("application/json", JSON),
        ("Application/JSON", JSON),
        ("application/*", JSON),
        ("text/*", HTML),
        ("text/plain", TEXT),
        ("text/html;q=0.5, application/json", JSON),
        ("text/html;q=0.5, application/json;q=0.4", HTML),
        ("text/html; q=0.5 , application/json ; q=0.6", JSON),
        ("text/html;q=0, */*", JSON),
        ("text/*;q=0.9, text/html;q=0.1, application/json;q=0.5", TEXT),
        ("application/json, */*", JSON),
        ("application/json, */*;q=0.9", JSON),
        ("*/*;q=0.1, text/*;q=0.1, application/json;q=0.1", JSON),
        ("application/json, text/plain, */*", JSON),
        ("image/png", None),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("text/html;level=1", None),
        ("text/html;q=2, application/json;q=0.1", JSON),
        ("text/html;q=nan, application/json;q=0.1", JSON),
        ("text/html;q=-1, application/json;q=0.1", JSON),
        ("text/html;q=, application/json;q=0.1", JSON),
        ("text/html;q=0.9999, application/json;q=0.1", JSON),
        ("text/html;q=1.000;ext=1, application/json", HTML),
        ("nonsense", None),
        (",,;;,=", None),
        ("html/text, application/json", JSON),
    ],
)
def test_best_match(accept: str, expected: str | None) -> None:
    assert best_match(accept, [HTML, JSON, TEXT]) == expected


def test_parameters_make_a_range_more_specific() -> None:
    offers = ["text/html", "text/html; level=1"]
    assert best_match("text/html;level=1", offers) == "text/html; level=1"
    assert best_match("text/html;q=0.5, text/html;level=1", offers) == "text/html; level=1"
    assert best_match("text/html, text/html;level=1;q=0.5", offers) == "text/html"


def test_nothing_to_offer() -> None:
    assert best_match("", []) is None
    assert best_match("*/*", []) is None


CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(CHROME, "html", id="browser"),
        pytest.param("*/*", "text", id="curl"),
        pytest.param("", "text", id="empty"),
        pytest.param("application/json", "json", id="json"),
        pytest.param("application/problem+json", "json", id="problem"),
        pytest.param("application/vnd.api+json", "json", id="suffix"),
        pytest.param("application/json, text/plain, */*", "json", id="axios"),
        pytest.param("application/json, text/javascript, */*; q=0.01", "json", id="jquery"),
        pytest.param("text/html, application/json", "html", id="html-first"),
        pytest.param("application/json, text/html", "json", id="json-first"),
        pytest.param("text/html;q=0.5, application/json", "json", id="json-better"),
        pytest.param("application/json;q=0.5, text/html", "html", id="html-better"),
        pytest.param("text/html;q=0, application/json;q=0", "text", id="neither"),
        pytest.param("text/plain", "text", id="text"),
        pytest.param("text/*", "text", id="any-text"),
        pytest.param("application/*", "text", id="any-application"),
        pytest.param("image/png", "text", id="image"),
        pytest.param("\0\r\n;q=1", "text", id="nonsense"),
    ],
)
def test_error_format(accept: str, expected: str) -> None:
    assert error_format(accept) == expected


@pytest.mark.parametrize("accept", ["," * 1_000_000, "a/b;" * 300_000, "a/b," * 300_000 + JSON])
def test_hostile_headers_take_linear_time(accept: str) -> None:
    start = time.process_time()
    assert best_match(accept, [JSON, HTML]) is None
    assert error_format(accept) == "text"
    assert time.process_time() - start < 1
