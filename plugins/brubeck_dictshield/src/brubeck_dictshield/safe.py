"""What of a document its owner may see, and what everybody may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brubeck_dictshield.errors import ShieldException

if TYPE_CHECKING:
    from brubeck_dictshield.document import BaseDocument
    from brubeck_dictshield.visible import View


def safe_view(
    cls: type[BaseDocument],
    document: BaseDocument | Mapping[str, Any],
    view: View,
    as_json: bool,
) -> dict[str, Any]:
    """Return the owner's or the public view of a document, under short names, without None.

    Embedded documents show what their own classes let them.

    Args:
        document: an instance, or the dictionary of a stored one; it is not changed, and keys
            that are no fields are left out.
        as_json: make the values such that JSON can hold them.
    """
    if isinstance(document, cls):
        cls = type(document)
        values: Mapping[str, Any] = vars(document)
    elif isinstance(document, Mapping):
        names = cls._plan.names
        values = {names[key]: value for key, value in document.items() if key in names}
    else:
        raise ShieldException(
            f"{document!r} is neither a {cls.__name__} nor a dictionary of one",
            field_value=document,
        )
    found = {}
    for name in cls._fields:
        value = values.get(name)
        if value is None or not _is_shown(cls, name, view):
            continue
        field = cls._fields[name]
        try:
            shown = field.safe(value, view, as_json)
        except RecursionError:
            raise field.error("too_deep", "is nested too deeply", None) from None
        if shown is not None:
            found[field.minimized_field_name or name] = shown
    return found


def _is_shown(cls: type[BaseDocument], name: str, view: View) -> bool:
    # A field that is private as well as public is private.
    if name in (cls._private_fields or ()):
        return False
    if view == "owner":
        return name not in cls._internal_fields
    return name in (cls._public_fields or ())
