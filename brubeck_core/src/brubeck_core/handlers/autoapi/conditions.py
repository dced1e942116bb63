"""Bind answers and writes to what a client has seen: ETag, If-Match, If-None-Match (RFC 9110)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brubeck_core.handlers.autoapi.refusals import Refusal
from brubeck_core.http.request import Request
from brubeck_core.interfaces.queryset import version_of


def etag_of(shown: Mapping[str, Any]) -> str:
    """Return the entity tag of an item as its reader sees it.

    It is made of what is shown, and not of what is stored: a digest of private fields could be
    guessed at.
    """
    return f'"{version_of(shown)}"'


def is_conditional(request: Request) -> bool:
    """Say whether a write is bound to a condition."""
    return request.header("if-match") is not None or request.header("if-none-match") is not None


def check_conditions(request: Request, etag: str | None) -> None:
    """Raise `Refusal` 412 unless the conditions of a write hold (§13.1.1, §13.1.2).

    Args:
        etag: of the item as the client sees it now; None if there is none.
    """
    wanted = request.header("if-match")
    # The comparison is strong: a tag that begins with W/ is never equal.
    if wanted is not None and not _names(wanted, etag):
        raise Refusal(412, "The item is not what If-Match names: somebody changed it.")
    unwanted = request.header("if-none-match")
    if unwanted is not None and _names(unwanted.replace("W/", ""), etag):
        raise Refusal(412, "There is such an item already.")


def _names(header: str, etag: str | None) -> bool:
    if etag is None:
        return False
    return header.strip() == "*" or etag in (tag.strip() for tag in header.split(","))
