"""Cookies, read and written."""

import time
from datetime import UTC, datetime, timedelta, timezone
from http.cookies import SimpleCookie
from typing import Any

import pytest
from brubeck_core.http.cookies import cookie_values, expire_cookie, format_cookie, parse_cookies


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("a=1", {"a": "1"}, id="one"),
        pytest.param("a=1; b=2", {"a": "1", "b": "2"}, id="two"),
        pytest.param("a=1;b=2;", {"a": "1", "b": "2"}, id="without-spaces"),
        pytest.param("  a = 1 ;\tb=2", {"a": "1", "b": "2"}, id="spaces-around"),
        pytest.param("a=1; b=2; a=3", {"a": "1", "b": "2"}, id="first-wins"),
        pytest.param('a="1"; b=2; a=3', {"a": "1", "b": "2"}, id="first-wins-among-quoted"),
        pytest.param("a=", {"a": ""}, id="blank-value"),
        pytest.param("a=b=c", {"a": "b=c"}, id="equals-in-value"),
        pytest.param("a=1 2", {"a": "1 2"}, id="space-in-value"),
        pytest.param("a=x%20y", {"a": "x%20y"}, id="percent-stays"),
        pytest.param("a=1, b=2", {"a": "1, b=2"}, id="comma-does-not-separate"),
        pytest.param("flag; a=1", {"a": "1"}, id="no-equals"),
        pytest.param("=__Host-sid=x; a=1", {"a": "1"}, id="nameless"),
        pytest.param(" =x; a=1", {"a": "1"}, id="name-of-spaces"),
        pytest.param(";;; ;a=1", {"a": "1"}, id="empty-pairs"),
        pytest.param("a=1; b[]=2; c=3", {"a": "1", "b[]": "2", "c": "3"}, id="brackets"),
        pytest.param("a:b=1; c=3", {"a:b": "1", "c": "3"}, id="colon"),
        pytest.param("a b=1; c=3", {"c": "3"}, id="space-in-name"),
        pytest.param('a"=1; c=3', {"c": "3"}, id="quote-in-name"),
        pytest.param("a,b=1; c=3", {"c": "3"}, id="comma-in-name"),
        pytest.param("a\0=1; c=3", {"c": "3"}, id="nul-in-name"),
        pytest.param("a=\x07; c=3", {"c": "3"}, id="control-in-value"),
        pytest.param("a=1\r\nX: y; c=3", {"c": "3"}, id="line-end-in-value"),
        pytest.param('a="x\\012y"; c=3', {"c": "3"}, id="escaped-control-in-value"),
        pytest.param("caf\xc3\xa9=1; c=3", {"c": "3"}, id="name-beyond-ascii"),
        pytest.param("a=caf\xc3\xa9", {"a": "café"}, id="utf8-bytes-as-latin1"),
        pytest.param("a=caf\xe9", {"a": "café"}, id="latin1"),
        pytest.param("a=€", {"a": "€"}, id="text-already"),
        pytest.param('b="two words"', {"b": "two words"}, id="quoted"),
        pytest.param('b="two words\\073 and more"', {"b": "two words; and more"}, id="octal"),
        pytest.param(r'b="a\"b\\c"', {"b": 'a"b\\c'}, id="escapes"),
        pytest.param('b="caf\\303\\251"', {"b": "café"}, id="octal-utf8"),
        pytest.param(r'b="\400\08\x"', {"b": "40008x"}, id="no-octal"),
        pytest.param('b="a\\"', {"b": "a\\"}, id="backslash-at-end"),
        pytest.param('b="', {"b": '"'}, id="one-quote"),
        pytest.param('b=""', {"b": ""}, id="quoted-blank"),
        pytest.param('b="a', {"b": '"a'}, id="unclosed"),
        pytest.param('b=a"', {"b": 'a"'}, id="unopened"),
    ],
)
def test_parse(header: str, expected: dict[str, str]) -> None:
    assert parse_cookies(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "a=1; b=two; c[]=3; flag; =x; d=4 5 ; a=6",
        "a=1;;b = 2;c d=3; e=f=g;",
    ],
)
def test_the_short_way_reads_as_the_long_one(header: str) -> None:
    # A quoted pair at the end sends the whole header the long way.
    assert {**parse_cookies(header), "q": "x"} == parse_cookies(header + '; q="x"')


def test_every_value_of_a_name() -> None:
    assert cookie_values('a=1; b=2; a="3"', "a") == ["1", "3"]
    assert cookie_values("a=1", "b") == []


@pytest.mark.parametrize(
    "header",
    [
        pytest.param('a="' + "\\" * 50_000 + '"', id="backslashes"),
        pytest.param('a="' + '\\"' * 500_000 + '"', id="escaped-quotes"),
        pytest.param("; ".join(f"a{i}=b" for i in range(10_000)), id="pairs"),
        pytest.param(";" * 1_000_000, id="separators"),
        pytest.param("a" + " " * 1_000_000 + "b=1", id="spaces"),
        pytest.param("=" * 1_000_000, id="equals"),
    ],
)
def test_hostile_headers_take_linear_time(header: str) -> None:
    start = time.process_time()
    parse_cookies(header)
    assert time.process_time() - start < 2  # some ten milliseconds; quadratic would take minutes


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("", "k="),
        ("v", "k=v"),
        ("a.b-c_d~e", "k=a.b-c_d~e"),
        ("two words; and more", 'k="two words\\073 and more"'),
        ('say "hi"\\', 'k="say \\"hi\\"\\\\"'),
        ("a,b", 'k="a\\054b"'),
        ("a=b", 'k="a=b"'),
        ("café", 'k="caf\\303\\251"'),
        ("日本", 'k="\\346\\227\\245\\346\\234\\254"'),
    ],
)
def test_value_is_quoted_where_needed(value: str, sent: str) -> None:
    text = format_cookie("k", value, path=None, httponly=False, samesite=None)
    assert text == sent
    assert parse_cookies(text) == {"k": value}


def test_ascii_is_quoted_as_the_standard_library_does() -> None:
    for code in range(32, 127):
        morsel: Any = SimpleCookie({"k": f"x{chr(code)}"})["k"]
        sent = format_cookie("k", f"x{chr(code)}", path=None, httponly=False, samesite=None)
        assert sent == morsel.OutputString()


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, "k=v; Path=/; HttpOnly; SameSite=Lax"),
        ({"path": None, "httponly": False, "samesite": None}, "k=v"),
        ({"path": "/a b"}, "k=v; Path=/a b; HttpOnly; SameSite=Lax"),
        ({"max_age": 60}, "k=v; Max-Age=60; Path=/; HttpOnly; SameSite=Lax"),
        ({"max_age": 0}, "k=v; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"),
        ({"max_age": timedelta(hours=1)}, "k=v; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"),
        ({"domain": "example.org"}, "k=v; Domain=example.org; Path=/; HttpOnly; SameSite=Lax"),
        ({"domain": ".example.org"}, "k=v; Domain=.example.org; Path=/; HttpOnly; SameSite=Lax"),
        ({"samesite": "strict"}, "k=v; Path=/; HttpOnly; SameSite=Strict"),
        (
            {"samesite": "None", "secure": True, "partitioned": True},
            "k=v; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        ),
    ],
)
def test_attributes(attributes: dict[str, Any], expected: str) -> None:
    assert format_cookie("k", "v", **attributes) == expected


@pytest.mark.parametrize(
    ("expires", "sent"),
    [
        ("Sat, 01-Jan-2022 00:00:00 UTC", "Sat, 01-Jan-2022 00:00:00 UTC"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784111777.5, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC), "Sun, 06 Nov 1994 08:49:37 GMT"),
        (datetime(1994, 11, 6, 8, 49, 37), "Sun, 06 Nov 1994 08:49:37 GMT"),
        (
            datetime(1994, 11, 6, 9, 49, 37, tzinfo=timezone(timedelta(hours=1))),
            "Sun, 06 Nov 1994 08:49:37 GMT",
        ),
    ],
)
def test_expires(expires: str | float | datetime, sent: str) -> None:
    text = format_cookie("k", "v", expires=expires, path=None, httponly=False, samesite=None)
    assert text == f"k=v; expires={sent}"


@pytest.mark.parametrize("bad", ["\r", "\n", "\0", ";"])
@pytest.mark.parametrize("part", ["name", "path", "domain", "samesite", "expires"])
def test_text_that_would_end_a_part_is_refused(part: str, bad: str) -> None:
    arguments: dict[str, Any] = {"name": "k", part: f"/a{bad}b"}
    with pytest.raises(ValueError, match=part):
        format_cookie(**arguments, value="v")


@pytest.mark.parametrize("name", ["", "a b", "a=b", 'a"', "a,b", "a\\b", "a\tb", "a\x7f", "é"])
def test_bad_name(name: str) -> None:
    with pytest.raises(ValueError, match="cookie name"):
        format_cookie(name, "v")


@pytest.mark.parametrize("value", ["a\rb", "a\nb", "a\0b", "a\x1fb", "a\x7fb"])
def test_control_character_in_value(value: str) -> None:
    with pytest.raises(ValueError, match="value of cookie 'k'"):
        format_cookie("k", value)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"path": "a"}, "path"),
        ({"path": ""}, "path"),
        ({"path": "/é"}, "path"),
        ({"domain": ""}, "domain"),
        ({"domain": "a b"}, "domain"),
        ({"domain": "bücher.example"}, "xn--"),
        ({"domain": "a..b"}, "domain"),
        ({"expires": ""}, "expires"),
        ({"expires": float("inf")}, "expires"),
        ({"samesite": "sometimes"}, "samesite"),
        ({"samesite": "None"}, "secure=True because of samesite"),
        ({"partitioned": True}, "secure=True because it is partitioned"),
        ({"name": "__Secure-k"}, "secure=True because of its prefix"),
        ({"name": "__Host-k"}, "secure=True because of its prefix"),
        ({"name": "__host-k"}, "secure=True because of its prefix"),
        ({"name": "__Host-k", "secure": True, "path": "/a"}, "path='/' and no domain"),
        ({"name": "__Host-k", "secure": True, "domain": "a.b"}, "path='/' and no domain"),
        ({"value": "x" * 4096}, "larger than"),
    ],
)
def test_what_a_browser_would_drop_is_refused(attributes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        format_cookie(**{"name": "k", "value": "v", **attributes})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"value": b"v"}, "value of cookie 'k' is bytes"),
        ({"value": 7}, "value of cookie 'k' is int"),
        ({"value": "v", "max_age": "60"}, "max_age"),
        ({"value": "v", "max_age": 1.5}, "max_age"),
    ],
)
def test_wrong_types(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        format_cookie("k", **arguments)


def test_prefixed_names_with_what_they_need() -> None:
    sent = format_cookie("__Host-k", "v", secure=True)
    assert sent == "__Host-k=v; Path=/; Secure; HttpOnly; SameSite=Lax"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("k",), "Path=/; HttpOnly"),
        (("k", "/a", "example.org"), "Domain=example.org; Path=/a; HttpOnly"),
        (("__Host-k",), "Path=/; Secure; HttpOnly"),
    ],
)
def test_forget(arguments: tuple[Any, ...], expected: str) -> None:
    assert expire_cookie(*arguments) == (
        f"{arguments[0]}=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=-1; "
        f"{expected}; SameSite=Lax"
    )


def test_every_name_that_is_read_can_be_forgotten() -> None:
    every = "".join(map(chr, range(256)))
    for name in parse_cookies("; ".join(f"{char}=1" for char in every)):
        expire_cookie(name)
