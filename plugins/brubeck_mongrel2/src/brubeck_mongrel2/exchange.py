"""One request on its way through this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.protocol.classify import Kind
    from brubeck_mongrel2.protocol.connections import ClientConnection
    from brubeck_mongrel2.protocol.message import Message
    from brubeck_mongrel2.spool import SpooledBody

    Client: TypeAlias = "ClientConnection[Exchange]"


class Exchange:
    """A request, the client it came from, and the worker that answers it."""

    __slots__ = ("client", "endpoint", "kind", "message", "stored", "work")

    def __init__(self, endpoint: Endpoint, client: Client, message: Message, kind: Kind) -> None:
        self.endpoint = endpoint
        self.client = client
        self.message = message
        self.kind = kind
        #: The body, if the server has put it into a file.
        self.stored: SpooledBody | None = None
        #: What answers it now, as `Concurrency.running` names it.
        self.work: Any = None
