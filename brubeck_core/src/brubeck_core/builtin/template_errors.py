"""What to tell of a template that failed: its name, the line, and what was around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: How many lines are shown before and after the one that failed.
_AROUND = 3
_MOST_CONTEXT = 50


class Place(NamedTuple):
    """A line of a template.

    Attributes:
        template: the template's name or file.
        line: its number, from 1.
        source: the whole template, or '' if it is not at hand.
    """

    template: str
    line: int
    source: str = ""


def add_place(
    error: BaseException, name: str, context: Mapping[str, Any], place: Place | None
) -> None:
    """Add a note to an exception that says which template failed where, and with what.

    Notes are part of tracebacks (PEP 678): the log has them, and the error page of debug mode.
    Of the context only names and types are told.

    Args:
        name: the template that was to be rendered.
        place: the line that failed, perhaps of another template that this one uses.
    """
    note = "\n".join(
        [
            f"While rendering the template {name!r}{_where(name, place)}",
            *_excerpt(place),
            f"Its context: {_outline(context)}.",
        ]
    )
    # An exception object that is raised again and again must not grow.
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def _where(name: str, place: Place | None) -> str:
    if place is None:
        return "."
    return f", line {place.line}{f' of {place.template!r}' if place.template != name else ''}:"


def _excerpt(place: Place | None) -> list[str]:
    if place is None:
        return []
    first = max(place.line - _AROUND, 1)
    lines = place.source.splitlines()[first - 1 : place.line + _AROUND]
    return [
        f"{'>' if number == place.line else ' '}{number:5} | {line}"
        for number, line in enumerate(lines, first)
    ]


def _outline(context: Mapping[str, Any]) -> str:
    shown = [f"{name} ({type(value).__name__})" for name, value in context.items()]
    if len(shown) > _MOST_CONTEXT:
        shown[_MOST_CONTEXT:] = [f"{len(shown) - _MOST_CONTEXT} more"]
    return ", ".join(shown) or "empty"
