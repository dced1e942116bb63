"""An error that the original has, and that several of its modules share."""

from __future__ import annotations

from brubeck_core.errors import HTTPError


class FourOhFourException(HTTPError):
    """Answer 404, with a sentence for the client or without."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(404, detail)
