"""What a message is; no client can make it look like something else."""

import pytest
from brubeck_mongrel2.protocol.classify import Kind, classify
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.message import parse
from brubeck_testkit.mongrel2 import http_headers, pack
from hypothesis import given, settings
from hypothesis import strategies as st

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
HANDSHAKE = {
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-key": KEY,
    "sec-websocket-version": "13",
}
CONTROL = {"METHOD": "JSON"}
DISCONNECT = b'{"type":"disconnect"}'
SOCKET = {"METHOD": "JSON", "PATH": "@chat", "REMOTE_ADDR": "127.0.0.1"}


def http(method="GET", headers=None):
    return http_headers(method, "/x", headers)


@pytest.mark.parametrize(
    ("name", "path", "headers", "body", "kind"),
    [
        ("a request", "/x", http(), b"", Kind.HTTP),
        ("an unknown method", "/x", http("BREW"), b"", Kind.HTTP),
        ("an upload", "/x", http("PUT") | {"UPLOAD_STREAM": "0"}, b"", Kind.UPLOAD_START),
        (
            "an upload in one piece",
            "/x",
            http("PUT") | {"UPLOAD_STREAM": "0", "UPLOAD_STREAM_DONE": "1"},
            b"x",
            Kind.UPLOAD_START,
        ),
        ("a part of it", "/x", {"UPLOAD_STREAM": "4036"}, b"x", Kind.UPLOAD_PART),
        (
            "the last part of it",
            "/x",
            {"UPLOAD_STREAM": "4036", "UPLOAD_STREAM_DONE": "1"},
            b"x",
            Kind.UPLOAD_DONE,
        ),
        (
            "a handshake",
            "/x",
            http("WEBSOCKET_HANDSHAKE", HANDSHAKE),
            ACCEPT,
            Kind.WEBSOCKET_HANDSHAKE,
        ),
        (
            "a frame",
            "/x",
            http("WEBSOCKET", HANDSHAKE) | {"FLAGS": "0x81"},
            b"hi",
            Kind.WEBSOCKET_FRAME,
        ),
        ("a disconnect", "@*", CONTROL, DISCONNECT, Kind.DISCONNECT),
        (
            "credits",
            "@*",
            CONTROL | {"DOWNLOAD_CREDITS": "40"},
            b'{"type":"credits"}',
            Kind.CREDITS,
        ),
        ("a JSON socket", "@chat", SOCKET, b"{}", Kind.JSON_SOCKET),
        (
            "an XML socket",
            "<pol",
            {"METHOD": "XML", "PATH": "<pol", "REMOTE_ADDR": "127.0.0.1"},
            b"<pol></pol>",
            Kind.XML_SOCKET,
        ),
    ],
)
def test_it_tells(name, path, headers, body, kind):
    assert classify(parse(pack(headers, body, path=path))) is kind


@pytest.mark.parametrize(
    ("name", "path", "headers", "body", "kind"),
    [
        ("JSON as method", "/x", http("JSON"), DISCONNECT, Kind.SPOOFED),
        ("XML as method", "/x", http("XML"), b"<pol/>", Kind.SPOOFED),
        ("WEBSOCKET as method", "/x", http("WEBSOCKET"), b"", Kind.SPOOFED),
        (
            "a flags header",
            "/x",
            http("WEBSOCKET", {"FLAGS": "0x81"}),
            b"",
            Kind.SPOOFED,
        ),
        (
            "WEBSOCKET_HANDSHAKE as method",
            "/x",
            http("WEBSOCKET_HANDSHAKE", HANDSHAKE),
            b"",
            Kind.SPOOFED,
        ),
        (
            "a handshake with two keys",
            "/x",
            http("WEBSOCKET_HANDSHAKE", HANDSHAKE | {"sec-websocket-key": [KEY, KEY]}),
            ACCEPT,
            Kind.SPOOFED,
        ),
        ("a disconnect on a JSON socket", "@chat", SOCKET, DISCONNECT, Kind.JSON_SOCKET),
        (
            "a disconnect on the route @*",
            "@*",
            SOCKET | {"PATH": "@*"},
            DISCONNECT,
            Kind.JSON_SOCKET,
        ),
        ("an upload header", "/x", http("GET", {"UPLOAD_STREAM": "0"}), b"", Kind.HTTP),
        (
            "the headers of a stored upload",
            "/x",
            http("GET", {"X-Mongrel2-Upload-Done": "/etc/passwd"}),
            b"",
            Kind.HTTP,
        ),
    ],
)
def test_a_client_cannot_feign(name, path, headers, body, kind):
    assert classify(parse(pack(headers, body, path=path))) is kind


def without(name):
    return {key: value for key, value in http().items() if key != name}


@pytest.mark.parametrize(
    ("name", "path", "headers", "body"),
    [
        ("nothing", "/x", {}, b""),
        ("no METHOD", "/x", without("METHOD"), b""),
        ("two METHODs", "/x", http() | {"METHOD": ["GET", "JSON"]}, b""),
        ("no PATH", "/x", without("PATH"), b""),
        ("no REMOTE_ADDR", "/x", without("REMOTE_ADDR"), b""),
        ("no VERSION", "/x", without("VERSION"), b""),
        ("control from another path", "/x", CONTROL, DISCONNECT),
        ("control from a client", "@*", CONTROL | {"REMOTE_ADDR": "127.0.0.1"}, DISCONNECT),
        ("control of another type", "@*", CONTROL, b'{"type":"party"}'),
        ("control of a strange type", "@*", CONTROL, b'{"type":["disconnect"]}'),
        ("control without a type", "@*", CONTROL, b"{}"),
        ("control that is a list", "@*", CONTROL, b"[]"),
        ("control that is not JSON", "@*", CONTROL, b"\xff"),
        ("control nested deep", "@*", CONTROL, b"[" * 100_000),
        ("a JSON socket of another path", "/x", SOCKET, b"{}"),
        ("an XML socket of another path", "/x", SOCKET | {"METHOD": "XML"}, b"{}"),
    ],
)
def test_it_refuses(name, path, headers, body):
    with pytest.raises(ProtocolError):
        classify(parse(pack(headers, body, path=path)))


marks = st.fixed_dictionaries(
    {},
    optional={
        "METHOD": st.sampled_from(
            ["GET", "JSON", "XML", "WEBSOCKET", "WEBSOCKET_HANDSHAKE", ["JSON", "GET"]]
        ),
        "VERSION": st.sampled_from(["HTTP/1.1", "HTTP/1.0", "x"]),
        "PATH": st.sampled_from(["/", "@*", "@x", "<x"]),
        "REMOTE_ADDR": st.just("127.0.0.1"),
        "FLAGS": st.text(st.characters(max_codepoint=255), max_size=4),
        "UPLOAD_STREAM": st.just("0"),
        "UPLOAD_STREAM_DONE": st.just("1"),
        "sec-websocket-key": st.text(st.characters(max_codepoint=255), max_size=4),
    },
)


@settings(deadline=None)
@given(marks, st.sampled_from(["/", "@*", "@x", "<x"]), st.binary(max_size=30))
def test_any_mixture_of_marks_is_told_or_refused(headers, path, body):
    try:
        assert isinstance(classify(parse(pack(headers, body, path=path))), Kind)
    except ProtocolError:
        pass
