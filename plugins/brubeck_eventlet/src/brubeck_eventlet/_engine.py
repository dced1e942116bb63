"""Eventlet itself, imported without its banner.

Eventlet warns whoever imports it that it is in maintenance. That is true, and said in the README
and by `brubeck plugins`; it is not repeated at every start.
"""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet
    from eventlet import hubs, lock, patcher, queue, semaphore, tpool
    from eventlet.green import threading as green_threading

__all__ = [
    "eventlet",
    "green_threading",
    "hubs",
    "lock",
    "patcher",
    "queue",
    "semaphore",
    "tpool",
]
