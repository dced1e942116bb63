"""Heads that come again, byte for byte, are known; which may be is a question of safety."""

from __future__ import annotations

import pytest
from brubeck_core.http.limits import Limits
from brubeck_wsgi.http1.head import HeadParser
from brubeck_wsgi.http1.refused import Refused

PLAIN = b"GET /a?b=c HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"


@pytest.fixture
def parser() -> HeadParser:
    return HeadParser(Limits(), 8190)


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("plain", PLAIN, True),
        ("said to stay open", PLAIN[:-2] + b"Connection: keep-alive\r\n\r\n", True),
        ("HEAD", b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        ("a cookie", PLAIN[:-2] + b"Cookie: a=b\r\n\r\n", False),
        ("credentials", PLAIN[:-2] + b"Authorization: Basic YTpi\r\n\r\n", False),
        ("said to close", PLAIN[:-2] + b"Connection: close\r\n\r\n", False),
        ("an upgrade", PLAIN[:-2] + b"Connection: upgrade\r\nUpgrade: a\r\n\r\n", False),
        ("a body", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", False),
        ("chunks", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", False),
        ("HTTP/1.0", b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", False),
        ("absolute", b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", False),
        ("long", PLAIN[:-2] + b"X: " + b"x" * 1024 + b"\r\n\r\n", False),
    ],
)
def test_a_head_is_known_the_second_time(
    parser: HeadParser, name: str, head: bytes, known: bool
) -> None:
    first, second = parser.parse(head), parser.parse(head)
    assert first is not second
    assert (first.fields is second.fields) == known
    for part in ("method", "target", "path", "query", "version", "fields", "keep_alive"):
        assert getattr(first, part) == getattr(second, part)


def test_a_refused_head_is_refused_again(parser: HeadParser) -> None:
    for _ in range(2):
        with pytest.raises(Refused):
            parser.parse(b"GET / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n")


def test_clients_cannot_fill_the_memory_with_heads(parser: HeadParser) -> None:
    for number in range(2000):
        parser.parse(b"GET / HTTP/1.1\r\nHost: a\r\nX: %d\r\n\r\n" % number)
    assert len(parser._heads) <= 512
