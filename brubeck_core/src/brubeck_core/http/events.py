"""Server-sent events: a stream of small messages to a page (WHATWG HTML, §9.2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from brubeck_core.http.response import Response

EVENT_STREAM = "text/event-stream"


def format_event(
    data: str, event: str | None = None, id: str | None = None, retry: int | None = None
) -> str:
    """Return one event as it goes over the wire.

    Args:
        data: the text; it may have several lines.
        event: the name a page listens for, ``"message"`` when left out.
        id: what the page sends back as `Last-Event-ID` when it connects again.
        retry: milliseconds after which a page connects again.

    Raises `ValueError` when a name or an id would end its line early.
    """
    lines = []
    for field, value in (("event", event), ("id", id)):
        if value is not None:
            if "\n" in value or "\r" in value or "\0" in value:
                raise ValueError(f"the {field} of a server-sent event is one line: {value!r}")
            lines.append(f"{field}: {value}")
    if retry is not None:
        lines.append(f"retry: {retry:d}")
    text = data.replace("\r\n", "\n").replace("\r", "\n")
    lines.extend(f"data: {line}" for line in text.split("\n"))
    return "\n".join(lines) + "\n\n"


def event_stream(events: Iterable[str | Mapping[str, Any] | None]) -> Response:
    """Make an answer that sends events as an iterable gives them.

    Each is text for the data alone, a mapping with the arguments of `format_event` (data that is
    no text is sent as JSON), or None for a comment that keeps the connection from looking dead.
    """
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(_EventBody(events), 200, headers, content_type=EVENT_STREAM)


class _EventBody:
    """Events as text. Closes their source also if nobody has asked for one, as after HEAD."""

    def __init__(self, events: Iterable[str | Mapping[str, Any] | None]) -> None:
        self._events = events

    def __iter__(self) -> Iterator[str]:
        return map(_encode, self._events)

    def close(self) -> None:
        close = getattr(self._events, "close", None)
        if close is not None:
            close()


def _encode(event: str | Mapping[str, Any] | None) -> str:
    if event is None:
        return ":\n\n"
    if isinstance(event, str):
        return format_event(event)
    data = event["data"]
    text = data if isinstance(data, str) else json.dumps(data)
    return format_event(text, event.get("event"), event.get("id"), event.get("retry"))
