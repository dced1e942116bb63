"""Header fields: what came with a request, and the rule for what may go out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar, overload

from brubeck_core.errors import HTTPError
from brubeck_core.http.limits import DEFAULT_LIMITS, Limits

T = TypeVar("T")

_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
# Everything a field value may not hold (RFC 9110 §5.5): controls but TAB, and what is not latin-1.
_find_bad = re.compile("[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]").search


class Headers(Mapping[str, str]):
    """The header fields of a request: names in any case, values as latin-1 text.

    Iteration gives lower-case names. A field that came several times is one value, joined with
    ``", "`` (`cookie` with ``"; "``, RFC 9110 §5.3 and RFC 6265 §5.4).
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, str] | None = None) -> None:
        """Take a dict whose names are lower case already; it is not copied."""
        self._fields = {} if fields is None else fields

    @classmethod
    def from_pairs(
        cls, pairs: Iterable[tuple[str, str]], limits: Limits = DEFAULT_LIMITS
    ) -> Headers:
        """Join pairs in the order they came. Raises `HTTPError` 431 beyond the limits."""
        values: dict[str, list[str]] = {}
        total = 0
        for count, (name, value) in enumerate(pairs, 1):
            size = len(name) + len(value)
            total += size
            if (
                size > limits.max_header_size
                or count > limits.max_headers
                or total > limits.max_headers_size
            ):
                raise HTTPError(431, "The request's header fields are too many or too large.")
            values.setdefault(name.lower(), []).append(value)
        return cls(
            {
                name: found[0] if len(found) == 1 else _separator(name).join(found)
                for name, found in values.items()
            }
        )

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str | T) -> str | T: ...
    def get(self, name: str, /, default: object = None) -> object:
        """Return a field's value, or `default`."""
        # PERF: that of Mapping raises and catches an exception for each field there is not.
        return self._fields.get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Headers({self._fields!r})"


def check_field(name: str, value: str) -> None:
    """Raise `ValueError` unless the field may go out as it is (RFC 9110 §5.1, §5.5).

    CR, LF and NUL would let a value end its line and begin another; no server is trusted to
    catch that.
    """
    if not _is_token(name):
        raise ValueError(f"{name!r} is not a header name: letters, digits and !#$%&'*+-.^_`|~ only")
    bad = _find_bad(value)
    if bad is not None:
        raise ValueError(
            f"the value of header {name!r} has {bad.group()!r} in it; control characters never "
            "go into headers, and text beyond latin-1 has to be percent-encoded"
        )


def check_reason(reason: str) -> None:
    """Raise `ValueError` unless `reason` may stand in a status line (RFC 9112 §4)."""
    if _find_bad(reason):
        raise ValueError(f"the reason {reason!r} has a control or non-latin-1 character in it")


def _separator(name: str) -> str:
    return "; " if name == "cookie" else ", "
