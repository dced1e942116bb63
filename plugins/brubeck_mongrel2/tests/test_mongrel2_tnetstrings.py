"""Tagged netstrings, there and back."""

import pytest
from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.tnetstrings import MAX_DEPTH, decode, encode
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (b"take five", b"9:take five,"),
        ("caf\xe9", b"4:caf\xe9,"),
        (b"", b"0:,"),
        (0, b"1:0#"),
        (-5, b"2:-5#"),
        (1.5, b"8:1.500000^"),
        (True, b"4:true!"),
        (False, b"5:false!"),
        (None, b"0:~"),
        ([], b"0:]"),
        ({}, b"0:}"),
        (["ctl", {"credits": 4096}], b"27:3:ctl,17:7:credits,4:4096#}]"),
    ],
    ids=str,
)
def test_it_encodes(value, encoded):
    assert encode(value) == encoded


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("\u2603", ValueError),
        (1 << 63, ValueError),
        (float("nan"), ValueError),
        (float("inf"), ValueError),
        (1e300, ValueError),
        (object(), TypeError),
        ({"a": {1}}, TypeError),
    ],
    ids=str,
)
def test_it_refuses_to_encode(value, error):
    with pytest.raises(error):
        encode(value)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("nothing", b""),
        ("no colon", b"5hello,"),
        ("no digits", b":hello,"),
        ("negative", b"-5:hello,"),
        ("plus", b"+5:hello,"),
        ("space", b" 5:hello,"),
        ("underscore", b"1_0:hellohello,"),
        ("leading zero", b"05:hello,"),
        ("length of ten digits", b"1000000000:x,"),
        ("length beyond the end", b"6:hello,"),
        ("endless length", b"99999999999999999999999:"),
        ("no type", b"5:hello"),
        ("unknown type", b"5:hello?"),
        ("bytes after it", b"5:hello,,"),
        ("number with a point", b"3:1.5#"),
        ("number with a leading zero", b"2:01#"),
        ("number of 20 digits", b"20:" + b"9" * 20 + b"#"),
        ("float not finite", b"3:nan^"),
        ("boolean in capitals", b"4:True!"),
        ("null with a payload", b"1:x~"),
        ("inner length beyond its list", b"3:5:a]"),
        ("inner element cut", b"8:3:ctl,zz]"),
        ("dictionary without a value", b"4:1:a,}"),
        ("dictionary with a number as key", b"8:1:1#1:b,}"),
        ("dictionary with a key twice", b"16:1:a,1:b,1:a,1:b,}"),
    ],
)
def test_it_refuses_to_decode(name, data):
    with pytest.raises(ProtocolError):
        decode(data)


def nested(levels):
    data = b"0:]"
    for _ in range(levels - 1):
        data = b"%d:%b]" % (len(data), data)
    return data


def test_it_decodes_to_its_depth_limit():
    assert decode(nested(MAX_DEPTH))


def test_it_refuses_what_is_nested_deeper():
    with pytest.raises(ProtocolError, match="too deep"):
        decode(nested(MAX_DEPTH + 1))


values = st.recursive(
    st.binary(max_size=20)
    | st.integers(-(10**18), 10**18)
    | st.booleans()
    | st.none()
    | st.floats(-1e6, 1e6).map(lambda number: float(f"{number:f}")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=255), max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


@settings(deadline=None)
@given(values)
def test_what_was_encoded_is_decoded(value):
    assert decode(encode(value)) == value


@settings(deadline=None)
@given(values, st.data())
def test_a_flipped_byte_raises_nothing_else(value, data):
    raw = bytearray(encode(value))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(raw))
    except ProtocolError:
        pass
