"""Addresses."""

import pytest
from brubeck_core.http.urls import is_local, join_url, local_url, quote_location


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("http", "localhost:6767", "/", ""), "http://localhost:6767/"),
        (("http", "localhost:6767", "/a b", "x=1"), "http://localhost:6767/a b?x=1"),
        (("https", "localhost", "/p", ""), "https://localhost/p"),
        (("http", "", "/", ""), "http:///"),
        (("http", "h", "/café", "q=caf%C3%A9"), "http://h/café?q=caf%C3%A9"),
    ],
)
def test_join(parts: tuple[str, str, str, str], expected: str) -> None:
    assert join_url(*parts) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", ""),
        ("/login", "/login"),
        ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f"),
        ("/a%20b", "/a%20b"),
        ("/a b", "/a%20b"),
        ("/café?q=é", "/caf%C3%A9?q=%C3%A9"),
        ("/日本", "/%E6%97%A5%E6%9C%AC"),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/\t\x1b\x7f", "/%09%1B%7F"),
        ("/100%", "/100%"),
        ("http://[::1]:8080/~a;b,c!$'()*+@", "http://[::1]:8080/~a;b,c!$'()*+@"),
    ],
)
def test_quote_location(url: str, expected: str) -> None:
    assert quote_location(url) == expected
    assert quote_location(expected) == expected


@pytest.mark.parametrize("url", ["/a\r\nSet-Cookie: x", "/a\r", "\n", "/a\0", "/\ud800"])
def test_location_that_would_break_the_header(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|surrogates"):
        quote_location(url)


LOCAL = ["/", "/a", "/a?next=//b", "/a b", "/@me", "/a//b", "/?u=http://b/", "/café", "/#x"]
FOREIGN = [
    "",
    " ",
    "a",
    "//evil",
    "///evil",
    "/\\evil",
    "\\\\evil",
    "\\/evil",
    "/\t/evil",
    "\t//evil",
    "/\n/evil",
    " //evil",
    " /a",
    "/a ",
    "\x00/a",
    "/a\\b",
    "/a\x7f",
    "http:evil",
    "https:evil",
    "https:/evil",
    "https:///evil",
    "https://evil/",
    "http://",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "mailto:me@evil",
    "me@evil",
    "/" + "\r\nSet-Cookie: x",
    "ftp://here.example/",
    "http://here.example@evil/",
    "http://me@here.example/",
    "http://here.example:80/",
    "http://here.example.evil/",
    "http://evil\\@here.example/",
    "http://here.example\\.evil/",
    "//here.example/",
]


@pytest.mark.parametrize("url", LOCAL)
@pytest.mark.parametrize("host", [None, "here.example"])
def test_local(url: str, host: str | None) -> None:
    assert is_local(url, host)


@pytest.mark.parametrize("url", FOREIGN)
@pytest.mark.parametrize("host", [None, "here.example", ""])
def test_foreign(url: str, host: str | None) -> None:
    assert not is_local(url, host)


@pytest.mark.parametrize(
    "url",
    ["http://here.example:8000", "https://here.example:8000/a", "HTTP://Here.Example:8000/a?b#c"],
)
def test_an_address_of_this_host(url: str) -> None:
    assert is_local(url, "here.example:8000")
    assert not is_local(url)
    assert not is_local(url, "here.example")


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/a", "/a"), ("//evil", "/home"), ("", "/home"), (None, "/home")],
)
def test_local_url(url: str | None, expected: str) -> None:
    assert local_url(url, "/home") == expected


def test_local_url_of_a_host() -> None:
    assert local_url("http://a/b", host="a") == "http://a/b"
    assert local_url("http://a/b") == "/"
