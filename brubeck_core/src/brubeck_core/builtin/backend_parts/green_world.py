"""What the shared parts need of a greenlet library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from brubeck_core.interfaces.concurrency import Event


@dataclass(frozen=True, slots=True)
class GreenWorld:
    """The primitives of one event loop, and of the greenlets it runs.

    Args:
        new: make a greenlet that runs a function and has the event loop's as its parent.
        current: return the running greenlet.
        loop: the greenlet that runs the event loop.
        park: switch from a worker to the event loop; returns what the next switch brings.
        call_soon: call a function with arguments from the event loop.
        event: make an event flag.
        exit: what the library raises to end a greenlet; it ends the work, without a log line.
        start_timer: start a timer of so many seconds that raises *itself*, a `BaseException`, in
            the current greenlet.
        stop_timer: end that timer.
    """

    new: Callable[[Callable[..., object]], Any]
    current: Callable[[], Any]
    loop: Any
    park: Callable[[], Any]
    call_soon: Callable[..., object]
    event: Callable[[], Event]
    exit: type[BaseException]
    start_timer: Callable[[float], BaseException]
    stop_timer: Callable[[Any], object]
