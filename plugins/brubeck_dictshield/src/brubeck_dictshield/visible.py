"""Keep private fields private wherever a document is: in a list, in a dictionary, anywhere."""

from __future__ import annotations

from typing import Any, Literal

#: Who is looking: the owner of a document, or anybody.
View = Literal["owner", "public"]

_PLAIN = frozenset({str, int, float, bool, type(None)})


def visible(value: Any, view: View, as_json: bool) -> Any:
    """Return `value` with what `view` shows of them in place of the documents in it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    show = getattr(kind, "_safe", None)
    if show is not None:
        return show(value, view, as_json)
    if kind is dict:
        return {key: visible(item, view, as_json) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind(visible(item, view, as_json) for item in value)
    return value
