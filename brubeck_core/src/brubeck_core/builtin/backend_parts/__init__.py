"""What concurrency backends are built from; importing it waits for nothing and patches nothing.

Written against the interface alone, so that a backend of your own can use them too.
"""

from brubeck_core.builtin.backend_parts.accept_loop import AcceptLoop
from brubeck_core.builtin.backend_parts.green_pool import GreenPool, GreenWorld
from brubeck_core.builtin.backend_parts.signal_relay import relay_signals
from brubeck_core.builtin.backend_parts.task import SpawnedTask
from brubeck_core.builtin.backend_parts.time_limit import GreenTimeLimit, too_late

__all__ = [
    "AcceptLoop",
    "GreenPool",
    "GreenTimeLimit",
    "GreenWorld",
    "SpawnedTask",
    "relay_signals",
    "too_late",
]
