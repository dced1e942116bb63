"""Start what is measured, alone on one core, and look at it from outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SERVER_CORE, CLIENT_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")
_STARTING = 30.0
_STOPPING = 10.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A server with an application on it.

    Args:
        label: its name in tables.
        command: makes the command that serves on a port.
        environment: further environment variables; ``{port}`` in one is replaced.
    """

    label: str
    command: Callable[[int], list[str]]
    environment: Mapping[str, str]


class Running:
    """A started peer: its own process and those that it started."""

    def __init__(self, peer: Peer, port: int, process: subprocess.Popen[bytes]) -> None:
        self.peer = peer
        self.port = port
        self.process = process

    def processes(self) -> list[int]:
        """Return the ids of its processes, its own first; a Mongrel2 in front is not counted."""
        found = [self.process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                numbers = map(int, children.read_text().split())
                found += (number for number in numbers if _name(number) != "mongrel2")
        return found

    def cpu_seconds(self) -> float:
        """Return the time it has spent on a core so far."""
        return sum(map(_cpu_seconds, self.processes()))

    def memory(self) -> int:
        """Return its memory in bytes, shared pages counted in part (PSS)."""
        return sum(map(_pss, self.processes()))


def pin(core: int, command: list[str]) -> list[str]:
    """Return `command` bound to a core, where there is one to spare."""
    if len(os.sched_getaffinity(0)) < 2:
        return command
    return ["taskset", "-c", str(core), *command]


@contextmanager
def running(peer: Peer, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Start a peer, wait until it accepts connections, and end it at the end.

    Raises `RuntimeError`, with what it printed, when it does not come up.
    """
    port = _free_port()
    variables = {key: value.format(port=port) for key, value in peer.environment.items()}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            pin(SERVER_CORE, peer.command(port)),
            cwd=ROOT,
            env={**os.environ, **variables, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started = Running(peer, port, process)
        try:
            _wait_until_serving(started, output.fileno())
            yield started
        finally:
            _end(process)


def python(module: str, *arguments: str) -> Callable[[int], list[str]]:
    """Return a command of ``python -m module``; ``{port}`` in an argument is replaced."""

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", module, *(text.format(port=port) for text in arguments)]

    return command


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    # utime and stime: fields 14 and 15 of proc(5), counted from before the name.
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"the kernel does not tell the PSS of process {pid}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_serving(started: Running, output: int) -> None:
    deadline = time.monotonic() + _STARTING
    while True:
        try:
            socket.create_connection(("127.0.0.1", started.port), timeout=1).close()
            return
        except OSError:
            if started.process.poll() is not None or time.monotonic() > deadline:
                text = os.pread(output, 4000, 0).decode(errors="replace")
                raise RuntimeError(f"{started.peer.label} did not start:\n{text}") from None
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    # A session of its own: the signal reaches its workers too, and nothing else.
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(_STOPPING)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
