"""Which of several forms of an answer a client would rather have (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Media ranges of one Accept header that are looked at; browsers send under ten.
MAX_RANGES = 64

ErrorFormat = Literal["html", "json", "text"]

_is_quality = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?").fullmatch

_HTML = frozenset({"text/html", "application/xhtml+xml"})


class _Range(NamedTuple):
    media_type: str
    parameters: frozenset[str]
    quality: float


def best_match(accept: str, offers: Sequence[str]) -> str | None:
    """Return the offer that `accept` ranks highest, or None when it takes none of them.

    For each offer the most specific range that covers it decides. Of offers with one quality
    the one that is named more specifically wins, then the one offered first: clients that send
    ``application/json, */*`` mean JSON. An empty header takes the first offer. Malformed ranges,
    and those after the 64th, do not count.

    Args:
        accept: the value of an Accept header.
        offers: media types such as ``"application/json"``, the preferred one first.
    """
    if not accept.strip():
        return offers[0] if offers else None
    ranges = _parse(accept)
    best: str | None = None
    best_rank = (0.0, -1)
    for offer in offers:
        rank = _rank(offer, ranges)
        if rank[0] > 0 and rank > best_rank:
            best, best_rank = offer, rank
    return best


def error_format(accept: str) -> ErrorFormat:
    """Choose how to tell a client of an error.

    HTML for who names it, as every browser does; JSON for who names ``application/json`` or a
    ``+json`` type. Between the two the higher quality decides, then the order. Plain text for
    the rest, such as curl, whose ``*/*`` says nothing about who reads the answer.
    """
    chosen: ErrorFormat = "text"
    best = 0.0
    for media_type, _, quality in _parse(accept):
        if quality > best:
            if media_type in _HTML:
                chosen, best = "html", quality
            elif media_type == "application/json" or media_type.endswith("+json"):
                chosen, best = "json", quality
    return chosen


def _parse(accept: str) -> list[_Range]:
    ranges = []
    for part in accept.split(",", MAX_RANGES)[:MAX_RANGES]:
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        kept = []
        for parameter in parameters:
            if parameter.startswith("q="):
                # What follows the quality belongs to no media type (RFC 7231 §5.3.2).
                quality = float(parameter[2:]) if _is_quality(parameter[2:]) else -1.0
                break
            kept.append(parameter)
        if quality >= 0 and "/" in media_type:
            ranges.append(_Range(media_type, frozenset(kept), quality))
    return ranges


def _rank(offer: str, ranges: list[_Range]) -> tuple[float, int]:
    """Return quality and specificity of the most specific range that covers `offer`."""
    media_type, *rest = (piece.strip() for piece in offer.lower().split(";"))
    parameters = frozenset(rest)
    wildcard = media_type.partition("/")[0] + "/*"
    rank = (0.0, -1)
    for accepted, wanted, quality in ranges:
        if accepted == media_type and wanted <= parameters:
            specificity = 2 + len(wanted)
        elif accepted == wildcard:
            specificity = 1
        elif accepted == "*/*":
            specificity = 0
        else:
            continue
        if specificity > rank[1]:
            rank = (quality, specificity)
    return rank
