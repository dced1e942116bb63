"""What is particular to the gevent backend."""

from __future__ import annotations

import sys
import weakref
from types import ModuleType
from typing import Any

import pytest
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.plugin import require_backend

require_backend("gevent")


class Thing:
    pass


@pytest.fixture
def zmq(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Let `zmq.green` be importable, whether or not pyzmq is installed."""
    green = ModuleType("zmq.green")
    monkeypatch.setitem(sys.modules, "zmq", ModuleType("zmq"))
    monkeypatch.setitem(sys.modules, "zmq.green", green)
    return green


def test_zmq_is_its_green_form(concurrency: Concurrency, zmq: ModuleType) -> None:
    assert concurrency.green_module("zmq") is zmq


@pytest.mark.parametrize("name", ["gevent.pywsgi", "gevent.lock", "json"])
def test_another_module_is_itself(concurrency: Concurrency, name: str) -> None:
    assert concurrency.green_module(name).__name__ == name


def test_an_idle_worker_lets_go_of_its_work(concurrency: Concurrency) -> None:
    pool = concurrency.pool(1)
    for _ in range(2):
        thing = Thing()
        gone = weakref.ref(thing)
        pool.spawn(lambda given: None, thing)
        assert pool.join(5)
        del thing
        assert gone() is None


def test_workers_of_a_burst_do_not_all_stay(
    concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brubeck_core.builtin.backend_parts.green_pool.KEEP_IDLE", 3)
    pool, gate = concurrency.pool(10), concurrency.event()
    ids = concurrency.queue()

    def work() -> None:
        ids.put(concurrency.current_id())
        gate.wait(5)

    def run_all() -> set[int]:
        gate.clear()
        for _ in range(10):
            pool.spawn(work)
        seen = {ids.get(timeout=5) for _ in range(10)}
        gate.set()
        assert pool.join(5)
        return seen

    greenlets = run_all()
    assert len(greenlets) == 10
    assert pool.active() == 0
    assert len(pool._idle) == 3  # type: ignore[attr-defined]


def test_a_server_of_gevent_serves_beside_the_backend(concurrency: Concurrency) -> None:
    pywsgi: Any = concurrency.green_module("gevent.pywsgi")
    socket = concurrency.green_module("socket")

    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "4")])
        return [b"five"]

    server = pywsgi.WSGIServer(("127.0.0.1", 0), application, log=None)
    server.start()
    try:
        with socket.create_connection(server.address, timeout=5) as client:
            client.sendall(b"GET / HTTP/1.0\r\nHost: here\r\n\r\n")
            answer = client.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200 OK")
    finally:
        server.stop()


@pytest.mark.parametrize("name", ["socket", "queue", "threading"])
def test_unpatched_a_module_has_its_green_form(name: str) -> None:
    code = f"""
from brubeck_gevent.backend import GeventConcurrency
print(GeventConcurrency().green_module({name!r}).__name__.startswith("gevent."))
"""
    result = run_python(code)
    assert (result.stdout, result.stderr) == ("True\n", "")
