"""What a supervisor does with its workers, which are small programs here that serve nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brubeck_testkit.interpreter import clean_environment

SUPERVISE = """
import sys
from brubeck_core.workers.logs import configure_logging
from brubeck_core.workers.supervisor import Supervisor
configure_logging("INFO")
worker, count, grace = sys.argv[1:]
sys.exit(Supervisor([sys.executable, "-c", worker], int(count), float(grace)).run())
"""

#: Each start adds a line to the file "starts".
WORKER = """
import os, signal, sys, time
from brubeck_core.workers import supervised
supervised.adopt()
with open("starts", "a+") as file:
    file.write(f"{os.getpid()}\\n")
    file.flush()
    file.seek(0)
    start = len(file.readlines())
"""
PAUSE = """
while True:
    signal.pause()
"""
GOOD = "supervised.ready()" + PAUSE
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); " + GOOD


class Running:
    """A supervisor that runs in `folder`."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self._folder = folder
        self.process = process

    def log(self) -> str:
        return (self._folder / "log").read_text()

    def starts(self) -> list[int]:
        """Return the workers' process numbers, in the order in which they started."""
        file = self._folder / "starts"
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def wait_for(self, text: str, times: int = 1) -> None:
        self.wait_until(lambda: self.log().count(text) >= times)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.log()
            assert self.process.poll() is None, self.log()
            time.sleep(0.01)

    def signal(self, *numbers: int) -> None:
        for number in numbers:
            self.process.send_signal(number)

    def status(self) -> int:
        return self.process.wait(30)


Supervise = Callable[..., Running]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    """Return a function that starts a supervisor, and end all of its processes at the end."""
    started = []

    def start(
        worker: str,
        count: int = 1,
        grace: float = 30.0,
        program: str = SUPERVISE,
        **options: object,
    ) -> Running:
        arguments = [WORKER + worker, str(count), str(grace)]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", program, *arguments],
                cwd=tmp_path,
                env=clean_environment(),
                stderr=log,
                start_new_session=True,
                **options,  # type: ignore[call-overload]
            )
        started.append(process)
        return Running(tmp_path, process)

    yield start
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait(30)


BEFORE_SERVING: list[tuple[str, str, int, str]] = [
    ("a mistake", "sys.exit(2)", 2, "ended with status 2 before it served"),
    ("a signal", "os.kill(os.getpid(), 9)", 137, "was killed by SIGKILL before it served"),
    ("no application", "sys.exit(0)", 0, "ended with status 0 before it served"),
]


@pytest.mark.parametrize(
    ("worker", "status", "said"), [pytest.param(*case, id=name) for name, *case in BEFORE_SERVING]
)
def test_a_first_worker_that_never_serves_ends_the_supervisor(
    supervise: Supervise, worker: str, status: int, said: str
) -> None:
    running = supervise(worker, count=3)
    assert running.status() == status
    assert len(running.starts()) == 1
    assert said in running.log()


def test_the_others_start_when_the_first_serves(supervise: Supervise) -> None:
    running = supervise(GOOD, count=3)
    running.wait_for("serves", times=3)
    assert [f"({number} of 3) serves" in running.log() for number in (1, 2, 3)] == [True] * 3


def test_workers_share_one_companion_that_ends_after_them(
    supervise: Supervise, tmp_path: Path
) -> None:
    # A program that a worker has no time for: it tells where it is, and waits.
    (tmp_path / "beside.py").write_text(
        "import os, signal, sys\n"
        "open('companions', 'a').write(f'{os.getpid()} {sys.argv[-1]}\\n')\n"
        "signal.pause()\n"
    )
    running = supervise("print(supervised.companion('beside'));" + GOOD, count=2)
    running.wait_for("serves", times=2)
    noted = tmp_path / "companions"
    running.wait_until(lambda: noted.exists() and noted.read_text().endswith("\n"))
    running.signal(signal.SIGTERM)
    assert running.status() == 0
    (line,) = noted.read_text().splitlines()
    number, folder = line.split()
    assert not Path(f"/proc/{number}").exists()
    assert not Path(folder).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_workers(supervise: Supervise, number: int) -> None:
    running = supervise(GOOD, count=2)
    running.wait_for("serves", times=2)
    running.signal(number)
    assert running.status() == 0
    assert running.log().count("was killed by SIGTERM") == 2


def test_a_worker_that_does_not_stop_in_time_is_killed(supervise: Supervise) -> None:
    running = supervise(STUBBORN, grace=0.3)
    running.wait_for("serves")
    running.signal(signal.SIGTERM)
    assert running.status() == 0
    assert "has not ended within 0.3 s: killing it" in running.log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_all_workers_now(supervise: Supervise, number: int) -> None:
    running = supervise(STUBBORN, count=2, grace=600)
    running.wait_for("serves", times=2)
    running.signal(signal.SIGTERM)
    running.wait_for("SIGTERM: stopping")
    running.signal(number)
    assert running.status() == 128 + number
    assert running.log().count("was killed by SIGKILL") == 2


def test_a_worker_that_was_told_too_early_is_told_again(supervise: Supervise) -> None:
    deaf_at_first = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", file=sys.stderr, flush=True)
while not os.path.exists("go"):
    time.sleep(0.01)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
"""
    running = supervise(deaf_at_first + GOOD)
    running.wait_for("up")
    running.signal(signal.SIGTERM)
    running.wait_for("SIGTERM: stopping")
    (running._folder / "go").touch()
    assert running.status() == 0
    assert "was killed by SIGTERM" in running.log()


def test_a_worker_that_is_killed_is_replaced_at_once(supervise: Supervise) -> None:
    running = supervise(GOOD, count=2)
    running.wait_for("serves", times=2)
    killed = running.starts()[0]
    os.kill(killed, signal.SIGKILL)
    running.wait_for("serves", times=3)
    assert (
        f"worker {killed} (1 of 2) was killed by SIGKILL; another one starts now" in running.log()
    )


def test_a_crash_loop_slows_down_and_the_others_stay(supervise: Supervise) -> None:
    running = supervise("start > 2 and sys.exit(1)\n" + GOOD, count=2)
    running.wait_for("serves", times=2)
    killed, other = running.starts()
    os.kill(killed, signal.SIGKILL)
    running.wait_for("another one starts in 1 s")
    pauses = [line.rpartition("starts ")[2] for line in running.log().splitlines()]
    assert [pause for pause in pauses if pause[:3] in ("now", "in ")] == [
        "now",
        "in 0.5 s",
        "in 1 s",
    ]
    assert len(running.starts()) == 4
    os.kill(other, 0)


def test_a_reload_replaces_every_worker_when_the_new_one_is_ready(supervise: Supervise) -> None:
    running = supervise(GOOD, count=2)
    running.wait_for("serves", times=2)
    old = running.starts()
    running.signal(signal.SIGHUP)
    running.wait_for("was killed by SIGTERM", times=2)
    running.wait_for(": reloaded")
    one, two = running.starts()[2:]
    order = [
        f"{old[0]} (1",
        f"{one} (1 of 2) serves",
        f"{two} (2 of 2) serves",
        f"{old[1]} (2 of 2) was",
    ]
    places = [running.log().index(f"worker {text}") for text in order]
    assert places == sorted(places)


def test_a_reload_that_fails_leaves_the_old_workers(supervise: Supervise) -> None:
    running = supervise("start > 2 and sys.exit(1)\n" + GOOD, count=2)
    running.wait_for("serves", times=2)
    old = running.starts()
    running.signal(signal.SIGHUP)
    running.wait_for(
        "ended with status 1: the reload is given up, and the workers that serve go on"
    )
    assert len(running.starts()) == 3
    for pid in old:
        os.kill(pid, 0)


def test_a_reload_that_hangs_can_be_repeated(supervise: Supervise) -> None:
    running = supervise(f"if start == 2:{PAUSE.replace(chr(10), chr(10) + '    ')}\n" + GOOD)
    running.wait_for("serves")
    running.signal(signal.SIGHUP)
    running.wait_until(lambda: len(running.starts()) == 2)
    running.signal(signal.SIGHUP)
    running.wait_for(": reloaded")
    old, hanging, _ = running.starts()
    for pid in (old, hanging):
        running.wait_for(f"worker {pid} (1 of 1) was killed by SIGTERM")


def test_a_reload_ends_the_pause_of_a_crash_loop(supervise: Supervise) -> None:
    running = supervise("start > 1 and not os.path.exists('mended') and sys.exit(1)\n" + GOOD)
    running.wait_for("serves")
    os.kill(running.starts()[0], signal.SIGKILL)
    running.wait_for("another one starts in 2 s")
    (running._folder / "mended").touch()
    running.signal(signal.SIGHUP)
    running.wait_for("serves", times=2)


def test_what_a_worker_says_does_not_end_the_supervisor(supervise: Supervise) -> None:
    nonsense = r"""
import socket
channel = socket.socket(fileno=os.dup(supervised.channel().fileno()))
channel.sendall(b'what\n{"listen": 5}\n')
channel.sendall(b'{"listen": ["127.0.0.1", 70000, "", 1]}\n')
"""
    running = supervise(nonsense + GOOD)
    running.wait_for("serves")
    assert running.log().count("which makes no sense") == 2


def test_workers_share_a_listening_socket_that_outlives_them(supervise: Supervise) -> None:
    listen = """
import socket
sock = socket.socket(fileno=supervised.listening_socket("127.0.0.1", 0, "", 8))
with open("ports", "a") as file:
    file.write(f"{sock.getsockname()[1]}\\n")
"""
    running = supervise(listen + GOOD, count=2)
    running.wait_for("serves", times=2)
    for pid in running.starts():
        os.kill(pid, signal.SIGKILL)
    running.wait_for("serves", times=4)
    ports = (running._folder / "ports").read_text().split()
    assert len(ports) == 4
    assert len(set(ports)) == 1


def test_a_terminal_that_hangs_up_stops_the_supervisor(supervise: Supervise) -> None:
    in_terminal = "import os; log = os.dup(2); os.login_tty(0); os.dup2(log, 2)" + SUPERVISE
    # As files, because a patched os.close() takes its time.
    ours, theirs = (io.FileIO(fd, "r+") for fd in os.openpty())
    running = supervise(GOOD, program=in_terminal, stdin=theirs)
    theirs.close()
    running.wait_for("serves")
    ours.close()
    assert running.status() == 0
    assert "SIGHUP: stopping" in running.log()
