"""Turn values of any kind into what JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from brubeck_dictshield.errors import ShieldException

_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def jsonable(value: Any) -> Any:
    """Return `value` made of dict, list, str, int, float, bool and None alone.

    Dates become ISO 8601 text, NaN and the infinities None (JSON has no such numbers, RFC 8259
    §6), anything unknown its text. Raises `ShieldException` when values are nested too deeply.
    """
    if type(value) in _AS_THEY_ARE:
        return value
    try:
        return _convert(value)
    except RecursionError:
        raise ShieldException("values are nested too deeply for JSON", code="too_deep") from None


def _convert(value: Any) -> Any:
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _convert(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_convert(item) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    to_json = getattr(value, "to_json", None)
    return to_json(encode=False) if callable(to_json) else str(value)
