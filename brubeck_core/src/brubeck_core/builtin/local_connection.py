"""The connection without a network: requests from within the process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.connection import Connection

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.http.request import Request
    from brubeck_core.http.response import Response


class LocalConnection(Connection):
    """Hand requests made in this process to the application, for tests and embedding."""

    def __init__(self) -> None:
        self._app: Brubeck | None = None
        self._stopped = threading.Event()

    def setup(self, app: Brubeck) -> None:
        self._app = app

    def serve(self, app: Brubeck) -> None:
        """Wait for `stop`; there is no port to open."""
        self._stopped.wait()

    def stop(self, timeout: float = 30.0) -> None:
        """Let `serve` return. Requests end in their callers, so there is none to wait for."""
        self._stopped.set()

    def request(self, request: Request) -> Response:
        """Answer `request`. Raises `ConfigError` before the application has started."""
        if self._app is None:
            raise ConfigError("this connection has no application yet; call app.start() first")
        return self._app.dispatch(request)

    def describe(self) -> str:
        return "within this process"
