"""Signals as ordinary work, on any backend.

A Python signal handler runs between two instructions of whatever the main thread does, so it
may not take a lock or switch. Ours sends one byte through a pair of bare sockets, which no patch
makes wait, and nothing else; the backend watches the other end.
"""

from __future__ import annotations

import _socket
import os
import signal
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency


def relay_signals(
    backend: Concurrency, signals: Sequence[int], callback: Callable[[int], object]
) -> Callable[[], None]:
    """Spawn `callback(signal_number)` for each of `signals` that the process gets.

    Returns a function that restores the previous handlers. Main thread only.
    """
    pid = os.getpid()
    reader, writer = _socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)

    def note(number: int, frame: FrameType | None) -> None:
        if os.getpid() != pid:
            # A forked child shares the sockets, and must not speak in its parent's name.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        try:
            writer.send(bytes((number,)))
        except BlockingIOError:
            pass

    def deliver() -> None:
        try:
            numbers = reader.recv(512)
        except BlockingIOError:
            return
        for number in numbers:
            backend.spawn(callback, number)

    watch = backend.watch_readable(reader.fileno(), deliver)
    previous = {number: signal.signal(number, note) for number in signals}

    def restore() -> None:
        if not previous:
            return
        for number, handler in previous.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        previous.clear()
        watch.close()
        reader.close()
        writer.close()

    return restore
