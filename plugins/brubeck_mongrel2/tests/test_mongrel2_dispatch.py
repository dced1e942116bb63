"""A dispatcher between a server and its workers."""

import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq
from brubeck_core.errors import ConfigError
from brubeck_mongrel2 import Mongrel2Connection
from brubeck_mongrel2.dispatch import messages
from brubeck_mongrel2.dispatch.dispatcher import Dispatcher
from brubeck_mongrel2.dispatch.pins import Pins
from brubeck_mongrel2.dispatch.worker import STUCK, WINDOW, Worker
from brubeck_testkit.mongrel2 import FakeMongrel2


class Dispatched:
    """A fake server with a dispatcher in front of the workers that the test starts."""

    def __init__(self, server, concurrency, serve, folder):
        self.server = server
        self.concurrency = concurrency
        self._serve = serve
        self._address = f"ipc://{folder}/dispatch"
        self._context = zmq.Context()
        self._workers = []
        self.start()

    def start(self):
        self.dispatcher = Dispatcher(
            self._context,
            self.server.pull_addr,
            self.server.pub_addr,
            self._address,
            self.concurrency,
        )
        self._task = self.concurrency.spawn(self.dispatcher.run)

    def worker(self, *routes, **options):
        addresses = self.server.pull_addr, self.server.pub_addr
        worker = self._serve(routes, *addresses, dispatcher=self._address, **options)
        self._workers.append(worker)
        return worker

    def stop(self):
        self.dispatcher.stop()
        self._task.result(10)

    def close(self):
        for worker in self._workers:
            worker.stop()
        self.stop()
        self._context.term()


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="m2-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def dispatched(request, concurrency, serve, folder):
    """A dispatcher behind a fake server, whose options are the parameter."""
    with FakeMongrel2(**getattr(request, "param", {})) as server:
        dispatched = Dispatched(server, concurrency, serve, folder)
        yield dispatched
        dispatched.close()


def named(name):
    return ("^/", lambda application, message: name)


def ask(dispatched, count=40):
    """Ask so many times, each on a connection of its own; return who has answered how often."""
    answers = [dispatched.server.request("GET", "/").text for _ in range(count)]
    return {name: answers.count(name) for name in answers}


# -- who gets what ------------------------------------------------------------------------------


def test_a_request_is_answered(dispatched):
    dispatched.worker(named("Take five"))
    assert dispatched.server.request("GET", "/").text == "Take five"


def test_requests_wait_for_the_first_worker(dispatched):
    asking = dispatched.concurrency.spawn(dispatched.server.request, "GET", "/")
    dispatched.worker(named("late"))
    assert asking.result(10).text == "late"


def test_clients_are_shared_evenly(dispatched):
    for name in ("one", "two"):
        dispatched.worker(named(name))
        while name not in ask(dispatched, 2):
            pass
    assert ask(dispatched) == {"one": 20, "two": 20}


def test_a_client_stays_with_its_worker(dispatched):
    for name in ("one", "two"):
        dispatched.worker(named(name))
    while len(ask(dispatched, 2)) < 2:
        pass
    clients = [dispatched.server.connect() for _ in range(6)]
    for client in clients:
        assert len({client.request("GET", "/").text for _ in range(5)}) == 1


def test_one_who_comes_later_gets_a_share(dispatched):
    dispatched.worker(named("one"))
    clients = [dispatched.server.connect() for _ in range(10)]
    assert {client.request("GET", "/").text for client in clients} == {"one"}
    dispatched.worker(named("two"))
    while len({client.request("GET", "/").text for client in clients}) < 2:
        pass
    answers = [client.request("GET", "/").text for client in clients]
    assert answers.count("two") == 5


@pytest.mark.parametrize("dispatched", [{"flow_control": True}], indirect=True, ids=["flow"])
def test_one_who_comes_later_knows_that_the_server_counts_bytes(dispatched):
    def large(name):
        return ("^/", lambda application, message: name * 300_000)

    first = dispatched.worker(large("1"))
    client = dispatched.server.connect()
    assert client.request("GET", "/").text == "1" * 300_000
    dispatched.worker(large("2"))
    while dispatched.server.request("GET", "/").text[0] != "2":
        pass
    first.stop()
    assert client.request("GET", "/").text == "2" * 300_000


def test_a_worker_hears_of_its_own_clients(dispatched):
    gone = {"one": [], "two": []}
    hold = ("^/hold", lambda application, message: application.concurrency.sleep(0.05))
    workers = {name: dispatched.worker(hold, named(name)) for name in gone}
    for name, worker in workers.items():
        worker.connection.on_disconnect(
            lambda sender, conn_id, name=name: gone[name].append(conn_id)
        )
    while len(ask(dispatched, 2)) < 2:
        pass
    expected = {"one": [], "two": []}
    for _ in range(10):
        client = dispatched.server.connect()
        expected[client.request("GET", "/").text].append(client.conn_id)
        client.disconnect()
    for name in gone:
        workers["one"].wait_for(lambda name=name: set(expected[name]) <= set(gone[name]))
    assert not set(gone["one"]) & set(gone["two"])


# -- coming and going ---------------------------------------------------------------------------


def test_a_worker_that_leaves_answers_what_it_has(dispatched):
    may_end = []

    def hold(application, message):
        while not may_end:
            application.concurrency.sleep(0.01)
        return "held"

    worker = dispatched.worker(("^/", hold))
    clients = [dispatched.server.connect() for _ in range(30)]
    for client in clients:
        client.send_request("GET", "/")
    stopping = dispatched.concurrency.spawn(worker.stop)
    may_end.append(True)
    assert {client.read_answer().text for client in clients} == {"held"}
    stopping.result(10)


def test_clients_of_one_who_left_are_served_by_the_others(dispatched):
    first = dispatched.worker(named("one"))
    dispatched.worker(named("two"))
    while len(ask(dispatched, 2)) < 2:
        pass
    clients = [dispatched.server.connect() for _ in range(10)]
    assert len({client.request("GET", "/").text for client in clients}) == 2
    first.stop()
    assert {client.request("GET", "/").text for client in clients} == {"two"}


def test_requests_wait_while_there_is_no_worker(dispatched):
    dispatched.worker(named("old")).stop()
    asking = dispatched.concurrency.spawn(dispatched.server.request, "GET", "/")
    dispatched.worker(named("new"))
    assert asking.result(10).text == "new"


def test_a_new_dispatcher_gets_to_know_the_workers(dispatched):
    dispatched.worker(named("one"))
    assert ask(dispatched, 3) == {"one": 3}
    dispatched.stop()
    dispatched.start()
    assert ask(dispatched, 3) == {"one": 3}


def test_a_worker_ends_although_its_dispatcher_is_gone(dispatched):
    worker = dispatched.worker(named("one"))
    assert ask(dispatched, 1) == {"one": 1}
    dispatched.stop()
    worker.stop(20)


def test_a_restarted_server_is_served_again(dispatched):
    dispatched.worker(named("one"))
    assert ask(dispatched, 3) == {"one": 3}
    dispatched.server.restart()
    assert ask(dispatched, 3) == {"one": 3}


def test_no_answer_reaches_a_client_of_the_server_that_came_after(dispatched):
    may_end = []
    arrived = []

    def hold(application, message):
        arrived.append(message)
        while not may_end:
            application.concurrency.sleep(0.01)
        return "held"

    worker = dispatched.worker(("^/hold", hold), named("one"), cancel=False)
    dispatched.server.connect().send_request("GET", "/hold")
    worker.wait_for(lambda: arrived)
    dispatched.server.restart()
    client = dispatched.server.connect()
    assert client.conn_id == arrived[0].conn_id
    assert client.request("GET", "/").text == "one"
    may_end.append(True)
    assert client.request("GET", "/").text == "one"
    assert dispatched.server.bounced == []


@pytest.fixture
def dealer(dispatched):
    """Open sockets that play workers."""
    opened = []

    def open_dealer():
        opened.append(dispatched._context.socket(zmq.DEALER))
        opened[-1].connect(dispatched._address)
        return opened[-1]

    yield open_dealer
    for socket in opened:
        socket.close(linger=0)


@pytest.fixture
def stall(concurrency):
    """Keep the event loop from all it has to do: ``with stall(): ...``, on threads only."""
    if not concurrency.preemptive:
        pytest.skip("greenlets stall with their event loop")

    @contextmanager
    def stalled():
        begun, over = threading.Event(), threading.Event()

        def hold():
            begun.set()
            over.wait(30)

        concurrency.call_later(0, hold)
        assert begun.wait(10)
        try:
            yield
        finally:
            over.set()

    return stalled


def test_no_request_to_a_new_server_is_lost_on_a_loop_that_stalls(dispatched, stall):
    dispatched.worker(named("one"))
    assert ask(dispatched, 1) == {"one": 1}
    with stall():
        dispatched.server.restart()
        # ZeroMQ could be back by itself after so long, and the loop would not know.
        time.sleep(2.2)
        asking = dispatched.concurrency.spawn(dispatched.server.request, "GET", "/")
        time.sleep(0.2)
    assert asking.result(12).text == "one"


def test_who_answers_finds_a_restart_that_a_stalled_loop_has_not_seen(dispatched, stall):
    worker = dispatched.worker(named("one"))
    assert ask(dispatched, 1) == {"one": 1}
    (endpoint,) = worker.connection._endpoints
    with stall():
        dispatched.server.restart()
        # By then, ZeroMQ is back where answers go.
        time.sleep(0.5)
        assert not endpoint.send(b"fake-1 1:1, one")


def test_requests_alone_that_were_cut_off_come_again(dispatched):
    dispatched.worker(named("one"))
    assert ask(dispatched, 3) == {"one": 3}
    server = dispatched.server
    server._push.close()
    server._push = server._context.socket(zmq.PUSH)
    server._push.setsockopt(zmq.LINGER, 0)
    server._bind(server._push, server.pull_addr)
    assert ask(dispatched, 3) == {"one": 3}


def heard(dispatched, dealer):
    """Return the next request that is handed to a socket, without keeping others from work."""
    deadline = time.monotonic() + 10
    while not dealer.poll(0):
        assert time.monotonic() < deadline
        dispatched.concurrency.sleep(0.01)
    return dealer.recv()


def test_a_worker_is_heard_that_spoke_while_another_was_found_gone(dispatched, dealer, monkeypatch):
    gone, there = dealer(), dealer()
    gone.send(messages.ready(0))
    dispatched.server.connect().send_request("GET", "/")
    assert heard(dispatched, gone)
    lost = Dispatcher.lost

    def overtaken(dispatcher, endpoint):
        gone.close(linger=0)
        there.send(messages.ready(0))
        # Waits in ZeroMQ, and so in the event loop too, until it has told the dispatcher.
        there.poll(200)
        lost(dispatcher, endpoint)

    monkeypatch.setattr(Dispatcher, "lost", overtaken)
    dispatched.server.restart()
    dispatched.server.connect().send_request("GET", "/next")
    assert b" /next " in heard(dispatched, there)


def test_no_request_of_a_server_reaches_a_worker_that_has_seen_the_next(dispatched, dealer, stall):
    gone, there = dealer(), dealer()
    gone.send(messages.ready(0))
    dispatched.server.connect().send_request("GET", "/first")
    assert heard(dispatched, gone)
    gone.close(linger=0)
    # Once that is known nobody is left to have one, and the dispatcher keeps it.
    deadline = time.monotonic() + 10
    while not dispatched.dispatcher._homeless:
        assert time.monotonic() < deadline
        dispatched.server.connect().send_request("GET", "/old")
        dispatched.concurrency.sleep(0.01)
    with stall():
        dispatched.server.restart()
        there.send(messages.ready(0))
        there.poll(200)
        dispatched.concurrency.call_later(0, dispatched.dispatcher._hear)
    dispatched.server.connect().send_request("GET", "/new")
    assert b" /new " in heard(dispatched, there)


# -- its parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "count"),
    [
        (messages.ready(0), 0),
        (messages.ready(123456789), 123456789),
        (b"ready", None),
        (b"ready ", None),
        (b"ready -1", None),
        (b"ready 1x", None),
        (b"ready " + b"9" * 100, None),
        (messages.BYE, None),
        (b"12", None),
        (b"", None),
    ],
)
def test_what_a_worker_says_is_read(word, count):
    assert messages.ready_count(word) == count


def test_who_takes_nothing_is_stuck_after_a_while():
    worker = Worker(b"one", 0)
    worker.heard -= 2 * STUCK
    assert not worker.is_stuck
    worker.handed = WINDOW
    assert worker.is_stuck
    worker.heard += 2 * STUCK
    assert not worker.is_stuck


def test_pins_are_bounded():
    pins = Pins(many=10)
    for number in range(100):
        pins.pin(b"%d" % number, "worker")
    known = [number for number in range(100) if pins.find_ever(b"%d" % number)]
    assert 10 <= len(known) <= 20
    assert known[-1] == 99


def test_what_goes_on_is_found_after_the_rest_is_shared_anew():
    pins = Pins()
    pins.pin(b"a 1", "worker")
    pins.share_anew()
    assert pins.find(b"a 1") is None
    assert pins.find_ever(b"a 1") == "worker"
    pins.unpin(b"a 1")
    assert pins.find_ever(b"a 1") is None


def test_each_server_has_a_dispatcher_or_none_has():
    servers = ["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"]
    with pytest.raises(ConfigError, match="1 addresses for dispatcher and 2 for pull"):
        Mongrel2Connection(servers, servers, dispatcher="tcp://127.0.0.1:3")
