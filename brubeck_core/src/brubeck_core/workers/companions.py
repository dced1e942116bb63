"""Programs that run beside the workers, each once, however many workers there are."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from time import monotonic

log = logging.getLogger("brubeck.workers")

#: The module of a program, and its arguments.
Program = tuple[str, ...]

#: Seconds between two starts of a program that ends.
_PAUSE = 1.0
#: Seconds that a program has to end. By then nobody needs it any more.
_GRACE = 5.0


class Companions:
    """Start what workers ask for, keep it running, and end it after the last of them."""

    def __init__(self) -> None:
        self._running: dict[Program, tuple[subprocess.Popen[bytes], float]] = {}
        self._folder: str | None = None

    def get(self, program: Program) -> str:
        """Start a program unless it runs; return the folder that it and the workers share.

        Raises `OSError` when it cannot be started, `ValueError` for what is none.
        """
        if not program or not all(isinstance(word, str) for word in program):
            raise ValueError(f"{program!r} is no module with arguments")
        if self._folder is None:
            # Only its owner may enter: who reaches a companion gets what the workers get.
            self._folder = tempfile.mkdtemp(prefix="brubeck-")
        if program not in self._running:
            self._start(program, self._folder)
        return self._folder

    def keep(self, programs: Iterable[Program]) -> None:
        """End all but these."""
        for program in self._running.keys() - set(programs):
            _end([self._running.pop(program)[0]])

    def revive(self) -> None:
        """Start again what has ended by itself."""
        for program, (process, started) in list(self._running.items()):
            if process.poll() is not None and monotonic() >= started + _PAUSE:
                log.warning("%s ended with status %s", program[0], process.returncode)
                _end([process])
                assert self._folder is not None  # it is made before the first program
                self._start(program, self._folder)

    def seconds_to_next(self) -> float | None:
        """Return in how many seconds `revive` has something to do; None if nothing."""
        running = self._running.values()
        ended = [started for process, started in running if process.poll() is not None]
        return max(0.0, min(ended) + _PAUSE - monotonic()) if ended else None

    def tell_to_end(self) -> None:
        """Tell all programs that the workers have been told to end."""
        for process, _ in self._running.values():
            process.terminate()

    def stop(self) -> None:
        """End all programs, and remove the folder."""
        _end([process for process, _ in self._running.values()])
        self._running.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _start(self, program: Program, folder: str) -> None:
        command = [sys.executable, "-m", *program, folder]
        # The end of its standard input tells it that this process has gone without a word.
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        self._running[program] = process, monotonic()


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = monotonic() + _GRACE
    for process in processes:
        try:
            process.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("killing process %d, which has not ended in time", process.pid)
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
