"""Server-sent events: what goes over the wire, and what happens to their source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from brubeck_core.http.events import event_stream, format_event


@pytest.mark.parametrize(
    ("name", "event", "expected"),
    [
        ("text", "a", b"data: a\n\n"),
        ("lines", "a\r\nb\rc\n", b"data: a\ndata: b\ndata: c\ndata: \n\n"),
        ("nothing", None, b":\n\n"),
        ("JSON", {"data": {"a": [1]}}, b'data: {"a": [1]}\n\n'),
        (
            "all there is",
            {"data": "a", "event": "e", "id": "7", "retry": 10},
            b"event: e\nid: 7\nretry: 10\ndata: a\n\n",
        ),
    ],
)
def test_an_event_on_the_wire(name: str, event: Any, expected: bytes) -> None:
    assert b"".join(event_stream([event]).chunks()) == expected


@pytest.mark.parametrize("field", ["event", "id"])
@pytest.mark.parametrize("end", ["\n", "\r", "\0"])
def test_a_field_never_ends_its_line(field: str, end: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        format_event("a", **{field: f"b{end}data: c"})  # type: ignore[arg-type]


class Source:
    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[str]:
        return iter("ab")

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("read", [0, 1, 2])
def test_the_source_is_closed_however_much_of_it_was_sent(read: int) -> None:
    source = Source()
    response = event_stream(source)
    pieces = response.chunks()
    for _ in range(read):
        next(pieces)
    response.close()
    assert source.closed == 1


def test_the_source_is_closed_after_head() -> None:
    source = Source()
    event_stream(source).finish("HEAD")
    assert source.closed == 1
