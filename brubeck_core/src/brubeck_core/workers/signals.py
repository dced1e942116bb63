"""Signals as bytes to read, so that a loop can wait for them as for anything else."""

from __future__ import annotations

import _socket
import os
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any


class SignalReader:
    """Take signals over while in a ``with`` block, and read which ones came. Main thread only.

    The interpreter's own handler, in C, writes their numbers to a pair of bare sockets, which no
    patch makes wait. A handler in Python would be too late: it runs between two instructions of
    the main thread, which may just be on its way to a wait that no signal ends, or have no part in
    a signal that the system gave to another thread.

    A forked child leaves the sockets to its parent; a signal does to it what it does by default.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> SignalReader:
        self._pid = os.getpid()
        self._reader, self._writer = _socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        _writers.add(self._writer.fileno())
        self._previous = {number: signal.signal(number, self._note) for number in self._numbers}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        signal.set_wakeup_fd(self._wakeup)
        _writers.discard(self._writer.fileno())
        self._reader.close()
        self._writer.close()

    def fileno(self) -> int:
        """Return the descriptor that is readable when a signal has come."""
        return self._reader.fileno()

    def read(self) -> list[int]:
        """Return the numbers of the signals that have come."""
        try:
            came = self._reader.recv(512)
        except BlockingIOError:
            return []
        # Those of other handlers are written, too.
        return [number for number in came if number in self._previous]

    def _note(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._pid:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


#: The descriptors that signals are written to now.
_writers: set[int] = set()


def _leave_to_parent() -> None:
    """Let no signal of a forked child be written to its parent."""
    if _writers:
        signal.set_wakeup_fd(-1)


os.register_at_fork(after_in_child=_leave_to_parent)
