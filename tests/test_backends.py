"""The hello example, served by `brubeck run` on each backend, selected in each way."""

import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from brubeck_testkit.servers import free_port, serving

HELLO = Path(__file__).parent.parent / "examples" / "hello"
BRUBECK = [sys.executable, "-m", "brubeck_core", "run"]
BACKENDS = ["threads", "gevent", "eventlet"]
PORT = "BRUBECK_CONNECTION__WSGI__PORT"

each_backend = pytest.mark.parametrize("backend", BACKENDS)


@contextmanager
def hello(*options, folder=HELLO, **variables):
    port = free_port()
    command = [*BRUBECK, str(folder), *options]
    with serving(command, port, env={PORT: str(port), **variables}) as server:
        yield server


def by_option(backend, tmp_path):
    return hello("--concurrency", backend)


def by_environment(backend, tmp_path):
    return hello(BRUBECK_CONCURRENCY=backend)


def by_file(backend, tmp_path):
    folder = shutil.copytree(HELLO, tmp_path / "hello")
    config = folder / "brubeck.toml"
    written = config.read_text().replace('concurrency = "gevent"', f'concurrency = "{backend}"')
    config.write_text(written)
    return hello(folder=folder)


@each_backend
@pytest.mark.parametrize("select", [by_option, by_environment, by_file])
def test_every_backend_answers_the_same(select, backend, tmp_path):
    with select(backend, tmp_path) as server:
        answers = [
            server.get("/"),
            server.get("/greet/Dave"),
            server.get("/nowhere"),
            server.request("POST", "/"),
            server.request("HEAD", "/"),
        ]
        facts = server.get("/facts").text
    assert [(answer.status, answer.text) for answer in answers[:2]] == [
        (200, "Take five"),
        (200, "Take five, Dave!"),
    ]
    assert [answer.status for answer in answers[2:]] == [404, 405, 200]
    assert answers[3].header("Allow") == "GET, HEAD, OPTIONS"
    assert (answers[4].header("Content-Length"), answers[4].body) == ("9", b"")
    assert f"<dt>concurrency<dd>{backend}" in facts


@pytest.mark.parametrize("backend", ["gevent", "eventlet"])
def test_200_sleeping_handlers_are_served_at_once(backend):
    clients = 200
    with hello("--concurrency", backend) as server, ThreadPoolExecutor(clients) as pool:
        server.get("/")
        start = time.monotonic()
        answers = list(pool.map(server.get, ["/slow?seconds=1"] * clients))
        seconds = time.monotonic() - start
    assert {answer.status for answer in answers} == {200}
    assert seconds < 3


@each_backend
def test_a_server_that_is_told_to_stop_ends_well(backend):
    with hello("--concurrency", backend) as server:
        assert server.get("/").status == 200
        assert server.stop() == 0, server.output()
