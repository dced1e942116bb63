"""The handler for WebSockets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from brubeck_core.handlers.web import WebMessageHandler
from brubeck_core.http.response import Response
from brubeck_core.http.websocket import WebSocket, accept_websocket


class WebSocketHandler(WebMessageHandler):
    """Talk over a WebSocket: define `converse`.

    `prepare` runs before the handshake is answered and may refuse it; decorators such as
    `authenticated` belong on an overridden `get` that returns ``self.accept()``.
    """

    #: Origins of pages that may connect; None for those of the request's own host.
    origins: ClassVar[Iterable[str] | None] = None
    #: Subprotocols this handler speaks, the best first.
    subprotocols: ClassVar[Sequence[str]] = ()

    def converse(self, socket: WebSocket) -> None:
        """Send and receive; when this returns, the WebSocket is closed."""
        raise TypeError(f"{type(self).__qualname__} does not define converse(self, socket)")

    def get(self, *args: Any, **kwargs: Any) -> Response:
        """Answer the handshake."""
        return self.accept()

    def accept(self) -> Response:
        """Make the answer that opens the WebSocket. Raises `HTTPError` for a bad handshake."""
        return accept_websocket(
            self.message, self.converse, origins=self.origins, subprotocols=self.subprotocols
        )
