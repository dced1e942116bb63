"""The original's small helpers: text and bytes, netstrings, owners and streams."""

from __future__ import annotations

import pytest
from brubeck._errors import FourOhFourException
from brubeck.datamosh import OwnedHandlerMixin, StreamedHandlerMixin, get_typed_argument
from brubeck.request import Request, parse_netstring, to_bytes, to_unicode
from brubeck_core.errors import HTTPError


class Handler(OwnedHandlerMixin, StreamedHandlerMixin):
    """A handler as far as these mixins look at it."""

    def __init__(self, query: str) -> None:
        self.get_argument = Request(query=query).get_argument


@pytest.mark.parametrize("data", ["caf\u00e9", b"caf\xc3\xa9"], ids=["text", "bytes"])
def test_text_and_bytes(data: str | bytes) -> None:
    assert to_bytes(data) == b"caf\xc3\xa9"
    assert to_unicode(data) == "caf\u00e9"


def test_another_encoding() -> None:
    assert to_bytes("caf\u00e9", "latin-1") == b"caf\xe9"
    assert to_unicode(b"caf\xe9", "latin-1") == "caf\u00e9"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"4:take, five", (b"take", b" five")),
        (b"0:,", (b"", b"")),
        (b"3:a,b,3:c:d,", (b"a,b", b"3:c:d,")),
    ],
)
def test_netstrings(data: bytes, expected: tuple[bytes, bytes]) -> None:
    assert parse_netstring(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"4",
        b":",
        b"4:take",
        b"3:take,",
        b"5:take,",
        b"-4:take,",
        b"+4:take,",
        b" 4:take,",
        b"04:take,",
        b"00:,",
        b"4_:take,",
        b"99999999999:take,",
        b"9" * 100_000,
        "\u0664:take,".encode(),
    ],
    ids=lambda data: repr(data[:20]),
)
def test_what_is_no_netstring(data: bytes) -> None:
    with pytest.raises(ValueError, match="netstring"):
        parse_netstring(data)


@pytest.mark.parametrize(
    ("query", "default", "expected"),
    [("", None, None), ("", "ann", "ann"), ("owner=dave", "ann", "dave")],
)
def test_owner(query: str, default: str | None, expected: str | None) -> None:
    assert Handler(query).get_owner_username(default) == expected


def test_stream() -> None:
    handler = Handler("since=5&page=2&count=10")
    assert handler.get_stream_offset() == 5
    assert handler.get_paging_arguments() == (2, 10, 20)
    assert handler.get_paging_arguments(max_count=4) == (2, 4, 8)
    assert Handler("").get_paging_arguments(default_page=1, default_count=5) == (1, 5, 5)


def test_typed_argument() -> None:
    assert get_typed_argument("page", 0, Handler("page=2"), int) == 2
    assert get_typed_argument("page", 0, Handler("page=two"), int) == 0


def test_not_found_is_an_http_error() -> None:
    error = FourOhFourException("No such song.")
    assert isinstance(error, HTTPError)
    assert (error.status, error.detail) == (404, "No such song.")
