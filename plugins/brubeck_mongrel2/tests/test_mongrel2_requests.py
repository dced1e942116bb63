"""Requests and answers through a fake Mongrel2, on the backend of this session."""

import logging

import pytest
from brubeck_core.handlers.web import WebMessageHandler
from brubeck_core.http.response import Response
from brubeck_testkit.mongrel2 import http_headers

both_protocols = pytest.mark.parametrize("protocol", ["json", "tnetstring"])


class Demo(WebMessageHandler):
    def get(self):
        self.set_body("Take five")
        return self.render()


def describe(application, message):
    """Answer with what the handler sees of a request."""
    return {
        "method": message.method,
        "path": message.path,
        "query": message.query,
        "url": message.url,
        "remote_addr": message.remote_addr,
        "version": message.version,
        "headers": dict(message.headers),
        "cookies": message.cookies,
        "arguments": message.arguments,
        "body": message.body.decode("latin-1"),
        "sender": message.sender,
        "conn_id": message.conn_id,
    }


def fail(application, message):
    raise RuntimeError("told to")


@both_protocols
def test_a_class_answers(fake, protocol):
    answer = fake([("^/", Demo)], protocol=protocol).request("GET", "/")
    assert (answer.status, answer.reason, answer.text) == (200, "OK", "Take five")
    assert answer.header("Content-Length") == "9"
    assert answer.header("Date").endswith(" GMT")
    assert not answer.closed


@both_protocols
def test_a_handler_sees_the_request(fake, protocol):
    client = fake([("^/", describe)], protocol=protocol).connect()
    headers = {
        "Cookie": ["a=1", "b=2"],
        "X-List": ["1", "2 "],
        "X_Under": "score",
        "X-Mongrel2-Upload-Done": "/etc/passwd",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    seen = client.request("POST", "/caf%C3%A9?a=1&b=%20x", headers, b"a=2").json()
    assert seen == {
        "method": "POST",
        "path": "/caf\xe9",
        "query": "a=1&b=%20x",
        "url": "http://127.0.0.1:6767/caf\xe9?a=1&b=%20x",
        "remote_addr": "127.0.0.1",
        "version": "HTTP/1.1",
        "headers": {
            "cookie": "a=1; b=2",
            "x-list": "1, 2",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": "3",
            "host": "127.0.0.1:6767",
            "x-forwarded-for": "127.0.0.1",
        },
        "cookies": {"a": "1", "b": "2"},
        "arguments": {"a": ["1", "2"], "b": [" x"]},
        "body": "a=2",
        "sender": "fake-1",
        "conn_id": client.conn_id,
    }


@pytest.mark.parametrize(
    ("method", "target", "status", "body"),
    [
        ("GET", "/none", 404, None),
        ("POST", "/demo", 405, None),
        ("BREW", "/demo", 405, None),
        ("HEAD", "/demo", 200, b""),
        ("GET", "/fail", 500, None),
    ],
)
def test_there_is_an_answer_always(fake, method, target, status, body):
    answer = fake([("^/demo$", Demo), ("^/fail$", fail)]).request(method, target)
    assert answer.status == status
    assert body is None or answer.body == body


def test_several_headers_of_one_name_stay_several(fake):
    def cookies(application, message):
        return Response("", headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])

    answer = fake([("^/", cookies)]).request("GET", "/")
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_a_header_that_would_break_the_head_is_a_500(fake):
    def split(application, message):
        response = Response("x")
        response.headers.append(("X-A", "a\r\nSet-Cookie: stolen"))
        return response

    answer = fake([("^/", split)]).request("GET", "/")
    assert (answer.status, answer.header("Set-Cookie")) == (500, None)


# -- the connection's life ------------------------------------------------------------------


def http(version="HTTP/1.1", **headers):
    return http_headers("GET", "/", headers, version=version)


@pytest.mark.parametrize(
    ("name", "headers", "closed", "says"),
    [
        ("HTTP/1.1", http(), False, None),
        ("Connection: close", http(connection="Close"), True, "close"),
        ("HTTP/1.0", http("HTTP/1.0"), True, "close"),
        ("HTTP/1.0 keep-alive", http("HTTP/1.0", connection="keep-alive"), False, "keep-alive"),
    ],
)
def test_the_connection_is_closed_when_it_has_to_be(fake, name, headers, closed, says):
    client = fake([("^/", Demo)]).connect()
    client.send(headers, b"", path="/")
    answer = client.read_answer()
    assert (answer.text, answer.header("Connection")) == ("Take five", says)
    if closed:
        client.wait_closed()
    else:
        assert client.request("GET", "/").text == "Take five"


def changed(**changes):
    headers = http_headers("POST", "/x") | {
        name.replace("__", "-"): value for name, value in changes.items()
    }
    return {name: value for name, value in headers.items() if value is not None}


@pytest.mark.parametrize(
    ("name", "headers", "body", "status"),
    [
        ("two lengths", changed(content__length=["5", "6"]), b"hello", 400),
        ("a length that is not true", changed(content__length="4"), b"hello", 400),
        ("a negative length", changed(content__length="-5"), b"", 400),
        ("both", changed(transfer__encoding="chunked", content__length="1"), b"x", 400),
        ("another coding", changed(transfer__encoding="gzip, chunked"), b"", 501),
        ("no Host", changed(host=None), b"", 400),
        ("a control character", changed(x="\x01"), b"", 400),
        ("a version to come", changed(VERSION="HTTP/2.0"), b"", 505),
        ("JSON as method", changed(METHOD="JSON"), b'{"type":"disconnect"}', 501),
        ("WEBSOCKET as method", changed(METHOD="WEBSOCKET"), b"", 501),
        ("a path that is not UTF-8", changed(PATH="/%ff"), b"", 400),
    ],
)
def test_what_mongrel2_lets_pass_is_refused(fake, name, headers, body, status):
    seen = []

    def record(application, message):
        seen.append(message)
        return "seen"

    client = fake([("^/", record)]).connect()
    client.send(headers, body, path=headers["PATH"])
    answer = client.read_answer()
    client.wait_closed()
    assert (answer.status, answer.header("Connection"), seen) == (status, "close", [])


def test_a_body_beyond_the_limit_is_refused(fake):
    server = fake([("^/", describe)], settings={"limits": {"max_body": 10}})
    assert server.request("POST", "/", body=b"x" * 11).status == 413


@pytest.mark.parametrize(
    "raw",
    [b"", b"garbage", b"app_1 1 / 2:{},0:,", b"fake-1 1 / 2:{},0:,", b"fake-1 1 / 9:{},0:,"],
    ids=ascii,
)
def test_what_is_no_message_is_dropped_and_the_next_is_answered(fake, raw, caplog):
    server = fake([("^/", Demo)])
    with caplog.at_level(logging.WARNING, "brubeck.mongrel2"):
        server.send_raw(raw)
        assert server.request("GET", "/").text == "Take five"
    assert "dropped a message, the 1." in caplog.text


def test_answers_to_pipelined_requests_keep_their_order(fake):
    first_may_end = []

    def number(application, message):
        while message.query == "0" and not first_may_end:
            application.concurrency.sleep(0.01)
        return message.query

    server = fake([("^/$", number), ("^/other$", Demo)])
    client = server.connect()
    for value in range(5):
        client.send_request("GET", f"/?{value}")
    # The later ones were taken in long since when this one is answered.
    assert server.request("GET", "/other").text == "Take five"
    first_may_end.append(True)
    assert [client.read_answer().text for _ in range(5)] == ["0", "1", "2", "3", "4"]


def test_a_client_that_sends_too_far_ahead_is_cut(fake):
    may_end = []

    def wait(application, message):
        while not may_end:
            application.concurrency.sleep(0.01)
        return "late"

    client = fake([("^/", wait)]).connect()
    for _ in range(12):
        client.send_request("GET", "/")
    client.wait_closed()
    may_end.append(True)
    assert client.commands[-1] == {"cancel": b"true"}


def test_requests_of_several_clients_wait_side_by_side(fake):
    arrived = []

    def meet(application, message):
        arrived.append(message)
        while len(arrived) < 20:
            application.concurrency.sleep(0.01)
        return "all there"

    server = fake([("^/", meet)])
    clients = [server.connect() for _ in range(20)]
    for client in clients:
        client.send_request("GET", "/")
    assert {client.read_answer().text for client in clients} == {"all there"}


def test_no_more_requests_run_at_once_than_allowed(fake):
    running, most = [], []

    def count(application, message):
        running.append(message)
        most.append(len(running))
        application.concurrency.sleep(0.01)
        running.pop()
        return "counted"

    server = fake([("^/", count)], max_requests=3)
    # More than may wait for a worker too: reading has to stop and go on.
    clients = [server.connect() for _ in range(200)]
    for client in clients:
        client.send_request("GET", "/")
    assert {client.read_answer().text for client in clients} == {"counted"}
    assert max(most) == 3


# -- what else there is -------------------------------------------------------------------------


def test_a_server_that_cannot_hear_us_is_named(fake, caplog):
    server = fake([("^/", Demo)], sender="app-1")
    server.sender = "other"
    with caplog.at_level(logging.ERROR, "brubeck.mongrel2"):
        client = server.connect()
        client.send_request("GET", "/")
        server.behind.wait_for(lambda: caplog.text)
    assert "recv_ident = 'other'" in caplog.text


def test_answers_are_logged_with_their_status(fake, caplog):
    server = fake([("^/demo", Demo)], access_log=True)
    with caplog.at_level(logging.INFO, "brubeck.access"):
        server.request("GET", "/none?a=1")
        server.behind.wait_for(lambda: "target" in caplog.text)
    assert '"target": "/none?a=1", "status": 404' in caplog.text


def test_refusals_are_logged_with_their_status(fake, caplog):
    server = fake([("^/demo", Demo)], access_log=True)
    with caplog.at_level(logging.INFO, "brubeck.access"):
        server.request("GET", "/demo?two", {"Content-Length": ["1", "2"]})
        server.request("GET", "/%ff")
        server.behind.wait_for(lambda: caplog.text.count("target") == 2)
    assert '"target": "/demo?two", "status": 400' in caplog.text
    assert '"target": "/%ff", "status": 400' in caplog.text


def test_json_sockets_are_answered_with_the_body_alone(fake):
    def chat(application, message):
        return {"said": message.data["say"]}

    client = fake([("^@chat", chat)]).connect()
    headers = {"METHOD": "JSON", "PATH": "@chat", "REMOTE_ADDR": "127.0.0.1"}
    client.send(headers, b'{"say": "five"}', path="@chat")
    assert client.receive() == b'{"said":"five"}\0'


def test_json_that_is_none_is_answered_too(fake):
    client = fake([("^@chat", describe)]).connect()
    headers = {"METHOD": "JSON", "PATH": "@chat", "REMOTE_ADDR": "127.0.0.1"}
    client.send(headers, b'{"say": \xff}', path="@chat")
    assert client.receive().endswith(b"\0")
