"""Documents as stores keep them: JSON's values, from which the same document can be made again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from brubeck_dictshield.document import BaseDocument
from brubeck_dictshield.fields import BaseField, DateTimeField
from brubeck_dictshield.fields.embedded import reachable


def has_formats(cls: type[BaseDocument]) -> bool:
    """Say whether JSON shows a moment of these documents in a form that cannot be read again."""
    return any(
        _is_formatted(field)
        for document in (cls, *reachable(cls))
        for field in document._fields.values()
    )


def storable(document: BaseDocument) -> dict[str, Any]:
    """Return what `to_json` does, but for moments: they are ISO 8601, whatever their format."""
    values: dict[str, Any] = document.to_json(encode=False)
    for name, field in document._fields.items():
        kept = _kept(field, document[name])
        if kept is not None:
            values[field.uniq_field or name] = kept
    return values


def _kept(field: BaseField[Any], value: Any) -> Any:
    if isinstance(value, BaseDocument):
        return storable(value)
    if isinstance(value, datetime) and _is_formatted(field):
        return value.isoformat()
    if isinstance(value, list | tuple) and all(isinstance(item, BaseDocument) for item in value):
        return [storable(item) for item in value]
    return None


def _is_formatted(field: BaseField[Any]) -> bool:
    return isinstance(field, DateTimeField) and field.format is not None
