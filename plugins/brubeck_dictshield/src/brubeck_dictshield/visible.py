"""Keep private fields private wherever a document is: in a list, in a dictionary, anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from brubeck_dictshield.multivaluedict import MultiValueDict

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
    if isinstance(value, MultiValueDict):
        return kind((key, visible(items, view, as_json)) for key, items in value.lists())
    if isinstance(value, Mapping):
        return {key: visible(item, view, as_json) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(visible(item, view, as_json) for item in value)
    # Documents have no hash, so that sets have none in them.
    if isinstance(value, list):
        return [visible(item, view, as_json) for item in value]
    return value
