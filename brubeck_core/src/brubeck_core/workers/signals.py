"""Signals as bytes to read, so that a loop can wait for them as for anything else."""

from __future__ import annotations

import signal
import socket
from collections.abc import Sequence
from types import FrameType
from typing import Any


class SignalReader:
    """Take signals over while in a ``with`` block, and read which ones came. Main thread only."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> SignalReader:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._previous = {number: signal.signal(number, _note) for number in self._numbers}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._reader.close()
        self._writer.close()

    def fileno(self) -> int:
        """Return the descriptor that is readable when a signal has come."""
        return self._reader.fileno()

    def read(self) -> bytes:
        """Return the numbers of the signals that have come."""
        try:
            return self._reader.recv(512)
        except BlockingIOError:
            return b""


def _note(number: int, frame: FrameType | None) -> None:
    """Do nothing: the interpreter writes the number to the socket."""
