"""What applications write to clients beside the answers, by the original's names."""

import pytest
from brubeck_mongrel2 import Mongrel2Connection, telling


def test_the_originals_names_write_to_clients(fake):
    held = []

    def hold(application, message):
        held.append(message)
        while len(held) < 103:
            application.concurrency.sleep(0.01)
        return "released"

    server = fake([("^/", hold)], max_requests=200)
    connection = server.behind.connection
    clients = [server.connect() for _ in range(102)]
    for client in clients:
        client.send_request("GET", "/")
    server.behind.wait_for(lambda: len(held) == 102)
    everybody = [client.conn_id for client in clients]
    connection.reply_bulk("fake-1", everybody, "to all")
    connection.send("fake-1", everybody[0], b"to one")
    connection.reply(held[1], "to the second in line")
    connection.close("fake-1", everybody[2])
    connection.close_bulk("fake-1", everybody[3:])
    assert [client.receive() for client in clients] == [b"to all"] * 102
    assert clients[0].receive() == b"to one"
    other = next(client for client in clients if client.conn_id == held[1].conn_id)
    assert other.receive() == b"to the second in line"
    for client in clients[2:]:
        client.wait_closed()
    held.append(None)


def hold(application, message):
    """Say that a request is there, and wait for the event `released`."""
    application.held.set()
    application.released.wait(10)
    return "released"


def held(fake, **options):
    """Return a client whose handler waits for the event `app.released`, and its connection."""
    server = fake([("^/", hold)], **options)
    app = server.behind.app
    app.held, app.released = app.concurrency.event(), app.concurrency.event()
    client = server.connect()
    client.send_request("GET", "/")
    assert app.held.wait(10)
    return client, server.behind.connection


def drained(client, end):
    """Return what a client was sent until `end`, and in how many pieces."""
    data, pieces = b"", 0
    while not data.endswith(end):
        data += client.receive()
        pieces += 1
    return data, pieces


@pytest.mark.parametrize("bulk", [False, True], ids=["send", "reply_bulk"])
def test_a_burst_to_a_client_leaves_in_few_messages(fake, bulk):
    """The server drops a connection at the seventeenth message that waits."""
    client, connection = held(fake)
    for number in range(500):
        if bulk:
            connection.reply_bulk("fake-1", [client.conn_id], f"{number}\n")
        else:
            connection.send("fake-1", client.conn_id, f"{number}\n")
    connection.close("fake-1", client.conn_id)
    data, pieces = drained(client, b"499\n")
    assert data == b"".join(b"%d\n" % number for number in range(500))
    assert pieces < 100
    client.wait_closed()
    connection._app.released.set()


@pytest.mark.parametrize("bulk", [False, True], ids=["send", "reply_bulk"])
def test_what_is_sent_keeps_to_the_credits(fake, bulk):
    client, connection = held(fake, flow_control=True)
    if bulk:
        connection.reply_bulk("fake-1", [client.conn_id], b"x" * 300_000)
    else:
        connection.send("fake-1", client.conn_id, b"x" * 300_000)
    connection._app.released.set()
    assert drained(client, b"released")[0].startswith(b"x" * 300_000 + b"HTTP/1.1 200 OK")


def test_a_client_that_falls_far_behind_is_cut(fake, monkeypatch):
    monkeypatch.setattr(telling, "MAX_BEHIND", 1000)
    client, connection = held(fake, flow_control=True)
    connection.reply_bulk("fake-1", [client.conn_id], b"x" * 200_000)
    client.wait_closed()
    connection._app.released.set()


@pytest.mark.parametrize("connected", [False, True])
def test_names_that_the_server_cannot_read_are_refused(fake, connected):
    connection = fake([("^/", hold)]).behind.connection if connected else Mongrel2Connection()
    for tell in (
        lambda: connection.send("app_1", "1", "x"),
        lambda: connection.send("app-1", "one", "x"),
        lambda: connection.send("app-1", "1", ""),
        lambda: connection.reply_bulk("app-1", ["1", ""], "x"),
        lambda: connection.close("", "1"),
    ):
        with pytest.raises(ValueError, match=r"Mongrel2 cannot read|connection id|empty"):
            tell()
