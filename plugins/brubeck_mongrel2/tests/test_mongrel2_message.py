"""Messages from Mongrel2: what is read, and what is refused."""

import pytest
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.message import Message, parse
from brubeck_testkit.mongrel2 import http_headers, pack
from hypothesis import example, given, settings
from hypothesis import strategies as st

both_protocols = pytest.mark.parametrize("protocol", ["json", "tnetstring"])


@both_protocols
def test_it_reads_every_part(protocol):
    headers = http_headers("POST", "/x?a=1", {"cookie": ["a=1", "b=2"]})
    message = parse(
        pack(headers, b"a\0 b", path="/x", sender="app-1", conn_id="7", protocol=protocol)
    )
    assert (message.sender, message.conn_id, message.path) == ("app-1", "7", "/x")
    assert message.headers == headers
    assert message.body == b"a\0 b"


@both_protocols
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bytes above 127", "caf\xe9 \xff"),
        ("control characters", "\x01\t\x1f"),
        ("quotes and backslashes", 'a "b" \\c \\\\" \\n \\u0041'),
        ("nothing", ""),
        ("what looks like the end of the block", "},0:,"),
        ("longer than the usual", "x" * 5000),
        ("twice", ["1", "2"]),
    ],
)
def test_a_header_value_arrives_exactly(protocol, name, value):
    message = parse(pack({"x-value": value}, protocol=protocol))
    assert message.headers == {"x-value": value}


@pytest.mark.parametrize(
    ("name", "headers", "expected"),
    [
        ("one", {"accept": "text/html"}, "text/html"),
        ("several", {"accept": ["text/html", "text/plain"]}, "text/html, text/plain"),
        ("none", {}, None),
    ],
)
def test_header_joins_values(name, headers, expected):
    assert parse(pack(headers)).header("accept") == expected


def test_header_joins_cookies_with_a_semicolon():
    assert parse(pack({"cookie": ["a=1", "b=2"]})).header("cookie") == "a=1; b=2"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("nothing", b""),
        ("no spaces", b"garbage"),
        ("one word", b"app-1 "),
        ("no sender", b" 7 / 2:{},0:,"),
        ("a sender that cannot be answered", b"app_1 7 / 2:{},0:,"),
        ("a connection that is no number", b"app-1 x / 2:{},0:,"),
        ("a negative connection", b"app-1 -7 / 2:{},0:,"),
        ("a connection with a leading zero", b"app-1 07 / 2:{},0:,"),
        ("a connection of eleven digits", b"app-1 12345678901 / 2:{},0:,"),
        ("no path", b"app-1 7  2:{},0:,"),
        ("no headers", b"app-1 7 / "),
        ("a negative length", b"app-1 7 / -2:{},0:,"),
        ("an endless length", b"app-1 7 / 99999999999:"),
        ("a length beyond the end", b"app-1 7 / 20:{},0:,"),
        ("a leading zero", b"app-1 7 / 02:{},0:,"),
        ("no terminator of the headers", b"app-1 7 / 2:{}"),
        ("another terminator of the headers", b"app-1 7 / 2:{};0:,"),
        ("no body", b"app-1 7 / 2:{},"),
        ("no terminator of the body", b"app-1 7 / 2:{},0:"),
        ("another terminator of the body", b"app-1 7 / 2:{},0:}"),
        ("bytes after the body", b"app-1 7 / 2:{},0:,x"),
        ("headers that are not JSON", b"app-1 7 / 2:xx,0:,"),
        ("headers of nothing", b"app-1 7 / 0:,0:,"),
        ("a JSON list", b"app-1 7 / 2:[],0:,"),
        ("JSON text", b'app-1 7 / 3:"a",0:,'),
        ("a number as value", b'app-1 7 / 7:{"a":1},0:,'),
        ("an object as value", b'app-1 7 / 8:{"a":{}},0:,'),
        ("null as value", b'app-1 7 / 10:{"a":null},0:,'),
        ("an empty list as value", b'app-1 7 / 8:{"a":[]},0:,'),
        ("a list of numbers", b'app-1 7 / 9:{"a":[1]},0:,'),
        ("a name twice", b'app-1 7 / 17:{"a":"1","a":"2"},0:,'),
        ("a text beyond latin-1", b'app-1 7 / 14:{"a":"\\u2603"},0:,'),
        ("a name beyond latin-1", b'app-1 7 / 14:{"\\u2603":"a"},0:,'),
        ("a lone surrogate", b'app-1 7 / 16:{"a":["\\ud800"]},0:,'),
        ("a tnetstring with a number", b"app-1 7 / 8:1:a,1:1#}0:,"),
        ("a tnetstring with a number as name", b"app-1 7 / 8:1:1#1:a,}0:,"),
        ("a tnetstring with a name twice", b"app-1 7 / 16:1:a,1:b,1:a,1:b,}0:,"),
        ("a tnetstring without a value", b"app-1 7 / 4:1:a,}0:,"),
        ("a tnetstring with an empty list", b"app-1 7 / 7:1:a,0:]}0:,"),
        ("a tnetstring with a list of numbers", b"app-1 7 / 11:1:a,4:1:1#]}0:,"),
        ("a tnetstring with a list that is cut", b"app-1 7 / 10:1:a,3:5:a]}0:,"),
        ("a tnetstring with a superscript as length", b"app-1 7 / 8:\xb2:a,1:b,}0:,"),
        ("a tnetstring with a leading zero", b"app-1 7 / 9:01:a,1:b,}0:,"),
        ("a tnetstring that points beyond", b"app-1 7 / 8:1:a,9:b,}0:,"),
    ],
)
def test_it_refuses(name, raw):
    with pytest.raises(ProtocolError):
        parse(raw)


def test_deep_json_is_refused():
    block = b'{"a":' + b"[" * 100_000
    with pytest.raises(ProtocolError):
        parse(b"app-1 7 / %d:%b,0:," % (len(block), block))


header_texts = st.text(st.characters(max_codepoint=255), max_size=20)
headers_made = st.dictionaries(
    header_texts, header_texts | st.lists(header_texts, min_size=1, max_size=5), max_size=6
)


@settings(deadline=None)
@given(headers_made, st.binary(max_size=50), st.sampled_from(["json", "tnetstring"]))
def test_whatever_is_sent_arrives(headers, body, protocol):
    message = parse(pack(headers, body, protocol=protocol))
    assert (message.headers, message.body) == (headers, body)


@settings(max_examples=500, deadline=None)
@given(
    headers_made,
    st.binary(max_size=20),
    st.sampled_from(["json", "tnetstring"]),
    st.integers(0),
    st.integers(0, 255),
)
@example({"a": "b"}, b"", "json", 0, 0)
def test_a_flipped_byte_raises_nothing_but_the_protocols_error(headers, body, protocol, at, byte):
    raw = bytearray(pack(headers, body, protocol=protocol))
    raw[at % len(raw)] = byte
    parse_or_refuse(bytes(raw))


def requests_cut(protocol):
    raw = pack(http_headers("GET", "/x?y", {"cookie": ["a", "b"]}), b"body", protocol=protocol)
    return [(raw[:at], raw[at:]) for at in range(1, len(raw))]


@both_protocols
def test_a_message_cut_anywhere_is_refused(protocol):
    for first, _ in requests_cut(protocol):
        with pytest.raises(ProtocolError):
            parse(first)


@both_protocols
def test_the_rest_of_a_cut_message_raises_nothing_but_the_protocols_error(protocol):
    for _, rest in requests_cut(protocol):
        parse_or_refuse(rest)


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_raise_nothing_but_the_protocols_error(raw):
    parse_or_refuse(raw)


def parse_or_refuse(raw: bytes) -> None:
    try:
        message = parse(raw)
    except ProtocolError:
        return
    assert isinstance(message, Message)
    for name, value in message.headers.items():
        "".join([name, *value]).encode("latin-1")


@both_protocols
def test_headers_that_come_again_say_the_same_of_another_request(protocol):
    headers = http_headers("GET", "/x", {"x-a": "1\x01"})
    first, second = (
        parse(pack(headers, body, conn_id=conn_id, protocol=protocol))
        for conn_id, body in (("1", b"one"), ("2", b"two"))
    )
    assert (first.conn_id, first.body) == ("1", b"one")
    assert (second.conn_id, second.body) == ("2", b"two")
    assert first.headers == second.headers == headers
    assert first.clean is second.clean is False
