"""JSON that a client sent."""

import time
from contextlib import suppress
from typing import Any

import pytest
from brubeck_core.errors import HTTPError
from brubeck_core.http.json_body import parse_json


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{}", {}),
        (b' [1, -2.5, 1e3, true, false, null, "x"]\r\n', [1, -2.5, 1000.0, True, False, None, "x"]),
        (b'"text"', "text"),
        (b"7", 7),
        (b"-0", 0),
        (b"1" * 4300, int("1" * 4300)),
        (b"1e-999", 0.0),
        (b"0.0000000000000000000000000000000000000000000000000000000001", 1e-58),
        ('"café 日本 🎷"'.encode(), "café 日本 🎷"),
        (b'"\\u00e9\\ud83c\\udfb7"', "é🎷"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'"\\u0000\\ufeff"', "\0\ufeff"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"": 0}', {"": 0}),
        (b'"\x7f"', "\x7f"),
    ],
)
def test_valid(body: bytes, expected: Any) -> None:
    assert parse_json(body, 64) == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" ", id="space"),
        pytest.param(b"NaN", id="nan"),
        pytest.param(b"[Infinity]", id="infinity"),
        pytest.param(b"[-Infinity]", id="minus-infinity"),
        pytest.param(b"1e999", id="float-overflow"),
        pytest.param(b"-1e999", id="float-overflow-negative"),
        pytest.param(b"9" * 400 + b".0", id="float-overflow-without-exponent"),
        pytest.param(b"1" * 4301, id="integer-of-4301-digits"),
        pytest.param(b"1" * 10_000_000, id="integer-of-10-MB"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte-order-mark"),
        pytest.param('{"a":1}'.encode("utf-16"), id="utf-16"),
        pytest.param('{"a":1}'.encode("utf-32-le"), id="utf-32"),
        pytest.param(b'"\xff"', id="invalid-utf8"),
        pytest.param(b'"\xed\xa0\x80"', id="surrogate-as-bytes"),
        pytest.param(b'"\\ud800"', id="high-surrogate"),
        pytest.param(b'"\\uDFFF"', id="low-surrogate"),
        pytest.param(b'"\\udc00\\ud800"', id="surrogates-the-wrong-way"),
        pytest.param(b'{"\\uD83D": 1}', id="surrogate-in-a-name"),
        pytest.param(b"[1,]", id="trailing-comma"),
        pytest.param(b"[,1]", id="leading-comma"),
        pytest.param(b"[1 2]", id="no-comma"),
        pytest.param(b'{"a":1,}', id="object-trailing-comma"),
        pytest.param(b"{a: 1}", id="unquoted-name"),
        pytest.param(b"{'a': 1}", id="single-quotes"),
        pytest.param(b"{1: 1}", id="number-as-name"),
        pytest.param(b'{"a" 1}', id="no-colon"),
        pytest.param(b"[1] x", id="text-after"),
        pytest.param(b"[][]", id="two-texts"),
        pytest.param(b"[1", id="unclosed-array"),
        pytest.param(b'{"a":', id="unclosed-object"),
        pytest.param(b'"a', id="unclosed-string"),
        pytest.param(b"]", id="closed-only"),
        pytest.param(b'["a\nb"]', id="line-end-in-string"),
        pytest.param(b'["a\0b"]', id="nul-in-string"),
        pytest.param(b'["\\x41"]', id="bad-escape"),
        pytest.param(b'["\\u00"]', id="short-escape"),
        pytest.param(b"01", id="leading-zero"),
        pytest.param(b"+1", id="plus"),
        pytest.param(b".5", id="no-integer-part"),
        pytest.param(b"5.", id="no-fraction"),
        pytest.param(b"1e", id="no-exponent"),
        pytest.param(b"0x1", id="hexadecimal"),
        pytest.param("\u0661".encode(), id="other-digits"),
        pytest.param(b"1_000", id="underscore"),
        pytest.param(b"True", id="python-constant"),
        pytest.param(b"[1] // x", id="comment"),
        pytest.param(b"\x0c[]", id="form-feed"),
        pytest.param("\u00a0[]".encode(), id="no-break-space"),
    ],
)
def test_invalid(body: bytes) -> None:
    with pytest.raises(HTTPError) as caught:
        parse_json(body, 64)
    assert caught.value.status == 400
    assert len(caught.value.detail) < 200


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        pytest.param(b"[" * 3 + b"]" * 3, False, id="just-deep-enough"),
        pytest.param(b"[" * 4 + b"]" * 4, True, id="too-deep"),
        pytest.param(b'{"a":{"a":{"a":{}}}}', True, id="objects"),
        pytest.param(b'[{"a":[{}]}]', True, id="mixed"),
        pytest.param(b"[[],[],[],[],[]]", False, id="wide"),
        pytest.param(b'["[[[[", "]", "{{{{"]', False, id="brackets-in-strings"),
        pytest.param(b'["\\"[[[[", "\\\\", "[[[["]', False, id="escapes-in-strings"),
        pytest.param(b'["\\\\", [[["x"]]]]', True, id="after-an-escaped-backslash"),
        pytest.param(b"[" * 100_000, True, id="endless"),
        pytest.param(b'{"a":' * 100_000, True, id="endless-objects"),
        pytest.param(b"]" * 100 + b"[" * 100, True, id="invalid-anyway"),
    ],
)
def test_depth(body: bytes, refused: bool) -> None:
    if refused:
        with pytest.raises(HTTPError) as caught:
            parse_json(body, 3)
        assert caught.value.status == 400
    else:
        parse_json(body, 3)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 2_000_000, id="open"),
        pytest.param(b"[" * 70 + b'"' + b'\\"' * 2_000_000, id="unclosed-string-of-quotes"),
        pytest.param(b"[" * 70 + b'"' * 4_000_001, id="quotes"),
        pytest.param(b"[" * 70 + b'"' + b"\\" * 4_000_000, id="backslashes"),
        pytest.param(b"[" + b"[]," * 500_000 + b"[]]", id="wide"),
        pytest.param(b'["' + b"\\ud83c\\udfb7" * 300_000 + b'"]', id="surrogate-pairs"),
    ],
)
def test_hostile_bodies_take_linear_time(body: bytes) -> None:
    start = time.process_time()
    with suppress(HTTPError):
        parse_json(body, 64)
    assert time.process_time() - start < 5  # a few hundred milliseconds
