"""Everything that can go wrong with a document, in one family.

`except ShieldException` catches all of it. An error says which field failed (`field_name`,
`path`), with what (`value`), and why: `code` for programs, `reason` for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_SAME: Any = object()


class ShieldException(Exception):
    """A value that its field refuses; also the base of every other error here.

    Args:
        reason: why, for people.
        field_name: the field that refused.
        field_value: the value as DictShield reports it: an item of a list is given as text,
            and an overwritten internal field as the field object.
        code: why, for programs: ``too_long``, ``required`` and so on; the README lists them.
        path: where, from the outermost document: ``author.email``, ``comments.2.text``.
        value: the value itself, where it is not `field_value`.
        errors: the failures of single values of which this one is the summary.
    """

    def __init__(
        self,
        reason: str = "",
        field_name: str | None = None,
        field_value: Any = None,
        *,
        code: str = "invalid_value",
        path: str | None = None,
        value: Any = _SAME,
        errors: Sequence[ShieldException] = (),
    ) -> None:
        super().__init__(reason, field_name, field_value)
        self.reason = reason
        self.field_name = field_name
        self.field_value = field_value
        self.code = code
        self.path = (field_name or "") if path is None else path
        self.value = field_value if value is _SAME else value
        self._errors = tuple(errors)

    @property
    def errors(self) -> tuple[ShieldException, ...]:
        """Every single value that failed, each with its path; this error itself if it is one."""
        return self._errors or (self,)

    def under(self, prefix: str | None) -> ShieldException:
        """Move the paths of this error and of `errors` below `prefix`; return this error."""
        if prefix is not None:
            for error in (self, *self._errors):
                error.path = f"{prefix}.{error.path}" if error.path else prefix
        return self

    def to_dict(self) -> dict[str, str]:
        """Return what a client may know: ``{"path": ..., "code": ..., "reason": ...}``.

        The value stays out: it may be a password.
        """
        return {"path": self.path, "code": self.code, "reason": self.reason}

    def __str__(self) -> str:
        if self.field_name is None:
            return self.reason
        return f"{self.reason} - {self.field_name}:{text_of(self.field_value)}"


class ShieldDocException(ShieldException):
    """A document of which at least one field failed.

    Args:
        doc: the name of the class, with its ancestors: ``Media.Movie``.
        error_list: one error for each field that failed.

    `errors` goes deeper: every single value, also of embedded documents and of lists.
    """

    def __init__(self, doc: str, error_list: Sequence[ShieldException]) -> None:
        singles = [single for error in error_list for single in error.errors]
        shown = ", ".join(f"{error.path} ({error.code})" for error in singles[:5])
        more = f" and {len(singles) - 5} more" if len(singles) > 5 else ""
        super().__init__(
            f"{doc} has wrong values: {shown}{more}", code="invalid_document", errors=singles
        )
        self.args = (doc, error_list)
        self.doc = doc
        self.error_list = list(error_list)


class InvalidShield(ShieldException):
    """A document class or a field is defined wrongly: the programmer's mistake."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason, code="invalid_definition")
        self.args = (reason,)


class DictFieldNotFound(InvalidShield):
    """A JSON schema asks for a type or format that no field stands for."""


class FormPunch(InvalidShield):
    """A form was asked for something that is no document."""


def text_of(value: Any) -> str:
    """Return a value as text, however deeply it is nested."""
    try:
        return str(value)
    except RecursionError:
        return f"a {type(value).__name__} nested too deeply to show"


#: The name that programs older than DictShield 0.4 catch.
DictPunch = ShieldException
