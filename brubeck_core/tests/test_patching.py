"""Who has patched the process, who came too early, and what the errors advise."""

from __future__ import annotations

import queue
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from brubeck_core import patching
from brubeck_core.builtin.threads import Threads
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.plugin import require_backend

# The modules here have to be those that a patch would replace.
require_backend("threads")


class Fibers(Threads):
    """A backend whose patch only says that it was applied."""

    name = "fibers"
    needs_patch = True
    engine = ("fibers_engine",)

    def __init__(self, patched: bool = False) -> None:
        super().__init__()
        self.patches = 0
        self.patched = patched

    def patch(self) -> None:
        self.patches += 1
        self.patched = True

    def is_patched(self) -> bool:
        return self.patched


@pytest.fixture(autouse=True)
def unprepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process look as if nobody had prepared it."""
    monkeypatch.setattr(patching, "_active", None)
    monkeypatch.setattr(patching, "_in_force", False)
    monkeypatch.setattr(patching, "_early", {})


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a function that makes an imported module with the given contents."""

    def add(name: str, **contents: object) -> None:
        module = ModuleType(name)
        vars(module).update(contents)
        monkeypatch.setitem(sys.modules, name, module)

    return add


def test_nobody_is_active_at_first() -> None:
    assert patching.active() is None


def test_apply_patches_once_and_remembers_the_backend() -> None:
    backend = Fibers()
    patching.apply(backend)
    patching.apply(backend)
    assert backend.patches == 1
    assert patching.active() == "fibers"


@pytest.mark.parametrize(("backend", "in_force"), [(Fibers(), True), (Threads(), False)])
def test_a_backend_without_a_patch_leaves_the_process_as_it_is(
    backend: Threads, in_force: bool
) -> None:
    assert not patching.in_force()
    patching.apply(backend)
    assert (patching.active(), patching.in_force()) == (backend.name, in_force)


def test_a_patch_that_somebody_else_applied_is_taken_as_it_is(imported: Any) -> None:
    imported("early_bird", socket=socket.socket)
    backend = Fibers(patched=True)
    patching.apply(backend)
    assert backend.patches == 0
    patching.check(backend)


def test_a_patched_backend_may_serve_without_apply() -> None:
    patching.check(Fibers(patched=True))


def test_a_backend_without_a_patch_may_serve() -> None:
    patching.check(Threads())


HELD = [
    ("queue.SimpleQueue", queue.SimpleQueue),
    ("select.select", select.select),
    ("select.poll", select.poll),
    ("socket.getaddrinfo", socket.getaddrinfo),
    ("socket.socket", socket.socket),
    ("subprocess.Popen", subprocess.Popen),
    ("threading.Lock", threading.Lock),
    ("threading.RLock", threading.RLock),
    ("threading.local", threading.local),
    ("time.sleep", time.sleep),
]


@pytest.mark.parametrize(("what", "value"), HELD, ids=[what for what, _ in HELD])
def test_a_module_that_holds_what_blocks_is_early(imported: Any, what: str, value: object) -> None:
    imported("early.bird", mine=value)
    assert patching.early_modules(Fibers())["early.bird"] == what


def test_a_module_with_a_subclass_of_what_blocks_is_early(
    imported: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Local(threading.local):
        __module__ = "early_bird"

    assert patching.early_modules(Fibers())["early_bird"] == "a subclass of threading.local"


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("late_bird", {"socket": socket, "time": time, "Thread": threading.Thread}),
        ("brubeck_shout", {"sleep": time.sleep}),
        ("fibers_engine.hub", {"sleep": time.sleep}),
        ("coverage.collector", {"sleep": time.sleep}),
        ("asyncio.tasks", {"sleep": time.sleep}),
        ("__original_module_socket", {"__name__": "socket", "socket": socket.socket}),
    ],
    ids=["holds modules only", "of Brubeck", "of the engine", "a tool", "stdlib", "a copy"],
)
def test_a_module_that_may_come_first_is_not_early(
    imported: Any, name: str, contents: dict[str, object]
) -> None:
    imported(name, **contents)
    assert name not in patching.early_modules(Fibers())


@pytest.fixture
def _all_culprits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name every culprit: what other tests have imported stands before those made here."""
    monkeypatch.setattr(patching, "_MOST_SHOWN", 10_000)


@pytest.mark.usefixtures("_all_culprits")
def test_serving_unpatched_is_refused_with_advice(imported: Any) -> None:
    imported("early_bird", socket=socket.socket)
    with pytest.raises(patching.NotPatchedError) as caught:
        patching.check(Fibers())
    message = str(caught.value)
    assert "'fibers' needs the standard library patched" in message
    assert "`brubeck run`" in message
    assert "`import brubeck.request_handling`" in message
    assert 'brubeck_core.bootstrap.patch("fibers")' in message
    assert "early_bird (has socket.socket)" in message


@pytest.mark.usefixtures("_all_culprits")
def test_serving_patched_too_late_is_refused_with_the_culprits(imported: Any) -> None:
    imported("early_bird", socket=socket.socket)
    backend = Fibers()
    patching.apply(backend)
    with pytest.raises(patching.PatchedTooLateError, match=r"early_bird \(has socket\.socket\)"):
        patching.check(backend)


def test_a_long_list_of_culprits_is_cut(imported: Any) -> None:
    for number in range(40):
        imported(f"early_bird_{number}", sleep=time.sleep)
    backend = Fibers()
    patching.apply(backend)
    with pytest.raises(patching.PatchedTooLateError, match=r"\d+ more\."):
        patching.check(backend)


@pytest.mark.parametrize("call", [patching.apply, patching.check])
@pytest.mark.parametrize(
    ("first", "second"), [(Fibers(), Threads()), (Threads(), Fibers())], ids=["fibers", "threads"]
)
def test_a_process_has_one_backend(call: Any, first: Threads, second: Threads) -> None:
    patching.apply(first)
    with pytest.raises(patching.TwoBackendsError) as caught:
        call(second)
    message = str(caught.value)
    assert f"started for concurrency = {first.name!r}" in message
    assert f"asks for {second.name!r}" in message
    assert "BRUBECK_CONCURRENCY" in message


def test_looking_at_modules_loads_no_lazy_one() -> None:
    code = """
import importlib.util, sys
spec = importlib.util.find_spec("json")
spec.loader = importlib.util.LazyLoader(spec.loader)
module = importlib.util.module_from_spec(spec)
sys.modules["lazy_bird"] = module
spec.loader.exec_module(module)
from brubeck_core import patching
from brubeck_core.builtin.threads import Threads
sys.modules.pop("json", None); sys.modules.pop("json.decoder", None)
patching.early_modules(Threads())
print("json.decoder" in sys.modules)
"""
    result = run_python(code)
    assert result.stdout == "False\n", result.stderr


def test_importing_this_module_imports_nothing_to_patch() -> None:
    code = """
import sys
import brubeck_core.patching
print({"socket", "ssl", "select", "threading", "asyncio", "subprocess"} & set(sys.modules))
"""
    result = run_python(code)
    assert result.stdout == "set()\n", result.stderr
