"""The field of identifiers that need no database to be made."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from brubeck_dictshield.fields.base import BaseField


class UUIDField(BaseField[uuid.UUID]):
    """A UUID, also given as text in any of its forms.

    Args:
        auto_fill: make a random one (version 4) where there is none.
    """

    json_type = "string"

    def __init__(self, auto_fill: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.auto_fill = auto_fill

    def default_maker(self) -> Callable[[], Any] | None:
        if self.auto_fill and self.default is None:
            return uuid.uuid4
        return super().default_maker()

    def accept(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not value:
            return None if self.auto_fill else value
        try:
            return uuid.UUID(value)
        except ValueError:
            return value

    def validate(self, value: Any) -> None:
        if not isinstance(self.accept(value), uuid.UUID):
            raise self.error("not_uuid", "is not a UUID", value)

    def for_python(self, value: Any) -> Any:
        return self.accept(value)

    def for_json(self, value: Any) -> str:
        return str(self.accept(value))
