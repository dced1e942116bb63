"""What is particular to the eventlet backend."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.plugin import require_backend

require_backend("eventlet")


def test_zmq_is_its_green_form(concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch) -> None:
    green = ModuleType("eventlet.green.zmq")
    monkeypatch.setitem(sys.modules, "eventlet.green.zmq", green)
    assert concurrency.green_module("zmq") is green


@pytest.mark.parametrize("name", ["eventlet.wsgi", "socket", "threading", "json"])
def test_another_module_is_itself(concurrency: Concurrency, name: str) -> None:
    assert concurrency.green_module(name).__name__ == name


@pytest.mark.parametrize("name", ["socket", "queue", "threading"])
def test_unpatched_a_module_has_its_green_form(name: str) -> None:
    code = f"""
from brubeck_eventlet.backend import EventletConcurrency
print(EventletConcurrency().green_module({name!r}).__name__.startswith("eventlet.green."))
"""
    result = run_python(code)
    assert (result.stdout, result.stderr) == ("True\n", "")


def test_executors_of_the_standard_library_work(concurrency: Concurrency) -> None:
    # They hang on eventlet's asyncio hub, which is why it is not the default here.
    with concurrency.timeout(10), ThreadPoolExecutor(2) as executor:
        assert list(executor.map(str, range(3))) == ["0", "1", "2"]
