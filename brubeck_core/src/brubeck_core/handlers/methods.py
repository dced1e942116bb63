"""The HTTP methods, and which of them a handler class answers for."""

from __future__ import annotations

from collections.abc import Iterable

#: Every method a handler may define, in the order that `Allow` lists them.
HTTP_METHODS = (
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "trace",
    "connect",
)

_ORDER = {name.upper(): index for index, name in enumerate(HTTP_METHODS)}


def allow_header(methods: Iterable[str]) -> str:
    """Return the `Allow` value for upper-case methods (RFC 9110 §10.2.1).

    OPTIONS is always there, and HEAD wherever GET is.
    """
    allowed = {*methods, "OPTIONS"}
    if "GET" in allowed:
        allowed.add("HEAD")
    return ", ".join(sorted(allowed, key=lambda name: (_ORDER.get(name, len(_ORDER)), name)))
