"""Query strings and urlencoded forms."""

import time
from urllib.parse import parse_qs

import pytest
from brubeck_core.errors import HTTPError
from brubeck_core.http.urlencoded import parse_urlencoded


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("a=1&b=2", {"a": ["1"], "b": ["2"]}, id="two"),
        pytest.param("a=1&b=2&a=3", {"a": ["1", "3"], "b": ["2"]}, id="several-of-a-name"),
        pytest.param("a=&b=1", {"b": ["1"]}, id="blank-value"),
        pytest.param("flag", {}, id="no-equals"),
        pytest.param("flag&a=1", {"a": ["1"]}, id="no-equals-among-others"),
        pytest.param("=1", {"": ["1"]}, id="blank-name"),
        pytest.param("&&a=1&", {"a": ["1"]}, id="empty-fields"),
        pytest.param("a=b=c", {"a": ["b=c"]}, id="equals-in-value"),
        pytest.param("a=x+y&b=%26%3D", {"a": ["x y"], "b": ["&="]}, id="plus-and-percent"),
        pytest.param("a=%2B", {"a": ["+"]}, id="encoded-plus"),
        pytest.param("a+b%5B%5D=1", {"a b[]": ["1"]}, id="name"),
        pytest.param("a=%20", {"a": [" "]}, id="space"),
        pytest.param("a=1;b=2", {"a": ["1;b=2"]}, id="semicolon-does-not-separate"),
        pytest.param("q=caf%C3%A9", {"q": ["café"]}, id="utf8"),
        pytest.param("q=caf%c3%a9", {"q": ["café"]}, id="lower-case-hex"),
        pytest.param("q=caf\xc3\xa9", {"q": ["café"]}, id="raw-utf8-as-latin1"),
        pytest.param("q=%F0%9F%8E%B7", {"q": ["🎷"]}, id="beyond-the-bmp"),
        pytest.param(b"q=caf\xc3\xa9&b=%C3%A9", {"q": ["café"], "b": ["é"]}, id="bytes"),
        pytest.param("a=%", {"a": ["%"]}, id="percent-alone"),
        pytest.param("a=%4&b=%zz&c=100%", {"a": ["%4"], "b": ["%zz"], "c": ["100%"]}, id="broken"),
        pytest.param("a=%%41%", {"a": ["%A%"]}, id="broken-beside-good"),
        pytest.param("a=%2541", {"a": ["%41"]}, id="decoded-once"),
        pytest.param("a=%00", {"a": ["\0"]}, id="nul"),
        pytest.param("a=\\x41\\n%5Cn+\\", {"a": ["\\x41\\n\\n \\"]}, id="backslashes"),
        pytest.param("a=%5Cu0041\\N{DIGIT ONE}", {"a": ["\\u0041\\N{DIGIT ONE}"]}, id="escapes"),
    ],
)
def test_parse(data: str | bytes, expected: dict[str, list[str]]) -> None:
    assert parse_urlencoded(data, 1000) == expected


@pytest.mark.parametrize(
    "data",
    [
        "a=%FF",
        "a=%C3",
        "%FF=1",
        "a=%ED%A0%80",
        "a=%C0%80",
        "a=\xff",
        "a=caf\xc3%A9",
        b"a=\xff",
        "a=€",
        "a=\ud800",
    ],
)
def test_not_utf8(data: str | bytes) -> None:
    with pytest.raises(HTTPError) as caught:
        parse_urlencoded(data, 1000)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("data", "max_fields", "status"),
    [
        ("a=1&b=2", 2, None),
        ("a=1&b=2&c=3", 2, 413),
        ("a=1&&", 2, 413),
        ("a=1&" * 100_000, 1000, 413),
    ],
)
def test_number_of_fields(data: str, max_fields: int, status: int | None) -> None:
    if status is None:
        parse_urlencoded(data, max_fields)
        return
    with pytest.raises(HTTPError) as caught:
        parse_urlencoded(data, max_fields)
    assert caught.value.status == status


def test_every_byte_as_the_standard_library_reads_it() -> None:
    text = "&".join(f"k{code}=x%{code:02X}%{code:02x}+{chr(code)}y" for code in range(1, 128))
    text = text.replace("+&y", "+y").replace("+%y", "+y").replace("+=y", "+y")
    assert parse_urlencoded(text, 1000) == parse_qs(text, errors="strict")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a=" + b"%41b" * 1_000_000, id="encoded"),
        pytest.param(b"a=" + b"%" * 1_000_000, id="broken"),
        pytest.param(b"a=" + b"+" * 4_000_000, id="plus"),
        pytest.param(b"=" * 4_000_000, id="equals"),
    ],
)
def test_hostile_forms_take_linear_time(data: bytes) -> None:
    start = time.process_time()
    parse_urlencoded(data, 1000)
    assert time.process_time() - start < 5  # a few hundred milliseconds
