"""WebSockets: frames, and a session's rules."""

import pytest
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.websocket import Binary, Closed, Pong, Text, WebSocketSession
from brubeck_mongrel2.protocol.websocket_frames import Opcode, close_frame, frame, parse_close
from hypothesis import given, settings
from hypothesis import strategies as st

# -- frames ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opcode", "size", "head"),
    [
        (Opcode.TEXT, 0, b"\x81\x00"),
        (Opcode.TEXT, 125, b"\x81\x7d"),
        (Opcode.BINARY, 126, b"\x82\x7e\x00\x7e"),
        (Opcode.BINARY, 65535, b"\x82\x7e\xff\xff"),
        (Opcode.BINARY, 65536, b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
        (Opcode.PING, 125, b"\x89\x7d"),
    ],
    ids=str,
)
def test_frame(opcode, size, head):
    assert frame(opcode, b"x" * size) == head + b"x" * size


def test_a_long_control_frame_is_refused():
    with pytest.raises(ValueError, match="125"):
        frame(Opcode.PING, b"x" * 126)


@pytest.mark.parametrize(
    ("code", "reason", "payload"),
    [
        (1000, "", b"\x03\xe8"),
        (4999, "bye", b"\x13\x87bye"),
        (1000, "x" * 200, b"\x03\xe8" + b"x" * 123),
        (1000, "x" * 122 + "\xe9", b"\x03\xe8" + b"x" * 122),
    ],
    ids=["bare", "reason", "long reason", "cut within a character"],
)
def test_close_frame(code, reason, payload):
    assert close_frame(code, reason) == frame(Opcode.CLOSE, payload)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 70000])
def test_a_code_that_may_not_be_sent_is_refused(code):
    with pytest.raises(ValueError, match="close code"):
        close_frame(code)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", (1005, "")),
        (b"\x03\xe8", (1000, "")),
        (b"\x0b\xb8caf\xc3\xa9", (3000, "caf\xe9")),
        (b"\x03", None),
        (b"\x03\xed", None),
        (b"\x00\x00", None),
    ],
    ids=ascii,
)
def test_parse_close(payload, expected):
    assert parse_close(payload) == expected


# -- session --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "body", "event", "sent"),
    [
        ("0x81", "caf\xe9".encode(), Text("caf\xe9"), b""),
        ("0x82", b"\xff", Binary(b"\xff"), b""),
        ("0x81", b"", Text(""), b""),
        ("0x89", b"hi", None, b"\x8a\x02hi"),
        ("0x8A", b"hi", Pong(b"hi"), b""),
        ("0x8a", b"hi", Pong(b"hi"), b""),
    ],
    ids=ascii,
)
def test_a_session_takes(flags, body, event, sent):
    session = WebSocketSession()
    assert session.receive(flags, body) == event
    assert session.take() == sent
    assert not session.ended


@pytest.mark.parametrize(
    ("name", "flags", "body", "code"),
    [
        ("a bit reserved for extensions", "0xC1", b"hi", 1002),
        ("a fragment", "0x01", b"hi", 1002),
        ("a continuation", "0x80", b"hi", 1002),
        ("an unknown opcode", "0x83", b"hi", 1002),
        ("an unknown control opcode", "0x8B", b"", 1002),
        ("a long ping", "0x89", b"x" * 126, 1002),
        ("text that is not UTF-8", "0x81", b"\xff", 1007),
        ("a surrogate", "0x81", b"\xed\xa0\x80", 1007),
        ("text cut within a character", "0x81", b"\xc3", 1007),
        ("a close of one byte", "0x88", b"\x03", 1002),
        ("a close without a valid code", "0x88", b"\x03\xed", 1002),
        ("a close reason that is not UTF-8", "0x88", b"\x03\xe8\xff", 1007),
        ("more than the limit", "0x82", b"x" * 11, 1009),
    ],
)
def test_a_session_ends_for(name, flags, body, code):
    session = WebSocketSession(max_size=10)
    event = session.receive(flags, body)
    assert isinstance(event, Closed)
    assert event.code == code
    assert session.take()[2:4] == code.to_bytes(2, "big")
    assert session.ended


def test_a_message_as_large_as_the_limit_is_taken():
    assert WebSocketSession(max_size=10).receive("0x82", b"x" * 10) == Binary(b"x" * 10)


@pytest.mark.parametrize("flags", ["", "81", "0x", "0x181", "0x8_1", " 0x81", "-0x1", "0xg1"])
def test_flags_that_are_no_byte_are_a_protocol_error(flags):
    with pytest.raises(ProtocolError):
        WebSocketSession().receive(flags, b"")


@pytest.mark.parametrize(
    ("payload", "event", "answer"),
    [
        (b"\x03\xe9bye", Closed(1001, "bye"), b"\x88\x02\x03\xe9"),
        (b"", Closed(1005), b"\x88\x02\x03\xe8"),
    ],
    ids=["with a code", "without"],
)
def test_a_close_is_answered(payload, event, answer):
    session = WebSocketSession()
    assert session.receive("0x88", payload) == event
    assert session.take() == answer
    assert session.ended


def test_our_close_waits_for_the_clients():
    session = WebSocketSession()
    session.close(1001, "going home")
    assert session.take() == b"\x88\x0c\x03\xe9going home"
    assert not session.ended
    assert session.receive("0x81", b"too late") is None
    assert session.receive("0x88", b"\x03\xe9") == Closed(1001)
    assert session.take() == b""
    assert session.ended


def test_nothing_is_sent_after_a_close():
    session = WebSocketSession()
    session.close()
    session.take()
    session.send_text("late")
    session.send_binary(b"late")
    session.ping()
    session.close(1001)
    assert session.take() == b""


def test_nothing_is_heard_after_the_end():
    session = WebSocketSession()
    session.receive("0x88", b"")
    assert session.receive("0x81", b"hi") is None


def test_several_frames_are_taken_in_one_piece():
    session = WebSocketSession()
    session.send_text("a")
    session.send_binary(b"b")
    session.ping(b"c")
    assert session.take() == b"\x81\x01a\x82\x01b\x89\x01c"
    assert session.take() == b""


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=130))))
def test_any_frames_raise_nothing(frames):
    session = WebSocketSession(max_size=100)
    for first, body in frames:
        session.receive(f"0x{first:X}", body)
        session.take()
