"""The field of MongoDB's identifiers. It needs pymongo, which brings `bson`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brubeck_dictshield.fields.base import BaseField

try:
    from bson import ObjectId
    from bson.errors import InvalidId
except ImportError as error:
    raise ImportError(
        "ObjectIdField needs MongoDB's bson: pip install 'brubeck-dictshield[mongo]'"
    ) from error


class ObjectIdField(BaseField[ObjectId]):
    """An ObjectId, also given as its 24 hexadecimal digits.

    Args:
        auto_fill: make a new one where there is none.
    """

    json_type = "string"

    def __init__(self, auto_fill: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.auto_fill = auto_fill

    def default_maker(self) -> Callable[[], Any] | None:
        if self.auto_fill and self.default is None:
            return ObjectId
        return super().default_maker()

    def accept(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return ObjectId(value)
        except InvalidId:
            return value

    def validate(self, value: Any) -> None:
        self.for_python(value)

    def for_python(self, value: Any) -> ObjectId:
        accepted = self.accept(value)
        if not isinstance(accepted, ObjectId):
            raise self.error("not_objectid", "is not an ObjectId of 24 digits", value)
        return accepted

    def for_json(self, value: Any) -> str:
        return str(value)
