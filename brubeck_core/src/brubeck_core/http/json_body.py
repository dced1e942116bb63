"""JSON that a client sent (RFC 8259), read strictly."""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn

from brubeck_core.errors import HTTPError

# Possessive, and content to end with the text: linear whatever is in it.
_strings = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_surrogate = re.compile(rb"\\u[dD][89a-fA-F]")

# One up for each opening bracket, one down for each closing one, as signed bytes.
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))


def parse_json(body: bytes, max_depth: int) -> Any:
    """Read a JSON text.

    Of several members with one name the last wins. Numbers that do not fit, such as ``1e999``
    and integers beyond the interpreter's limit of digits (4300 unless it was changed), are
    refused rather than rounded.

    Args:
        max_depth: how deep arrays and objects may nest.

    Raises `HTTPError` 400 for anything else than one valid JSON text in UTF-8 without a byte
    order mark: invalid UTF-8, lone surrogates, NaN and Infinity, too deep nesting.
    """
    if _is_deeper(body, max_depth):
        raise HTTPError(400, f"The JSON nests deeper than {max_depth} levels.")
    try:
        value = _decoder.decode(body.decode())
        if _surrogate.search(body):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise HTTPError(400, "The JSON is not valid UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise HTTPError(400, f"The body is not valid JSON: {error}.") from None
    except ValueError:
        raise HTTPError(
            400, "The JSON has a number that is too large, or NaN or Infinity."
        ) from None
    return value


def _is_deeper(body: bytes, max_depth: int) -> bool:
    if body.count(b"[") + body.count(b"{") <= max_depth:
        return False
    # What comes after the first error is never parsed, so that only valid text counts here.
    steps = _strings.sub(b"", body).translate(_STEPS, _NOT_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b")), default=0) > max_depth


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text[:40])
    return number


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_decoder = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
