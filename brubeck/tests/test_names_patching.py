"""Importing `request_handling` patches first, for the backend that config selects."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from brubeck_testkit.interpreter import run_python

#: What the original would take when nothing is configured.
DEFAULT = next((name for name in ("gevent", "eventlet") if find_spec(f"brubeck_{name}")), "threads")
BACKENDS = [name for name in ("gevent", "eventlet") if find_spec(f"brubeck_{name}")] + ["threads"]


def run(code: str, folder: Path, concurrency: str | None = None) -> list[str]:
    """Run `code` in a process of its own and return the lines it printed."""
    env = None if concurrency is None else {"BRUBECK_CONCURRENCY": concurrency}
    result = run_python(code, cwd=folder, env=env)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


REPORT = """
from brubeck.request_handling import CORO_LIBRARY
import threading, sys
print(CORO_LIBRARY)
print(type(threading.Lock()).__module__.partition(".")[0].lstrip("_"))
"""


def owner_of_locks(backend: str) -> str:
    return "thread" if backend == "threads" else backend


def test_without_config_it_takes_what_the_original_did(tmp_path: Path) -> None:
    assert run(REPORT, tmp_path) == [DEFAULT, owner_of_locks(DEFAULT)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_environment_selects(tmp_path: Path, backend: str) -> None:
    assert run(REPORT, tmp_path, backend) == [backend, owner_of_locks(backend)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_file_selects(tmp_path: Path, backend: str) -> None:
    (tmp_path / "brubeck.toml").write_text(f'concurrency = "{backend}"\n')
    assert run(REPORT, tmp_path) == [backend, owner_of_locks(backend)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_coro_spawn_runs_a_function_beside_the_caller(tmp_path: Path, backend: str) -> None:
    program = """
from brubeck.request_handling import Brubeck, coro_spawn
app = Brubeck("local")
done = app.concurrency.event()
def work(application, message, number, *, text):
    print(application is app, message, number, text)
    done.set()
coro_spawn(work, app, "message", 5, text="take")
print(done.wait(10))
"""
    assert run(program, tmp_path, backend) == ["True message 5 take", "True"]
