"""Starting, stopping, servers that restart, and several of them."""

import pytest
from brubeck_core.errors import ConfigError
from brubeck_mongrel2 import Mongrel2Connection
from brubeck_testkit.mongrel2 import FakeMongrel2


def name(application, message):
    return message.sender


def held(may_end):
    """Make a handler that waits until the list `may_end` has something in it."""
    arrived = []

    def hold(application, message):
        arrived.append(message)
        while not may_end:
            application.concurrency.sleep(0.01)
        return "held"

    hold.arrived = arrived
    return hold


# -- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pull", "pub"),
    [
        (["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"], "tcp://127.0.0.1:3"),
        ([], []),
    ],
    ids=["not in pairs", "none"],
)
def test_addresses_come_in_pairs(pull, pub):
    with pytest.raises(ConfigError, match="each server has one of both"):
        Mongrel2Connection(pull, pub)


@pytest.mark.parametrize("number", [0, -1])
def test_somebody_has_to_answer(number):
    with pytest.raises(ConfigError, match="max_requests"):
        Mongrel2Connection(max_requests=number)


@pytest.mark.parametrize("address", ["", "127.0.0.1:9999", "http://127.0.0.1:80", "tcp://nowhere"])
@pytest.mark.parametrize("which", ["pull", "pub"])
def test_an_address_that_is_none_is_an_error(which, address):
    with pytest.raises(ConfigError, match="is no address"):
        Mongrel2Connection(**{which: address})


def test_an_address_that_cannot_be_used_is_an_error(serve):
    behind = serve([("^/", name)], "tcp://127.0.0.1:9", "ipc:///" + "x" * 200)
    with pytest.raises(ConfigError, match="cannot use the address"):
        behind.stop()


def test_it_says_where_it_serves():
    connection = Mongrel2Connection("tcp://127.0.0.1:9999", "tcp://127.0.0.1:9998")
    assert connection.describe() == "Mongrel2 at tcp://127.0.0.1:9999 and tcp://127.0.0.1:9998"


# -- stopping -----------------------------------------------------------------------------------


def test_it_stops_without_a_server(serve):
    serve([("^/", name)], "tcp://127.0.0.1:9", "tcp://127.0.0.1:10").stop()


def test_it_may_be_stopped_twice(fake):
    server = fake([("^/", name)])
    assert server.request("GET", "/").status == 200
    server.behind.stop()
    server.behind.stop()


def test_what_came_in_is_answered_before_it_stops(fake):
    may_end = []
    hold = held(may_end)
    server = fake([("^/", hold)])
    concurrency = server.behind.concurrency
    clients = [server.connect() for _ in range(30)]
    for client in clients:
        client.send_request("GET", "/")
    server.behind.wait_for(lambda: len(hold.arrived) == 30)
    stopping = concurrency.spawn(server.behind.stop)
    concurrency.sleep(0.05)
    may_end.append(True)
    stopping.result(10)
    assert {client.read_answer().text for client in clients} == {"held"}


def test_who_is_not_answered_in_time_is_cut(fake):
    may_end = []
    hold = held(may_end)
    server = fake([("^/", hold)])
    client = server.connect()
    client.send_request("GET", "/")
    server.behind.wait_for(lambda: hold.arrived)
    server.behind.stop(0.1)
    client.wait_closed()
    assert client.commands == [{"cancel": b"true"}]
    may_end.append(True)


def test_requests_after_the_stop_go_to_others(fake, serve):
    server = fake([("^/", lambda application, message: "old")])
    assert server.request("GET", "/").text == "old"
    serve([("^/", lambda application, message: "new")], server.pull_addr, server.pub_addr)
    while server.request("GET", "/").text != "new":
        pass
    server.behind.stop()
    assert {server.request("GET", "/").text for _ in range(20)} == {"new"}


def test_requests_wait_for_the_first_who_comes(serve):
    with FakeMongrel2() as server:
        client = server.connect()
        # The real server keeps requests for handlers to come; so does a socket that connects.
        behind = serve([("^/", name)], server.pull_addr, server.pub_addr)
        client.send_request("GET", "/")
        assert client.read_answer().status == 200
        behind.stop()


# -- servers ------------------------------------------------------------------------------------


def test_several_servers_have_their_own_clients(serve):
    with FakeMongrel2(sender="app-1") as one, FakeMongrel2(sender="app-2") as two:
        behind = serve([("^/", name)], [one.pull_addr, two.pull_addr], [one.pub_addr, two.pub_addr])
        for server in (one, two) * 5:
            assert server.request("GET", "/").text == server.sender
        assert one.bounced == two.bounced == []
        behind.stop()


def test_a_restarted_server_is_served_again(fake):
    server = fake([("^/", name)])
    assert server.request("GET", "/").status == 200
    server.restart()
    assert server.request("GET", "/").status == 200


def test_no_answer_reaches_a_client_of_the_server_that_came_after(fake):
    may_end = []
    hold = held(may_end)
    server = fake([("^/hold", hold), ("^/", name)], cancel=False)
    server.connect().send_request("GET", "/hold")
    server.behind.wait_for(lambda: hold.arrived)
    server.restart()
    client = server.connect()
    assert client.conn_id == hold.arrived[0].conn_id
    assert client.request("GET", "/").text == "fake-1"
    may_end.append(True)
    assert client.request("GET", "/").text == "fake-1"
    assert server.bounced == []


def test_work_for_a_server_that_is_gone_is_ended(fake):
    hold, ended = held([]), []

    def work(application, message):
        try:
            return hold(application, message)
        finally:
            ended.append(True)

    server = fake([("^/hold", work), ("^/", name)])
    if server.behind.concurrency.preemptive:
        pytest.skip("threads cannot be ended")
    server.connect().send_request("GET", "/hold")
    server.behind.wait_for(lambda: hold.arrived)
    server.restart()
    server.behind.wait_for(lambda: ended)
    assert server.request("GET", "/").status == 200


def test_messages_of_the_server_before_are_dropped(fake):
    """What was still to be read when the server went has ids of its time."""
    may_end = []
    hold = held(may_end)
    server = fake([("^/hold", hold), ("^/", name)], max_requests=1, cancel=False)
    for _ in range(300):
        server.connect().send_request("GET", "/hold")
    server.behind.wait_for(lambda: hold.arrived)
    server.restart()
    client = server.connect()
    client.send_request("GET", "/")
    server.behind.concurrency.sleep(0.3)
    may_end.append(True)
    assert client.read_answer().text == "fake-1"
    assert len(hold.arrived) < 300
