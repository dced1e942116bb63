"""Framing that Mongrel2 lets pass, and when the connection has to be closed."""

import pytest
from brubeck_mongrel2.protocol.framing import check_framing, content_length, wants_close
from brubeck_mongrel2.protocol.message import parse
from brubeck_testkit.mongrel2 import http_headers, pack


def message(headers, body=b"", version="HTTP/1.1"):
    return parse(pack(http_headers("POST", "/x", headers, version=version), body))


@pytest.mark.parametrize(
    ("name", "headers", "body", "status"),
    [
        ("no body", {}, b"", None),
        ("a body as announced", {"content-length": "2"}, b"hi", None),
        ("no body as announced", {"content-length": "0"}, b"", None),
        ("a blank after the length", {"content-length": "2 "}, b"hi", None),
        ("zeros before the length", {"content-length": "002"}, b"hi", None),
        ("a body not announced", {}, b"hi", 400),
        ("a shorter body", {"content-length": "3"}, b"hi", 400),
        ("a longer body", {"content-length": "1"}, b"hi", 400),
        ("a negative length", {"content-length": "-5"}, b"", 400),
        ("a length that is a word", {"content-length": "abc"}, b"", 400),
        ("a length with a sign", {"content-length": "+2"}, b"hi", 400),
        ("a hexadecimal length", {"content-length": "0x2"}, b"hi", 400),
        ("a length with an underscore", {"content-length": "0_2"}, b"hi", 400),
        ("a length with a superscript", {"content-length": "\xb2"}, b"hi", 400),
        ("a length of nothing", {"content-length": ""}, b"", 400),
        ("two lengths in one", {"content-length": "2, 2"}, b"hi", 400),
        ("two equal lengths", {"content-length": ["2", "2"]}, b"hi", 400),
        ("two lengths", {"content-length": ["2", "3"]}, b"hi", 400),
        ("an endless length", {"content-length": "9" * 5000}, b"", 400),
        ("chunked and a length", {"transfer-encoding": "chunked", "content-length": "2"}, b"", 400),
        ("chunked that nothing decoded", {"transfer-encoding": "chunked"}, b"", 400),
        ("chunked in capitals", {"transfer-encoding": "Chunked"}, b"", 501),
        ("another coding", {"transfer-encoding": "gzip, chunked"}, b"", 501),
        ("a coding of nothing", {"transfer-encoding": ""}, b"", 501),
        ("two codings", {"transfer-encoding": ["chunked", "chunked"]}, b"", 400),
        ("a control character in a value", {"x-a": "a\x01"}, b"", 400),
        ("a line break in a value", {"x-a": "a\nb"}, b"", 400),
        ("a control character in a name", {"x-\x01": "a"}, b"", 400),
        ("a tab in a value", {"x-a": "a\tb"}, b"", None),
        ("bytes above 127 in a value", {"x-a": "\x80\xff"}, b"", None),
        ("no Host", {"host": None}, b"", 400),
        ("two Hosts", {"host": ["a", "b"]}, b"", 400),
    ],
)
def test_framing(name, headers, body, status):
    made = http_headers("POST", "/x", {k: v for k, v in headers.items() if v is not None})
    for missing in (k for k, v in headers.items() if v is None):
        del made[missing]
    assert check_framing(parse(pack(made, body))) == status


@pytest.mark.parametrize(
    ("name", "headers", "status"),
    [
        ("chunked", {"transfer-encoding": "chunked"}, None),
        ("a large length", {"content-length": "50000000"}, None),
        ("a malformed length", {"content-length": "-1"}, 400),
        ("both", {"transfer-encoding": "chunked", "content-length": "5"}, 400),
        ("another coding", {"transfer-encoding": "gzip"}, 501),
    ],
)
def test_framing_of_a_body_that_follows(name, headers, status):
    assert check_framing(message(headers), body_follows=True) == status


@pytest.mark.parametrize(
    ("version", "headers", "status"),
    [
        ("HTTP/1.0", {}, None),
        ("HTTP/1.0", {"transfer-encoding": "chunked"}, 400),
        ("HTTP/1.0", {"host": ["a", "b"]}, 400),
        ("HTTP/1.2", {}, 505),
        ("HTTP/2.0", {}, 505),
    ],
    ids=str,
)
def test_framing_by_version(version, headers, status):
    assert check_framing(message(headers, version=version), body_follows=True) == status


def test_a_host_is_not_asked_of_http_1_0():
    made = http_headers("GET", "/x", version="HTTP/1.0")
    del made["host"]
    assert check_framing(parse(pack(made))) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("5", 5), ("5\t ", 5), ("0", 0), ("", None), ("5x", None), (["5"], None)],
    ids=str,
)
def test_content_length(value, expected):
    assert content_length(value) == expected


@pytest.mark.parametrize(
    ("version", "connection", "expected"),
    [
        ("HTTP/1.1", None, False),
        ("HTTP/1.1", "keep-alive", False),
        ("HTTP/1.1", "close", True),
        ("HTTP/1.1", "Close", True),
        ("HTTP/1.1", "upgrade, CLOSE ", True),
        ("HTTP/1.1", ["upgrade", "close"], True),
        ("HTTP/1.1", "closed", False),
        ("HTTP/1.0", None, True),
        ("HTTP/1.0", "Keep-Alive", False),
        ("HTTP/1.0", "keep-alive, close", True),
        ("HTTP/1.0", "upgrade", True),
    ],
    ids=str,
)
def test_wants_close(version, connection, expected):
    headers = {} if connection is None else {"connection": connection}
    assert wants_close(message(headers, version=version)) is expected
