"""The reference concurrency backend: operating system threads, and nothing to install."""

from brubeck_core.builtin.threads.backend import Threads

__all__ = ["Threads"]
