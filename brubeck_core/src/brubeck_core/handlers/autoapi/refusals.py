"""What an API refuses: a status, and everything that is wrong with the request."""

from __future__ import annotations

import json
from collections.abc import Iterable

from brubeck_core.errors import HTTPError
from brubeck_core.http.status import reason
from brubeck_core.models import FieldError, InvalidItem

#: Values that are not a client's to set, or that are meant for something else.
NOT_YOURS = frozenset(
    {"id_mismatch", "internal_field_overwrite", "read_only", "unknown_field", "unknown_parameter"}
)

#: How many errors one answer tells of.
_MOST = 100


class Refusal(HTTPError):
    """Answer with an error status, and with what is wrong where.

    Args:
        errors: the mistakes, by path; of a list of items the paths begin with its number.
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        errors: Iterable[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.errors = list(errors)


def refuse_values(errors: Iterable[FieldError]) -> Refusal:
    """Return the refusal of values: 422 if some are not the client's to set, else 400."""
    found = list(errors)
    if any(error.code in NOT_YOURS for error in found):
        return Refusal(422, "The request has values that do not belong there.", found)
    return Refusal(400, "The request has values that will not do.", found)


def errors_of(error: InvalidItem | Refusal, prefix: int | None) -> list[FieldError]:
    """Return the errors of one item; with `prefix`, its number in a list, in front."""
    return error.errors if prefix is None else [each.under(prefix) for each in error.errors]


def problem(status: int, detail: str, errors: Iterable[FieldError]) -> bytes:
    """Make a problem document (RFC 9457) whose member `errors` tells of single values."""
    found: dict[str, object] = {"status": status, "title": reason(status)}
    if detail:
        found["detail"] = detail
    told = [
        {"path": error.path, "code": error.code, "reason": error.reason}
        for error, _ in zip(errors, range(_MOST), strict=False)
    ]
    if told:
        found["errors"] = told
    return json.dumps(found).encode()
