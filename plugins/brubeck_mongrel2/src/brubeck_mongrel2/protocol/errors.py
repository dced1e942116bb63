"""The one error that reading a message can raise."""

from __future__ import annotations

from brubeck_core.errors import BrubeckError


class ProtocolError(BrubeckError):
    """The bytes are not what Mongrel2 sends; drop the message and count it.

    No reply is possible: what would name the client is itself not to be trusted.
    """
