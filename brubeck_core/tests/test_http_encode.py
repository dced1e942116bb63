"""Answers as bytes."""

import re

import pytest
from brubeck_core.http.encode import LAST_CHUNK, encode_chunk, encode_head
from brubeck_core.http.response import Response


def made(headers, status=200, reason=""):
    response = Response(b"", status)
    response.reason = reason
    response.headers = list(headers)
    return response


def encode(response, keep_alive=True, old=False, chunked=False):
    head = encode_head(response, keep_alive, old, chunked)
    return re.sub(rb"Date: [^\r]+ GMT\r\n", b"", head)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("bare", ([], 200, "OK"), b"HTTP/1.1 200 OK\r\n\r\n"),
        ("no reason", ([], 299, ""), b"HTTP/1.1 299 \r\n\r\n"),
        (
            "headers",
            ([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Caf", "\xe9")], 200, "OK"),
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Caf: \xe9\r\n\r\n",
        ),
        (
            "what only the server knows",
            ([("Connection", "close"), ("Transfer-Encoding", "chunked")], 200, "OK"),
            b"HTTP/1.1 200 OK\r\n\r\n",
        ),
        (
            "an upgrade",
            ([("Connection", "Upgrade")], 101, "Switching Protocols"),
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
        ),
    ],
)
def test_head(name, arguments, expected):
    response = made(*arguments)
    assert encode(response) == expected
    # The second time it comes from what is remembered.
    assert encode(response) == expected


@pytest.mark.parametrize(
    ("keep_alive", "old", "chunked", "expected"),
    [
        (True, False, False, b""),
        (False, False, False, b"Connection: close\r\n"),
        (True, True, False, b"Connection: keep-alive\r\n"),
        (False, True, False, b"Connection: close\r\n"),
        (True, False, True, b"Transfer-Encoding: chunked\r\n"),
    ],
)
def test_what_the_server_adds(keep_alive, old, chunked, expected):
    head = encode(made([], 200, "OK"), keep_alive, old, chunked)
    assert head == b"HTTP/1.1 200 OK\r\n" + expected + b"\r\n"


def test_there_is_one_date():
    response = made([("Date", "Thu, 01 Jan 1970 00:00:00 GMT")], 200, "OK")
    head = encode_head(response, True, False)
    assert head.count(b"Date:") == 1
    assert b"1970" not in head


@pytest.mark.parametrize(
    ("reason", "name", "value"),
    [
        ("OK", "X-A", "a\r\nSet-Cookie: b"),
        ("OK", "X-A", "a\nb"),
        ("OK", "X-A", "a\rb"),
        ("OK", "X-A", "a\0b"),
        ("OK\r\nSet-Cookie: b", "X-A", "a"),
        ("OK", "X-A\r\nSet-Cookie", "a"),
        ("OK", "X-A", "\u2603"),
    ],
    ids=ascii,
)
def test_what_would_break_the_head_is_refused(reason, name, value):
    with pytest.raises(ValueError, match=r"X-A|reason|latin-1"):
        encode(made([("X-First", "1"), (name, value), ("X-Last", "1")], 200, reason))


def test_what_is_no_pair_is_refused():
    with pytest.raises(TypeError):
        encode(made([("X-A", 1)], 200, "OK"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"hi", b"2\r\nhi\r\n"), (b"x" * 16, b"10\r\n" + b"x" * 16 + b"\r\n")],
)
def test_chunk(data, expected):
    assert encode_chunk(data) == expected


def test_the_last_chunk_ends_a_body():
    assert LAST_CHUNK == b"0\r\n\r\n"
