"""Query strings and urlencoded forms (WHATWG URL Standard §5)."""

from __future__ import annotations

import re

from brubeck_core.errors import HTTPError

_broken = re.compile("%(?![0-9A-Fa-f]{2})")


def parse_urlencoded(data: str | bytes, max_fields: int) -> dict[str, list[str]]:
    """Read ``a=1&b=2`` into the values of each name, in order.

    Names without ``=`` and blank values disappear, as they did in the original. ``+`` is a
    space, a broken percent sequence stays as it is, and ``;`` is a character like any other: the
    original split at it too, but no form sends it so, and what two programs split differently
    one of them can be made to overlook.

    Args:
        data: as it was sent, as bytes or as latin-1 text (PEP 3333).
        max_fields: how many fields there may be, blank ones included.

    Raises `HTTPError` 400 for text that is not UTF-8, 413 for too many fields.
    """
    try:
        text = data.decode() if isinstance(data, bytes) else _as_utf8(data)
        if text.count("&") >= max_fields:
            raise HTTPError(413, f"The form has more than {max_fields} fields.")
        fields: dict[str, list[str]] = {}
        coded = "%" in text or "+" in text
        for field in text.split("&"):
            name, _, value = field.partition("=")
            if not value:
                continue
            if coded:
                if "%" in name or "+" in name:
                    name = _decode(name)
                if "%" in value or "+" in value:
                    value = _decode(value)
            if name in fields:
                fields[name].append(value)
            else:
                fields[name] = [value]
    except UnicodeError:
        raise HTTPError(400, "The form or the query is not UTF-8.") from None
    return fields


def _as_utf8(latin1: str) -> str:
    return latin1 if latin1.isascii() else latin1.encode("latin-1").decode()


def _decode(text: str) -> str:
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    # "%41" is "\x41" to the codec of Python's string literals, which takes the bytes of UTF-8 for
    # latin-1: several times as fast on megabytes of it as going from one percent to the next.
    escaped = _broken.sub("%25", text).replace("\\", "\\x5c").replace("%", "\\x")
    return escaped.encode().decode("unicode_escape").encode("latin-1").decode()
