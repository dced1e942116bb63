"""HTTP answers as bytes."""

import pytest
from brubeck_mongrel2.protocol.httpresponse import LAST_CHUNK, chunk, head


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("bare", (200, "OK", []), b"HTTP/1.1 200 OK\r\n\r\n"),
        ("no reason", (299, "", []), b"HTTP/1.1 299 \r\n\r\n"),
        (
            "headers",
            (200, "OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Caf", "\xe9")]),
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Caf: \xe9\r\n\r\n",
        ),
    ],
)
def test_head(name, arguments, expected):
    assert head(*arguments) == expected


@pytest.mark.parametrize(
    ("reason", "name", "value", "blamed"),
    [
        ("OK", "X-A", "a\r\nSet-Cookie: b", "X-A"),
        ("OK", "X-A", "a\nb", "X-A"),
        ("OK", "X-A", "a\rb", "X-A"),
        ("OK", "X-A", "a\0b", "X-A"),
        ("OK\r\nSet-Cookie: b", "X-A", "a", "reason"),
        ("OK", "X-A\r\nSet-Cookie", "a", "X-A"),
        ("OK", "X-A", "\u2603", "latin-1"),
    ],
    ids=ascii,
)
def test_what_would_break_the_head_is_refused(reason, name, value, blamed):
    with pytest.raises(ValueError, match=blamed):
        head(200, reason, [("X-First", "1"), (name, value), ("X-Last", "1")])


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"", b""), (b"hi", b"2\r\nhi\r\n"), (b"x" * 16, b"10\r\n" + b"x" * 16 + b"\r\n")],
)
def test_chunk(data, expected):
    assert chunk(data) == expected


def test_the_last_chunk_ends_a_body():
    assert LAST_CHUNK == b"0\r\n\r\n"
