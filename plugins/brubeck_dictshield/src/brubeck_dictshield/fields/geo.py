"""The field of points on a map."""

from __future__ import annotations

import math
from collections.abc import Sized
from typing import Any

from brubeck_dictshield.fields.base import BaseField


class GeoPointField(BaseField[Any]):
    """Two numbers, as a list or tuple ``(x, y)`` or a dictionary ``{"lat": x, "lon": y}``."""

    json_type = "array"
    json_format = "geo-point"

    def validate(self, value: Any) -> None:
        if isinstance(value, Sized) and len(value) != 2:
            raise self.error("geo_dimension", "has to have two coordinates", value)
        if not isinstance(value, list | tuple | dict):
            raise self.error("geo_container", "has to be a list or a dictionary", value)
        if not all(map(_is_number, value.values() if isinstance(value, dict) else value)):
            raise self.error("geo_types", "has to be made of two numbers", value)

    def describe(self) -> dict[str, Any]:
        return {"items": [{"type": "number"}, {"type": "number"}]}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
