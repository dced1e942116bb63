"""The interface of a connection: how requests come in and answers go out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck


class Connection(ABC):
    """Bring requests to an application's `dispatch` and take its answers out.

    A connection makes a `brubeck_core.http.request.Request` from what it receives, calls
    ``response = app.dispatch(request)``, which never raises, and writes the response. Anything
    that waits goes through `app.concurrency`.
    """

    def setup(self, app: Brubeck) -> None:  # noqa: B027 - most have nothing to prepare
        """Prepare for `app`; called once, when the application is built. Opens nothing."""

    @abstractmethod
    def serve(self, app: Brubeck) -> None:
        """Open the ports, answer requests, and return after `stop`.

        Raises `ConfigError` when an address cannot be used.
        """

    @abstractmethod
    def stop(self, timeout: float = 30.0) -> None:
        """Stop taking requests, let those in flight end within `timeout` seconds, then close.

        May be called from another task or a signal callback, and twice.
        """

    def describe(self) -> str:
        """Say in one line where it serves, such as `http://127.0.0.1:6767`."""
        return type(self).__name__
