"""Programs beside the workers: one for all, as long as there are any."""

import time
from pathlib import Path

import pytest
from brubeck_core.workers.companions import Companions

PROGRAM = """
import signal, sys
from pathlib import Path
with Path(sys.argv[-1], "starts").open("a") as file:
    file.write("x")
signal.pause()
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program that notes each of its starts in the folder."""
    (tmp_path / "a_companion.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return ("a_companion", "argument")


@pytest.fixture
def companions():
    companions = Companions()
    yield companions
    companions.stop()


def wait_for_starts(folder, count):
    deadline = time.monotonic() + 20
    file = Path(folder, "starts")
    while not file.exists() or len(file.read_text()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def processes(companions):
    return [process for process, _ in companions._running.values()]


def test_all_who_ask_get_the_same(companions, program):
    folder = companions.get(program)
    assert companions.get(program) == folder
    wait_for_starts(folder, 1)
    assert len(processes(companions)) == 1


def test_nobody_else_may_enter_its_folder(companions, program):
    assert Path(companions.get(program)).stat().st_mode & 0o077 == 0


def test_it_starts_again_when_it_has_ended(companions, program):
    folder = companions.get(program)
    wait_for_starts(folder, 1)
    processes(companions)[0].kill()
    processes(companions)[0].wait(10)
    while (seconds := companions.seconds_to_next()) is not None:
        time.sleep(seconds)
        companions.revive()
    wait_for_starts(folder, 2)


def test_it_ends_when_nobody_needs_it(companions, program):
    companions.get(program)
    (process,) = processes(companions)
    companions.keep([])
    assert process.returncode is not None


def test_nothing_is_left_at_the_end(companions, program):
    folder = companions.get(program)
    (process,) = processes(companions)
    companions.stop()
    assert process.returncode is not None
    assert not Path(folder).exists()


@pytest.mark.parametrize("program", [(), (1,), ("a", None)])
def test_what_is_no_program_is_refused(companions, program):
    with pytest.raises(ValueError, match="no module"):
        companions.get(program)
