"""What is remembered of each client: order, servers that restart, and forgetting."""

import pytest
from brubeck_mongrel2.protocol.connections import MAX_PIPELINED, Connections, PipelineOverflow
from brubeck_mongrel2.protocol.flow import CREDIT_WINDOW, UNLIMITED


def test_requests_of_one_client_are_done_one_by_one():
    connection = Connections().open("app-1", "7", 0.0)
    assert connection.arrive("first", 0.0)
    assert not connection.arrive("second", 0.0)
    assert not connection.arrive("third", 0.0)
    assert connection.finish() == "second"
    assert connection.finish() == "third"
    assert connection.finish() is None
    assert connection.arrive("fourth", 0.0)


def test_requests_of_several_clients_are_done_side_by_side():
    connections = Connections()
    assert connections.open("app-1", "7", 0.0).arrive("one", 0.0)
    assert connections.open("app-1", "8", 0.0).arrive("two", 0.0)
    assert connections.open("app-2", "7", 0.0).arrive("three", 0.0)
    assert [connection.running for connection in connections] == ["one", "two", "three"]
    assert len(connections) == 3


def test_a_client_that_sends_too_far_ahead_is_refused():
    connection = Connections().open("app-1", "7", 0.0)
    for number in range(1 + MAX_PIPELINED):
        connection.arrive(number, 0.0)
    with pytest.raises(PipelineOverflow):
        connection.arrive("one too many", 0.0)


@pytest.mark.parametrize(("mark", "value"), [("alive", False), ("closing", True)])
def test_what_waits_is_dropped_when_the_connection_ends(mark, value):
    connection = Connections().open("app-1", "7", 0.0)
    connection.arrive("first", 0.0)
    connection.arrive("second", 0.0)
    setattr(connection, mark, value)
    assert connection.finish() is None


def test_a_connection_is_the_same_until_it_is_forgotten():
    connections = Connections()
    first = connections.open("app-1", "7", 0.0)
    assert connections.open("app-1", "7", 1.0) is first
    assert connections.find("app-1", "7") is first
    assert connections.forget("app-1", "7") is first
    assert not first.alive
    assert connections.find("app-1", "7") is None
    assert connections.open("app-1", "7", 2.0) is not first


def test_a_second_notice_of_the_same_end_changes_nothing():
    connections = Connections()
    connections.open("app-1", "7", 0.0)
    connections.forget("app-1", "7")
    assert connections.forget("app-1", "7") is None
    assert connections.forget("app-9", "7") is None


def test_a_restart_ends_every_connection():
    connections = Connections()
    old = [connections.open("app-1", str(number), 0.0) for number in range(3)]
    assert connections.restart() == old
    assert not any(connection.open for connection in old)
    assert connections.open("app-1", "1", 1.0) is not old[1]


def test_a_reply_begins_with_the_address():
    assert Connections().open("app-1", "7", 0.0).address == b"app-1 1:7, "


def test_a_sweep_forgets_what_was_idle_for_long():
    connections = Connections(ttl=60.0)
    connections.open("app-1", "1", 0.0)
    connections.open("app-1", "2", 0.0).arrive("long poll", 0.0)
    connections.open("app-1", "3", 0.0).arrive("done", 50.0)
    connections.find("app-1", "3").finish()
    connections.open("app-1", "4", 0.0).peer = "a socket"
    assert connections.sweep(61.0) == 1
    assert [connection.conn_id for connection in connections] == ["2", "3", "4"]


def swept(*, closing=False, count=1, **options):
    """Return connections, of which `count` were idle for so long that a sweep took them."""
    connections = Connections(ttl=60.0, **options)
    for number in range(1, count + 1):
        connections.open("app-1", str(number), 0.0).closing = closing
    assert connections.sweep(61.0) == count
    return connections


def test_the_end_of_a_connection_that_was_swept_is_told_once():
    connections = swept()
    assert connections.forget("app-1", "1").conn_id == "1"
    assert connections.forget("app-1", "1") is None


def test_a_connection_that_was_swept_may_come_again():
    connections = swept()
    again = connections.open("app-1", "1", 70.0)
    assert connections.forget("app-1", "1") is again
    assert connections.forget("app-1", "1") is None


def test_a_connection_that_we_closed_is_not_remembered():
    assert swept(closing=True).forget("app-1", "1") is None


def test_a_restart_ends_those_that_were_swept_too():
    connections = swept(count=2)
    gone = connections.restart()
    assert [(each.conn_id, each.open) for each in gone] == [("1", False), ("2", False)]
    assert connections.restart() == []


def test_not_more_names_are_kept_than_allowed():
    connections = swept(count=3, max_asleep=2)
    assert [each.conn_id for each in connections.restart()] == ["2", "3"]


def test_a_server_that_counts_does_so_for_all_until_it_restarts():
    connections = Connections()
    early = connections.open("app-1", "1", 0.0)
    early.flow.sent(1000, 0.0)
    assert early.flow.room(0.0) == UNLIMITED
    connections.use_credits()
    assert early.flow.room(0.0) == CREDIT_WINDOW - 1000
    assert connections.open("app-1", "2", 0.0).flow.room(0.0) == CREDIT_WINDOW
    connections.restart()
    assert connections.open("app-1", "1", 0.0).flow.room(0.0) == UNLIMITED
