"""Reply messages: exact bytes, and nothing the server could not read."""

import pytest
from brubeck_mongrel2.protocol import reply
from brubeck_testkit.mongrel2 import unpack_reply
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "made", "expected"),
    [
        ("one", reply.reply("app-1", "7", b"hi"), b"app-1 1:7, hi"),
        ("close", reply.close("app-1", "4711"), b"app-1 4:4711, "),
        (
            "several",
            b"".join(reply.reply_bulk("app-1", ["7", "8", "11"], b"hi")),
            b"app-1 6:7 8 11, hi",
        ),
        ("close several", b"".join(reply.close_bulk("app-1", ["7", "8"])), b"app-1 3:7 8, "),
        ("nobody", b"".join(reply.reply_bulk("app-1", [], b"hi")), b""),
        (
            "upload credits",
            reply.upload_credits("app-1", "7", 4096),
            b"app-1 3:X 7, 27:3:ctl,17:7:credits,4:4096#}]",
        ),
        ("cancel", reply.cancel("app-1", "7"), b"app-1 3:X 7, 26:3:ctl,16:6:cancel,4:true!}]"),
        (
            "keep alive",
            b"".join(reply.keep_alive("app-1", ["7", "8"])),
            b"app-1 5:X 7 8, 31:3:ctl,21:10:keep-alive,4:true!}]",
        ),
    ],
)
def test_bytes(name, made, expected):
    assert made == expected


@pytest.mark.parametrize(
    ("count", "batches"), [(1, [1]), (100, [100]), (101, [100, 1]), (1000, [100] * 10)]
)
def test_many_connections_are_named_in_batches(count, batches):
    messages = reply.reply_bulk("app-1", map(str, range(count)), b"hi")
    replies = [unpack_reply(message) for message in messages]
    assert [len(each.conn_ids) for each in replies] == batches
    assert [conn for each in replies for conn in each.conn_ids] == [str(n) for n in range(count)]


@pytest.mark.parametrize("uuid", ["", "app_1", "app.1", "app 1", "app-1\n", "\xe4pp", "app\u0661"])
def test_a_name_the_server_cannot_read_is_refused(uuid):
    with pytest.raises(ValueError, match="letters, digits and hyphens"):
        reply.reply(uuid, "7", b"hi")


@pytest.mark.parametrize("conn_id", ["", "x", "7 8", "-1", "7\n", "\u0661", "\xb2", "12345678901"])
def test_a_connection_that_is_no_number_is_refused(conn_id):
    with pytest.raises(ValueError, match="decimal number"):
        reply.close("app-1", conn_id)


@pytest.mark.parametrize(
    "send",
    [
        lambda: reply.reply("app-1", "7", b""),
        lambda: reply.reply_bulk("app-1", ["7"], b""),
    ],
    ids=["reply", "bulk"],
)
def test_an_empty_reply_is_not_a_close_by_accident(send):
    with pytest.raises(ValueError, match="close"):
        send()


def test_no_credits_are_not_a_grant():
    with pytest.raises(ValueError, match="above 0"):
        reply.upload_credits("app-1", "7", 0)


@settings(deadline=None)
@given(
    st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True),
    st.lists(st.integers(0, 2**32 - 1).map(str), min_size=1, max_size=100),
    st.binary(min_size=1, max_size=100),
)
def test_what_is_written_can_be_read(uuid, conn_ids, payload):
    (message,) = reply.reply_bulk(uuid, conn_ids, payload)
    read = unpack_reply(message)
    assert (read.uuid, read.conn_ids, read.payload) == (uuid, conn_ids, payload)
