"""From a built application to a serving process, and back."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from brubeck_core import patching
from brubeck_core.workers import supervised
from brubeck_core.workers.logs import configure_logging

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.interfaces.concurrency import Watch

#: When a worker counts as serving although its connection has not said so, in seconds.
_SURELY_READY = 2.0


def serve(app: Brubeck) -> None:
    """Serve `app` until SIGTERM or SIGINT; a second signal ends the process at once.

    A supervisor's worker serves until SIGTERM or until the supervisor is gone, and leaves the
    rest to it: whoever signals a whole group of processes means the supervisor.

    Raises `ConcurrencyError` when the process is not patched as the backend needs it.
    """
    patching.check(app.concurrency)
    # A program that set up logging keeps its ways; one that did not still sees what happens.
    configure_logging(app.log.level)
    app.start()
    watches: list[Watch] = []
    numbers = [signal.SIGTERM]
    if supervised.is_supervised():
        watches = _follow_supervisor(app)
    else:
        numbers.append(signal.SIGINT)
        _mention_workers(app)
    restore = app.concurrency.on_signals(numbers, _StopOnSignal(app).__call__)
    try:
        app.log.info(
            "serving %s with %s",
            app.connection.describe(),
            app.concurrency.name,
        )
        app.connection.serve(app)
    finally:
        restore()
        for watch in watches:
            watch.close()
        for hook in app.plugins.stopping():
            try:
                hook(app=app)
            except Exception:
                app.log.exception("a brubeck_app_stopping hook failed")
        app.log.info("stopped")


def _follow_supervisor(app: Brubeck) -> list[Watch]:
    """Stop when the supervisor is gone, and let it know in any case that this worker serves."""
    channel = supervised.channel()
    # What is in force again at the end: a second SIGTERM shall not cut the last steps short.
    signal.signal(signal.SIGTERM, supervised.leave_to_supervisor)

    def look() -> None:
        if channel.is_closed_by_other():
            watch.pause()
            app.log.warning("the supervisor is gone: stopping")
            app.concurrency.spawn(app.stop)

    watch = app.concurrency.watch_readable(channel.fileno(), look)
    return [watch, app.concurrency.call_later(_SURELY_READY, supervised.ready)]


def _mention_workers(app: Brubeck) -> None:
    workers = app.config.setting("workers")
    if workers.value:
        app.log.warning(
            "%s is for `brubeck run`, which reads it before the program: this process serves alone",
            workers.describe("workers"),
        )


class _StopOnSignal:
    """Stop an application at the first signal, and the process at the second."""

    def __init__(self, app: Brubeck) -> None:
        self._app = app
        self._told = False

    def __call__(self, signal_number: int) -> None:
        if self._told:
            if not supervised.is_supervised():
                os._exit(128 + signal_number)
            return
        self._told = True
        self._app.log.info("%s: stopping", signal.Signals(signal_number).name)
        self._app.stop()
