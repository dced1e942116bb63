"""What is particular to the threads backend, and to the parts that backends share."""

from __future__ import annotations

import threading
import weakref

import pytest
from brubeck_core.builtin.threads import Threads
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.plugin import require_backend

require_backend("threads")


class Thing:
    pass


def test_workers_are_daemon_threads_with_a_name() -> None:
    found: list[threading.Thread] = []
    pool = Threads().pool(1)
    pool.spawn(lambda: found.append(threading.current_thread()))
    assert pool.join(5)
    assert found[0].daemon
    assert found[0].name.startswith("brubeck-worker-")


def test_a_pool_makes_no_more_threads_than_it_needs() -> None:
    names: set[str] = set()
    pool = Threads().pool(10)
    for _ in range(20):
        pool.spawn(lambda: names.add(threading.current_thread().name))
        assert pool.join(5)
    assert len(names) == 1


def test_an_idle_worker_lets_go_of_its_work() -> None:
    backend = Threads()
    pool, ended = backend.pool(1), backend.event()
    thing = Thing()
    gone = weakref.ref(thing, lambda _: ended.set())
    pool.spawn(lambda given: None, thing)
    del thing
    assert ended.wait(5)
    assert gone() is None


def test_closed_timers_do_not_pile_up() -> None:
    backend = Threads()
    for _ in range(1000):
        backend.call_later(3600, lambda: None).close()
    assert backend._watching is not None
    assert len(backend._watching._heap) < 200


def test_moving_a_timer_leaves_one_entry() -> None:
    backend = Threads()
    timer = backend.call_later(3600, lambda: None)
    for _ in range(1000):
        timer.resume()
    assert backend._watching is not None
    assert len(backend._watching._heap) == 1


@pytest.mark.parametrize("fired", [True, False], ids=["its own", "its parent's"])
def test_watches_work_in_a_forked_child(fired: bool) -> None:
    code = f"""
import os, warnings
warnings.simplefilter("ignore")
from brubeck_core.builtin.threads import Threads
backend = Threads()
if {fired}:
    first = backend.event()
    backend.call_later(0, first.set)
    assert first.wait(10)
child = os.fork()
if child == 0:
    heard = backend.event()
    backend.call_later(0.01, heard.set)
    os._exit(0 if heard.wait(10) else 1)
print(os.waitpid(child, 0)[1])
"""
    result = run_python(code)
    assert result.stdout == "0\n", result.stderr


def test_a_signal_to_a_forked_child_is_not_heard_by_its_parent() -> None:
    code = """
import os, signal, warnings
warnings.simplefilter("ignore")
from brubeck_core.builtin.threads import Threads
backend = Threads()
heard = backend.queue()
backend.on_signals([signal.SIGUSR1], heard.put)
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGUSR1)
    os._exit(0)
print(os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR1)
heard.get(timeout=10)
print(heard.qsize())
"""
    result = run_python(code)
    assert result.stdout == "True\n0\n", result.stderr
