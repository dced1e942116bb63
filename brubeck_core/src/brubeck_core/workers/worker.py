"""One worker process, as its supervisor sees it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from time import monotonic

from brubeck_core.workers.channel import VARIABLE, Channel
from brubeck_core.workers.companions import Program
from brubeck_core.workers.listening import Address


class Worker:
    """A process that runs `command`, with a channel to it.

    Args:
        command: the program and its arguments.
        place: which of the workers it is, for people: ``"2 of 4"``.
        generation: which code it runs: the number of reloads before it.

    Raises `OSError` when the process cannot be started.
    """

    def __init__(self, command: Sequence[str], place: str, generation: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            fd = theirs.fileno()
            try:
                self._process = subprocess.Popen(
                    command, env={**os.environ, VARIABLE: str(fd)}, pass_fds=[fd]
                )
            except BaseException:
                ours.close()
                raise
        ours.setblocking(False)
        self.channel = Channel(ours)
        self.name = f"worker {self._process.pid} ({place})"
        self.generation = generation
        #: What it listens on.
        self.addresses: set[Address] = set()
        #: What it needs beside it.
        self.companions: set[Program] = set()
        self.is_ready = False
        self.is_stopping = False
        #: When it is killed, on the monotonic clock, once it was told to stop.
        self.kill_at: float | None = None
        self._since = monotonic()

    def served(self) -> float:
        """Return for how many seconds it has served; 0 before it is ready."""
        return monotonic() - self._since if self.is_ready else 0.0

    def note_ready(self) -> None:
        """Note that it serves from now on."""
        self.is_ready = True
        self._since = monotonic()
        if self.is_stopping:
            # It may have been told before it could listen to signals.
            self._process.terminate()

    def stop(self, grace: float) -> None:
        """Tell it to answer what it has and end, within `grace` seconds."""
        if not self.is_stopping:
            self.is_stopping = True
            self.kill_at = monotonic() + grace
            self._process.terminate()

    def kill(self) -> None:
        """End it now."""
        self.is_stopping = True
        self.kill_at = None
        self._process.kill()

    def status(self) -> int | None:
        """Return its exit status, 128 + N for signal N; None while it runs."""
        code = self._process.poll()
        return code if code is None or code >= 0 else 128 - code

    def describe_end(self) -> str:
        """Say how it ended."""
        code = self._process.returncode
        if code is not None and code < 0:
            return f"was killed by {_signal_name(-code)}"
        return f"ended with status {code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
