"""Records as documents: every name and value comes back as it was, or is refused.

MongoDB reads names with dots as paths and those with dollar signs as operators, so such characters
are stored as a percent sign and their bytes in hexadecimal, as URLs have them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from brubeck_core.errors import BrubeckError

#: How deep lists and mappings may be inside one another; MongoDB stores 100 levels.
MAX_DEPTH = 90

_PLAIN = re.compile(r"[\w -]+")
_SPECIAL = re.compile(r"[^\w -]")
_INTEGERS = range(-(2**63), 2**63)
_NO_NAME = "%"


class Unstorable(BrubeckError, ValueError):
    """A record has a value that MongoDB, or JSON, does not have."""


def to_document(value: Any, depth: int = 0) -> Any:
    """Return a copy of a JSON-like value for MongoDB to store. Raises `Unstorable`."""
    if depth > MAX_DEPTH:
        raise Unstorable(f"more than {MAX_DEPTH} levels of lists and mappings cannot be stored")
    if isinstance(value, Mapping):
        return {to_name(name): to_document(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_document(each, depth + 1) for each in value]
    if not is_storable(value):
        raise Unstorable(
            f"a value of type {type(value).__name__} cannot be stored: text, whole numbers of 64 "
            "bits, finite numbers, true, false, None, lists and mappings can"
        )
    return value


def from_document(value: Any) -> Any:
    """Return the value that `to_document` was given."""
    if isinstance(value, dict):
        return {from_name(name): from_document(each) for name, each in value.items()}
    if isinstance(value, list):
        return [from_document(each) for each in value]
    # The driver has a class of its own for whole numbers of more than 32 bits.
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return value


def is_storable(value: Any) -> bool:
    """Say whether MongoDB stores a single value as it is."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return value in _INTEGERS
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str) and is_utf8(value)


def is_utf8(text: str) -> bool:
    """Say whether `text` can be encoded: it has no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def to_name(name: Any) -> str:
    """Return the name under which a field is stored. Raises `Unstorable` if it is no text."""
    if not isinstance(name, str):
        raise Unstorable(f"the name of a field has to be text, not {type(name).__name__}")
    if _PLAIN.fullmatch(name):
        return name
    return _SPECIAL.sub(_escaped, name) or _NO_NAME


def from_name(name: str) -> str:
    """Return the name that `to_name` was given."""
    if "%" not in name:
        return name
    return "" if name == _NO_NAME else unquote(name, errors="surrogatepass")


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="surrogatepass"))
