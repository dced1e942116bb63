"""Signals as ordinary work, on any backend.

A signal handler may not take a lock or switch, so nothing happens in one: the backend watches the
descriptor that the signals are written to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from brubeck_core.workers.signals import SignalReader

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency


def relay_signals(
    backend: Concurrency, signals: Sequence[int], callback: Callable[[int], object]
) -> Callable[[], None]:
    """Spawn `callback(signal_number)` for each of `signals` that the process gets.

    Returns a function that restores the previous handlers. Main thread only.
    """
    relay = ExitStack()
    reader = relay.enter_context(SignalReader(signals))

    def deliver() -> None:
        for number in reader.read():
            backend.spawn(callback, number)

    relay.callback(backend.watch_readable(reader.fileno(), deliver).close)
    return relay.close
