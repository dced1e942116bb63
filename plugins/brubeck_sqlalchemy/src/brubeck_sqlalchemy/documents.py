"""JSON as databases keep it: what is read is what was written, in every database."""

from __future__ import annotations

import json
import math
import re
from typing import Any

#: The longest id and the longest name, in characters: what an index takes in every database.
MOST_CHARACTERS = 255

# Far below what a JSON parser takes, in Python or in a database.
_DEEPEST = 200
# What shielded text has in JSON.
_SHIELDED = r"\u0001"
_SURROGATE = re.compile("[\ud800-\udfff]")
_LOW = re.compile("[\0-\3]")
_LOW_SHIELDED = re.compile("\1([\2\3])([\2\3])")
_WORDS = {None: "null", True: "true", False: "false"}


def encode(value: Any) -> str:
    """Return `value` as JSON text that every database takes.

    Floats are written such that a database which keeps decimals (jsonb of PostgreSQL) gives them
    back as floats of the same value: large ones with all their digits, and zero without a sign.

    Raises `ValueError` for what is not JSON, has a NaN, an infinity, text that `is_storable`
    denies, or more than 200 levels.
    """
    parts: list[str] = []
    _write(value, parts, 0)
    return "".join(parts)


def decode(found: Any) -> Any:
    """Return the value of JSON text that `encode` made, or of what a driver made of that."""
    if not isinstance(found, str):
        return _unshield(found)
    value = json.loads(found)
    return _unshield(value) if _SHIELDED in found else value


def is_storable(text: str) -> bool:
    """Say whether every database can keep a text: no half of a surrogate pair."""
    return text.isascii() or _SURROGATE.search(text) is None


def is_key(value: object) -> bool:
    """Say whether something is text that an item or a user can have as its id."""
    return (
        isinstance(value, str) and is_storable(value) and 0 < len(shield(value)) <= MOST_CHARACTERS
    )


def shield(text: str) -> str:
    """Return a text without NUL, which databases end texts at or refuse, in place of another.

    Between shielded texts "is equal to", "is less than" and "is in" hold as between the texts
    themselves: each of the characters 0 to 3 becomes a 1 and two of 2 and 3, and no 1 to 3 is
    anywhere else.
    """
    return _LOW.sub(_shield_one, text)


def _write(value: Any, parts: list[str], depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError(f"it has more than {_DEEPEST} levels")
    if value is None or isinstance(value, bool):
        parts.append(_WORDS[value])
    elif isinstance(value, str):
        parts.append(_text(value))
    elif isinstance(value, int):
        parts.append(int.__repr__(value))
    elif isinstance(value, float):
        parts.append(_float(value))
    elif isinstance(value, dict):
        opening = "{"
        for key, each in value.items():
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} is not text")
            parts += (opening, _text(key), ":")
            _write(each, parts, depth + 1)
            opening = ","
        parts.append("}" if value else "{}")
    elif isinstance(value, list | tuple):
        opening = "["
        for each in value:
            parts.append(opening)
            _write(each, parts, depth + 1)
            opening = ","
        parts.append("]" if value else "[]")
    else:
        raise ValueError(f"{type(value).__name__} is no type of JSON")


def _text(value: str) -> str:
    if not is_storable(value):
        raise ValueError("it has half of a surrogate pair")
    return json.dumps(shield(value), ensure_ascii=False)


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    if value == 0:
        return "0.0"
    # Beyond this all floats are whole, and are written with an exponent.
    return f"{value:.1f}" if abs(value) >= 1e16 else float.__repr__(value)


def _shield_one(found: re.Match[str]) -> str:
    high, low = divmod(ord(found[0]), 2)
    return f"\1{chr(2 + high)}{chr(2 + low)}"


def _unshield_one(found: re.Match[str]) -> str:
    return chr((ord(found[1]) - 2) * 2 + ord(found[2]) - 2)


def _unshield(value: Any) -> Any:
    if isinstance(value, str):
        return _LOW_SHIELDED.sub(_unshield_one, value)
    if isinstance(value, dict):
        return {_unshield(key): _unshield(each) for key, each in value.items()}
    return [_unshield(each) for each in value] if isinstance(value, list) else value
