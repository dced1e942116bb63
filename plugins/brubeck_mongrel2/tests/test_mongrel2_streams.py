"""Answers and bodies in pieces, slow clients, and clients that go away."""

import logging
import math

import pytest
from brubeck_core.http.response import Response
from brubeck_mongrel2 import upload
from brubeck_testkit.mongrel2 import http_headers

WINDOW = 102_400


def counting(application, message):
    return (f"{number}\n" for number in range(100))


def numbers():
    return "".join(f"{number}\n" for number in range(100))


def test_a_generator_is_sent_in_chunks(fake):
    answer = fake([("^/", counting)]).request("GET", "/")
    assert answer.header("Transfer-Encoding") == "chunked"
    assert answer.text == numbers()
    assert not answer.closed


def test_a_generator_goes_to_an_old_client_until_the_close(fake):
    client = fake([("^/", counting)]).connect()
    client.send(http_headers("GET", "/", version="HTTP/1.0"), b"", path="/")
    answer = client.read_answer()
    assert answer.header("Transfer-Encoding") is None
    assert (answer.text, answer.closed) == (numbers(), True)


@pytest.mark.parametrize(("declared", "sent"), [(5, "Take "), (100, "Take five")], ids=str)
def test_a_declared_length_is_kept_or_the_connection_is_cut(fake, declared, sent):
    def short(application, message):
        return Response(iter(["Take ", "five"]), headers={"Content-Length": str(declared)})

    client = fake([("^/", short)]).connect()
    client.send_request("GET", "/")
    if declared == 5:
        assert client.read_answer().text == sent
        assert not client.closed
    else:
        client.wait_closed()
        assert client.commands[-1] == {"cancel": b"true"}


@pytest.mark.parametrize("error", [RuntimeError, SystemExit])
def test_a_generator_that_fails_is_not_taken_for_complete(fake, error):
    def fail(application, message):
        yield "some"
        raise error("told to")

    client = fake([("^/", lambda application, message: fail(application, message))]).connect()
    client.send_request("GET", "/")
    received = b""
    while piece := client.receive():
        received += piece
    assert received.endswith(b"4\r\nsome\r\n")
    assert client.commands[-1] == {"cancel": b"true"}


def test_many_small_pieces_leave_in_few_messages(fake):
    def many(application, message):
        return (b"x" for _ in range(5000))

    client = fake([("^/", many)]).connect()
    client.send_request("GET", "/")
    data, messages = b"", 0
    while not data.endswith(b"0\r\n\r\n"):
        data += client.receive()
        messages += 1
    assert data.count(b"1\r\nx\r\n") == 5000
    assert messages < 500


def test_a_piece_does_not_wait_for_the_next(fake):
    may_end = []

    def events(application, message):
        def generate():
            yield "first"
            while not may_end:
                application.concurrency.sleep(0.01)
            yield "second"

        return generate()

    client = fake([("^/", events)]).connect()
    client.send_request("GET", "/")
    data = b""
    while b"first" not in data:
        data += client.receive()
    may_end.append(True)
    while b"second" not in data:
        data += client.receive()


# -- clients that go away -----------------------------------------------------------------------


def endless(closed):
    def stream(application, message):
        def generate():
            try:
                while True:
                    yield "x"
                    application.concurrency.sleep(0.01)
            finally:
                closed.append(True)

        return generate()

    return stream


def test_a_generator_is_closed_when_its_client_goes_away(fake):
    closed = []
    server = fake([("^/", endless(closed))])
    client = server.connect()
    client.send_request("GET", "/")
    # One that has not begun has nothing to end: the head alone may come first.
    while not client.receive().endswith(b"x\r\n"):
        pass
    client.disconnect()
    server.behind.wait_for(lambda: closed)


def waiting(ended, released):
    """Make a handler that waits until the list `released` has something in it."""

    def wait(application, message):
        try:
            while not released:
                application.concurrency.sleep(0.01)
            ended.append("awake")
        finally:
            ended.append("ended")
        return "late"

    return wait


def leave(server):
    """Ask for what waits, and go away; return when the application knows that."""
    gone = []
    server.behind.connection.on_disconnect(lambda *names: gone.append(names))
    client = server.connect()
    client.send_request("GET", "/wait")
    server.request("GET", "/none")
    client.disconnect()
    server.behind.wait_for(lambda: gone)


def test_a_handler_that_waits_is_ended_when_its_client_goes_away(fake):
    ended = []
    server = fake([("^/wait", waiting(ended, released=[]))])
    if server.behind.concurrency.preemptive:
        pytest.skip("threads cannot be ended")
    leave(server)
    server.behind.wait_for(lambda: ended)
    assert ended == ["ended"]


def test_a_handler_may_be_left_to_end_by_itself(fake):
    ended, released = [], []
    server = fake([("^/wait", waiting(ended, released))], cancel=False)
    leave(server)
    assert ended == []
    released.append(True)
    server.behind.wait_for(lambda: len(ended) == 2)
    assert ended == ["awake", "ended"]


@pytest.mark.parametrize("cancel", [True, False])
def test_a_request_whose_turn_comes_after_its_client_is_gone(fake, cancel):
    """Whoever could not wait has perhaps asked again: the work for both would be too much."""
    ended, released, seen = [], [], []
    routes = [("^/wait", waiting(ended, released)), ("^/$", lambda app, message: seen.append(1))]
    server = fake(routes, max_requests=1, cancel=cancel)
    gone = []
    server.behind.connection.on_disconnect(lambda *names: gone.append(names))
    server.connect().send_request("GET", "/wait")
    client, patient = server.connect(), server.connect()
    client.send_request("GET", "/")
    client.disconnect()
    patient.send_request("GET", "/none")
    server.behind.wait_for(lambda: gone)
    released.append(True)
    assert patient.read_answer().status == 404
    assert seen == ([] if cancel else [1])


def test_an_application_hears_of_clients_that_go_away(fake):
    gone = []
    server = fake([("^/", counting)])
    server.behind.connection.on_disconnect(lambda *names: gone.append(names))
    client = server.connect()
    client.request("GET", "/")
    client.disconnect()
    client.disconnect()
    server.behind.wait_for(lambda: gone)
    assert server.request("GET", "/").status == 200
    assert gone == [("fake-1", client.conn_id)]


def test_an_application_hears_of_a_client_that_was_idle_for_long(fake):
    gone = []
    server = fake([("^/", counting)])
    behind = server.behind
    behind.connection.on_disconnect(lambda *names: gone.append(names))
    client = server.connect()
    client.request("GET", "/")
    forget_idle(behind)
    client.disconnect()
    behind.wait_for(lambda: gone)
    assert gone == [("fake-1", client.conn_id)]


def forget_idle(behind):
    """Forget all clients that wait for nothing, as after a minute."""
    (endpoint,) = behind.connection._endpoints
    behind.wait_for(lambda: all(client.running is None for client in endpoint.clients))
    assert endpoint.clients.sweep(math.inf)


# -- flow control -----------------------------------------------------------------------------


def test_credits_bound_what_is_on_its_way(fake):
    body = bytes(range(256)) * 4000
    server = fake([("^/", lambda application, message: body)], flow_control=True)
    client = server.connect()
    answer = client.request("GET", "/")
    assert answer.body == body
    assert client.request("GET", "/").body == body


def test_credits_bound_what_is_on_its_way_to_a_client_that_was_idle_for_long(fake):
    """The server says once in a connection's life that it counts."""
    server = fake([("^/", lambda application, message: b"x" * 300_000)], flow_control=True)
    client = server.connect()
    assert len(client.request("GET", "/").body) == 300_000
    forget_idle(server.behind)
    assert len(client.request("GET", "/").body) == 300_000
    assert not client.closed


def test_a_client_that_takes_nothing_holds_its_generator_up(fake):
    made = []

    def produce(application, message):
        def generate():
            for _ in range(100):
                made.append(True)
                yield b"x" * 50_000

        return generate()

    server = fake([("^/big", produce), ("^/", counting)], flow_control=True)
    client = server.connect()
    client.send_request("GET", "/big")
    assert server.request("GET", "/").text == numbers()
    assert len(made) < 15
    assert len(client.read_answer().body) == 5_000_000


# -- uploads ------------------------------------------------------------------------------------


def receive_upload(application, message):
    return {"size": len(message.body), "sum": sum(message.body)}


def start_upload(client, body, announced=None, first=b""):
    headers = http_headers("PUT", "/x", {"content-length": str(announced or len(body))})
    client.send(headers | {"UPLOAD_STREAM": "0"}, first, path="/x")


def granted(client):
    """Wait for credits and return them."""
    before = len(client.commands)
    client.server.wait_for(lambda: len(client.commands) > before or client.commands, "credits")
    return client.commands.pop(0)["credits"]


def send_parts(client, body, offset=0):
    """Send `body` in parts as the server does: as much as it was granted."""
    while offset < len(body):
        part = body[offset : offset + granted(client)]
        done = {"UPLOAD_STREAM_DONE": "1"} if offset + len(part) == len(body) else {}
        client.send({"UPLOAD_STREAM": str(offset)} | done, part, path="/x")
        offset += len(part)


@pytest.mark.parametrize("first", [0, 4036], ids=["nothing", "the beginning"])
def test_an_upload_arrives_in_parts(fake, first):
    body = bytes(range(256)) * 8000
    client = fake([("^/", receive_upload)]).connect()
    start_upload(client, body, first=body[:first])
    send_parts(client, body, first)
    assert client.read_answer().json() == {"size": len(body), "sum": sum(body)}
    assert client.request("PUT", "/x", body=b"\1").json() == {"size": 1, "sum": 1}


def test_an_upload_is_read_while_it_arrives(fake):
    sizes = []

    def measure(application, message):
        for part in message.stream:
            sizes.append(len(part))
        return str(sum(sizes))

    body = b"x" * 3_000_000
    client = fake([("^/", measure)]).connect()
    start_upload(client, body)
    send_parts(client, body)
    assert client.read_answer().text == "3000000"
    assert max(sizes) <= upload.WINDOW


def test_what_follows_a_body_is_not_taken_for_it(fake):
    client = fake([("^/", receive_upload)]).connect()
    headers = http_headers("PUT", "/x", {"content-length": "5"})
    marks = {"UPLOAD_STREAM": "0", "UPLOAD_STREAM_DONE": "1"}
    client.send(headers | marks, b"helloGET / HTTP/1.1\r\n", path="/x")
    answer = client.read_answer()
    assert answer.json()["size"] == 5
    # The next request is lost, for which the client must not wait.
    assert answer.header("Connection") == "close"
    client.wait_closed()


@pytest.mark.parametrize(
    ("name", "marks", "part"),
    [
        ("a gap", {"UPLOAD_STREAM": "5"}, b"x"),
        ("a part again", {"UPLOAD_STREAM": "-1"}, b"x"),
        ("an end too early", {"UPLOAD_STREAM": "0", "UPLOAD_STREAM_DONE": "1"}, b"x"),
    ],
)
def test_parts_that_do_not_fit_cut_the_connection(fake, name, marks, part):
    client = fake([("^/", receive_upload)]).connect()
    start_upload(client, b"x" * 1_000_000)
    granted(client)
    client.send(marks, part, path="/x")
    client.wait_closed()


def test_a_part_of_an_upload_that_another_process_has_cuts_the_connection(fake):
    client = fake([("^/", receive_upload)]).connect()
    client.send({"UPLOAD_STREAM": "100"}, b"x", path="/x")
    client.wait_closed()
    assert client.commands == [{"cancel": b"true"}]


def test_an_upload_beyond_the_limit_is_refused_before_it_comes(fake):
    server = fake([("^/", receive_upload)], settings={"limits": {"max_body": 1000}})
    client = server.connect()
    start_upload(client, b"x" * 2_000_000)
    answer = client.read_answer()
    client.wait_closed()
    assert answer.status == 413
    assert client.commands == []


def test_a_handler_that_reads_no_upload_ends_the_connection(fake):
    client = fake([("^/", lambda application, message: "no, thank you")]).connect()
    start_upload(client, b"x" * 2_000_000)
    assert client.read_answer().text == "no, thank you"
    client.wait_closed()


def test_a_client_that_goes_away_ends_its_upload(fake, caplog):
    ended = []

    def read(application, message):
        try:
            return str(len(message.body))
        finally:
            ended.append(True)

    server = fake([("^/", read)])
    client = server.connect()
    with caplog.at_level(logging.ERROR):
        start_upload(client, b"x" * 2_000_000)
        granted(client)
        client.disconnect()
        server.behind.wait_for(lambda: ended)
