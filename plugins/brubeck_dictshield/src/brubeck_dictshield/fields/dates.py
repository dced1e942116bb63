"""Fields of moments."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from brubeck_core.timekeeping import datestring_to_millis, datetime_to_millis
from brubeck_dictshield.fields.base import BaseField
from brubeck_dictshield.fields.numbers import LongField

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


class DateTimeField(BaseField[datetime]):
    """A moment, also given as ISO 8601 text: ``2011-12-11T03:04:27.107+02:00``.

    The time, to the second, has to be there; fraction and zone may be, and are kept.

    Args:
        format: how JSON shows it: a `strftime` format, or a function of the datetime. ISO 8601
            unless given.
    """

    json_type = "string"
    json_format = "date-time"

    def __init__(
        self, format: str | Callable[[datetime], Any] | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.format = format

    def accept(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        return _parse(value) or value

    def absent(self, value: Any) -> bool:
        return value is None or (isinstance(value, str) and not value.strip())

    def validate(self, value: Any) -> None:
        if not isinstance(self.accept(value), datetime):
            raise self.error("not_datetime", "is not a moment, such as 2011-12-11T03:04:27Z", value)

    def for_python(self, value: Any) -> Any:
        return self.accept(value)

    def for_json(self, value: Any) -> Any:
        moment = self.accept(value)
        if not isinstance(moment, datetime):
            return super().for_json(value)
        if self.format is None:
            return moment.isoformat()
        return moment.strftime(self.format) if isinstance(self.format, str) else self.format(moment)


class TimeStampField(DateTimeField):
    """A moment that JSON shows as whole seconds since 1970.

    Numbers are taken as such seconds, and become datetimes in UTC. A datetime without a zone is
    in local time.
    """

    def accept(self, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return datetime.fromtimestamp(value, UTC)
            except (ValueError, OverflowError, OSError):
                return value
        return super().accept(value)

    def for_json(self, value: Any) -> Any:
        moment = self.accept(value)
        if not isinstance(moment, datetime):
            return super().for_json(value)
        try:
            return math.floor(moment.timestamp())
        except (ValueError, OverflowError):
            raise self.error("not_datetime", "is beyond what a clock can show", value) from None


class MillisecondField(LongField):
    """Milliseconds since 1970 in UTC, also given as a datetime or as a written date.

    ISO 8601 is always understood; looser dates are when python-dateutil is installed.
    """

    def accept(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return datetime_to_millis(value)
        accepted = super().accept(value)
        if not isinstance(accepted, str):
            return accepted
        try:
            return datestring_to_millis(accepted)
        except ValueError:
            return accepted

    def validate(self, value: Any) -> None:
        super().validate(self.accept(value))

    def for_python(self, value: Any) -> int:
        return super().for_python(self.accept(value))


def _parse(text: str) -> datetime | None:
    text = text.strip()
    if _ISO.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
