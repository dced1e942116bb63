"""Time in whole milliseconds, and the field that keeps it."""

# A plugin that is not installed is `Any` to a type checker.
# mypy: disable-error-code="import-not-found, attr-defined"

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names

if TYPE_CHECKING:
    from brubeck_core.timekeeping import curtime as curtime
    from brubeck_core.timekeeping import datestring_to_millis as datestring_to_millis
    from brubeck_core.timekeeping import datetime_to_millis as datetime_to_millis
    from brubeck_core.timekeeping import millis_to_datetime as millis_to_datetime
    from brubeck_core.timekeeping import prettydate as prettydate
    from brubeck_dictshield.fields import MillisecondField as MillisecondField
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "MillisecondField": "brubeck_dictshield.fields",
            "curtime": "brubeck_core.timekeeping",
            "datestring_to_millis": "brubeck_core.timekeeping",
            "datetime_to_millis": "brubeck_core.timekeeping",
            "millis_to_datetime": "brubeck_core.timekeeping",
            "prettydate": "brubeck_core.timekeeping",
        },
    )
