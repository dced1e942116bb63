"""What no server may accept: each row is refused, closed, and nothing after it is a request."""

# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
ARABIC_ONE = "\u0661".encode()


def length(value: bytes) -> bytes:
    return POST + b"Content-Length: " + value + b"\r\n\r\nabcde"


def coding(value: bytes) -> bytes:
    return POST + b"Transfer-Encoding: " + value + b"\r\n\r\n0\r\n\r\n"


def size(value: bytes) -> bytes:
    return CHUNKED + value + b"\r\nabcde\r\n0\r\n\r\n"


def field(line: bytes) -> bytes:
    return GET + line + b"\r\n\r\n"


def line(text: bytes) -> bytes:
    return text + b"\r\nHost: a\r\n\r\n"


REFUSED: list[tuple[str, bytes, set[int]]] = [
    # Framing
    ("length and chunked", POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    ("chunked and length", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", {400}),
    ("request inside a body of both", POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2e\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    ("two lengths", POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde", {400}),
    ("two equal lengths", POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde", {400}),
    ("list of lengths", length(b"5, 5"), {400}),
    ("length +5", length(b"+5"), {400}),
    ("length -0", length(b"-0"), {400}),
    ("length -5", length(b"-5"), {400}),
    ("length 0x5", length(b"0x5"), {400}),
    ("length 5_0", length(b"5_0"), {400}),
    ("length ' 5 5'", length(b" 5 5"), {400}),
    ("length '5,'", length(b"5,"), {400}),
    ("empty length", length(b""), {400}),
    ("length in other digits", length(ARABIC_ONE), {400}),
    ("length of 20 digits", length(b"9" * 20), {400, 413}),
    ("length of 30 digits", length(b"1" * 30), {400, 413}),
    ("length of 4,500 digits", length(b"0" * 4500 + b"5"), {400}),
    ("length over the limit", length(b"99999999999"), {413}),
    ("coding xchunked", coding(b"xchunked"), {400, 501}),
    ("coding chunked, identity", coding(b"chunked, identity"), {400, 501}),
    ("coding gzip, chunked", coding(b"gzip, chunked"), {400, 501}),
    ("coding chunked, chunked", coding(b"chunked, chunked"), {400}),
    ("coding twice", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    ("coding with VT", coding(b"chunked\x0b"), {400}),
    ("coding with FF", coding(b"\x0cchunked"), {400}),
    ("coding with NUL", coding(b"chunked\0"), {400}),
    ("coding, space before colon", POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", {400}),
    ("empty coding", coding(b""), {400}),
    ("coding ', chunked'", coding(b", chunked"), {400, 501}),
    ("coding 'chunked,'", coding(b"chunked,"), {400, 501}),
    ("coding chunked;a=b", coding(b"chunked;a=b"), {400, 501}),
    ("coding on HTTP/1.0", b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    ("chunk size +5", size(b"+5"), {400}),
    ("chunk size -5", size(b"-5"), {400}),
    ("chunk size 0x5", size(b"0x5"), {400}),
    ("chunk size 5_0", size(b"5_0"), {400}),
    ("chunk size ' 5'", size(b" 5"), {400}),
    ("chunk size '5 '", size(b"5 "), {400}),
    ("empty chunk size", size(b""), {400}),
    ("chunk size of 17 digits", size(b"0" * 16 + b"5"), {400}),
    ("extension with bare LF", CHUNKED + b"5;a\nabcde\r\n0\r\n\r\n", {400}),
    ("extension with CR", CHUNKED + b"5;a\rb\r\nabcde\r\n0\r\n\r\n", {400}),
    ("extension with NUL", CHUNKED + b"5;a\0\r\nabcde\r\n0\r\n\r\n", {400}),
    ("empty extension", size(b"5;"), {400}),
    ("extension that is no token", size(b"5;a=@"), {400}),
    ("extension of 5 KB", size(b"5;a=" + b"b" * 5000), {400}),
    ("chunk longer than its size", CHUNKED + b"5\r\nabcdef\r\n0\r\n\r\n", {400}),
    ("chunk without CR LF", CHUNKED + b"5\r\nabcde0\r\n\r\n", {400}),
    ("bare LF after the size", CHUNKED + b"5\nabcde\r\n0\r\n\r\n", {400}),
    ("bare LF after the data", CHUNKED + b"5\r\nabcde\n0\r\n\r\n", {400}),
    ("trailer Content-Length", CHUNKED + b"0\r\nContent-Length: 5\r\n\r\n", {400}),
    ("trailer Transfer-Encoding", CHUNKED + b"0\r\nTransfer-Encoding: chunked\r\n\r\n", {400}),
    ("trailer Host", CHUNKED + b"0\r\nHost: b\r\n\r\n", {400}),
    ("101 trailers", CHUNKED + b"0\r\n" + b"X: y\r\n" * 101 + b"\r\n", {431}),
    ("9 KB of trailers", CHUNKED + b"0\r\n" + (b"X: " + b"y" * 900 + b"\r\n") * 10 + b"\r\n", {431}),
    ("unknown expectation", POST + b"Expect: nonsense\r\nContent-Length: 5\r\n\r\nabcde", {417}),
    ("upgrade with a body", POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 36\r\n\r\n", {400}),
    ("websocket with a body", POST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nabcde", {400}),
    # The head
    ("no Host and a body", b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n", {400}),
    ("two Hosts and a body", POST + b"Host: b\r\nContent-Length: 10\r\n\r\n", {400}),
    ("101 fields and a body", POST + b"Content-Length: 10\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(101)) + b"\r\n", {431}),
    ("no host in the absolute form", line(b"GET http:///x HTTP/1.1"), {400}),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", {400}),
    ("two Hosts", field(b"Host: b"), {400}),
    ("list of Hosts", b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", {400}),
    ("Host with a path", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", {400}),
    ("Host with a user", b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", {400}),
    ("Host with a space", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", {400}),
    ("folded line", field(b"X: a\r\n b"), {400}),
    ("space before the first field", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", {400}),
    ("tab before the first field", b"GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", {400}),
    ("no colon", field(b"foo"), {400}),
    ("empty name", field(b": x"), {400}),
    *((f"name with {char!r}", field(b"X" + char + b"Y: 1"), {400}) for char in (b" ", b"\t", b"[]", b"(", b'"', b"\0", b"\x80", b"\xff")),
    *((f"value with {char!r}", field(b"X: a" + char + b"b"), {400}) for char in (b"\0", b"\x07", b"\r", b"\x7f", b"\x0b")),
    ("bare LF everywhere", b"GET / HTTP/1.1\nHost: a\n\n", {400}),
    ("bare LF after a field", b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", {400}),
    ("bare LF at the end", b"GET / HTTP/1.1\r\nHost: a\r\n\n", {400}),
    ("two spaces", line(b"GET  / HTTP/1.1"), {400}),
    ("two spaces before the version", line(b"GET /  HTTP/1.1"), {400}),
    ("tab", line(b"GET\t/ HTTP/1.1"), {400}),
    ("space behind the version", line(b"GET / HTTP/1.1 "), {400}),
    *((f"version {text.decode()}", line(b"GET / " + text), {400, 505}) for text in (b"HTTP/1.10", b"HTTP/01.1", b"HTTP/2.0", b"HTTP/9.9", b"http/1.1", b"HTTP/1.2", b"HTTP/1")),
    ("HTTP/0.9", b"GET /\r\n\r\n", {400}),
    *((f"method {text[:9]!r}", line(text + b" / HTTP/1.1"), {400, 501}) for text in (b"get", b"GET:", b"G@T", b"GE\0T", b"BREW", b"A" * 1024)),
    ("relative target", line(b"GET a HTTP/1.1"), {400}),
    ("target * with GET", line(b"GET * HTTP/1.1"), {400}),
    ("authority with GET", line(b"GET a:80 HTTP/1.1"), {400}),
    ("other scheme", line(b"GET ftp://a/ HTTP/1.1"), {400}),
    ("fragment", line(b"GET /a#b HTTP/1.1"), {400}),
    ("NUL in the target", line(b"GET /a\0b HTTP/1.1"), {400}),
    ("space in the target", line(b"GET /a b HTTP/1.1"), {400}),
    ("0x80 in the target", line(b"GET /\x80 HTTP/1.1"), {400}),
    ("path that is not UTF-8", line(b"GET /%ff HTTP/1.1"), {400}),
    ("CONNECT", line(b"CONNECT a:80 HTTP/1.1"), {405, 501}),
    ("garbage", b"\xde\xad\xbe\xef\r\n\r\n", {400}),
    ("TLS ClientHello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64, {400}),
    ("five empty lines", b"\r\n" * 5 + GET + b"\r\n", {400}),
    ("PROXY line", b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n" + GET + b"\r\n", {400}),
    ("line of 16 KB", line(b"GET /" + b"a" * 16_000 + b" HTTP/1.1"), {414}),
    ("field of 16 KB", field(b"X: " + b"a" * 16_000), {431}),
    ("101 fields", GET + b"".join(b"X-%d: y\r\n" % n for n in range(101)) + b"\r\n", {431}),
    ("80 KB of fields", GET + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 2000) for n in range(40)) + b"\r\n", {431}),
    ("name of 64 KB", field(b"X" * 65536 + b": y"), {431}),
    ("one name 10,000 times", GET + b"X: y\r\n" * 10_000 + b"\r\n", {431}),
    ("10,000 folds", GET + b"X: y\r\n" + b" y\r\n" * 10_000 + b"\r\n", {400, 431}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "statuses"), REFUSED, ids=[row[0] for row in REFUSED])
def test_is_refused(start_server: Start, name: str, data: bytes, statuses: set[int]) -> None:
    running = start_server()
    answer = running.exchange(data, SMUGGLED)
    heads = re.findall(rb"^HTTP/1\.1 (\d+)", answer, re.MULTILINE)
    assert [int(status) for status in heads] == [pytest.approx(int(heads[0]))]
    assert int(heads[0]) in statuses
    assert b"\r\nConnection: close\r\n" in answer
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer
    assert running.seen == []


def test_no_refused_request_changes_what_the_next_one_gets(start_server: Start) -> None:
    running = start_server()
    for _ in range(2):
        for name, data, statuses in REFUSED:
            status = int(running.exchange(data, SMUGGLED)[9:12])
            assert status in statuses, name
            assert running.seen == [], name
            assert b" 200 " in running.exchange(b"GET /fine HTTP/1.0\r\n\r\n"), name
            running.seen.clear()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a body that ends early", POST + b"Content-Length: 50\r\n\r\nabcde"),
        ("no last chunk", CHUNKED + b"5\r\nabcde\r\n"),
        ("half a head", b"GET / HTTP/1.1\r\nHo"),
    ],
)
def test_an_early_end_never_looks_like_a_whole_request(
    start_server: Start, name: str, data: bytes
) -> None:
    running = start_server()
    assert b" 200 " not in running.exchange(data, half_close=True)
    assert running.seen == []
