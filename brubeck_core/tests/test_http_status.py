"""Reason phrases."""

import pytest
from brubeck_core.http.status import REASONS, reason


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "OK"),
        (201, "Created"),
        (207, "Multi-Status"),
        (302, "Found"),
        (400, "Bad request"),
        (401, "Authentication failed"),
        (403, "Forbidden"),
        (404, "Not found"),
        (405, "Method not allowed"),
        (413, "Content Too Large"),
        (422, "Unprocessable Content"),
        (431, "Request Header Fields Too Large"),
        (500, "Server error"),
        (503, "Service Unavailable"),
    ],
)
def test_known_phrase(status: int, expected: str) -> None:
    assert reason(status) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (199, "Informational"),
        (299, "Success"),
        (399, "Redirection"),
        (418, "Client error"),
        (599, "Server error"),
        (0, "Unknown status"),
        (999, "Unknown status"),
    ],
)
def test_unknown_status_has_the_phrase_of_its_class(status: int, expected: str) -> None:
    assert reason(status) == expected


def test_phrases_are_fit_for_a_status_line() -> None:
    assert [text for text in REASONS.values() if not (text and text.isprintable())] == []
