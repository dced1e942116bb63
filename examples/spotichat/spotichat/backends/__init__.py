"""Where rooms and people live: in this process, or in Redis for several."""

from brubeck_core.interfaces.concurrency import Concurrency

from spotichat.backends.interface import Backend
from spotichat.settings import Settings


def make_backend(settings: Settings, concurrency: Concurrency) -> Backend:
    """Return the backend that the settings choose."""
    if settings.backend == "redis":
        # Imported here: who has no Redis needs no library for it.
        from spotichat.backends.redis import RedisBackend

        return RedisBackend(settings, concurrency)
    from spotichat.backends.memory import MemoryBackend

    return MemoryBackend(settings, concurrency)
