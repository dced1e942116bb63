"""From a built application to a serving process, and back."""

from __future__ import annotations

import logging
import os
import signal
from typing import TYPE_CHECKING

from brubeck_core import patching

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def serve(app: Brubeck) -> None:
    """Serve `app` until SIGTERM or SIGINT; a second signal ends the process at once.

    Raises `ConcurrencyError` when the process is not patched as the backend needs it.
    """
    patching.check(app.concurrency)
    # A program that set up logging keeps its ways; one that did not still sees what happens.
    logging.basicConfig(level=app.log.level, format=_LOG_FORMAT)
    app.start()
    restore = app.concurrency.on_signals(
        (signal.SIGTERM, signal.SIGINT), _StopOnSignal(app).__call__
    )
    try:
        app.log.info(
            "serving %s with %s",
            app.connection.describe(),
            app.concurrency.name,
        )
        app.connection.serve(app)
    finally:
        restore()
        for hook in app.plugins.stopping():
            try:
                hook(app=app)
            except Exception:
                app.log.exception("a brubeck_app_stopping hook failed")
        app.log.info("stopped")


class _StopOnSignal:
    """Stop an application at the first signal, and the process at the second."""

    def __init__(self, app: Brubeck) -> None:
        self._app = app
        self._told = False

    def __call__(self, signal_number: int) -> None:
        if self._told:
            os._exit(128 + signal_number)
        self._told = True
        self._app.log.info("%s: stopping", signal.Signals(signal_number).name)
        self._app.stop()
