"""What concurrency backends are built from; importing it waits for nothing and patches nothing.

Written against the interface alone, so that a backend of your own can use them too.
"""

from brubeck_core.builtin.backend_parts.backend import Backend, GreenBackend
from brubeck_core.builtin.backend_parts.green_world import GreenWorld
from brubeck_core.builtin.backend_parts.outcome import Outcome
from brubeck_core.builtin.backend_parts.task import SpawnedTask
from brubeck_core.builtin.backend_parts.time_limit import too_late

__all__ = ["Backend", "GreenBackend", "GreenWorld", "Outcome", "SpawnedTask", "too_late"]
