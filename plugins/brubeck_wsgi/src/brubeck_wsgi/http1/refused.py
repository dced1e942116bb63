"""Why a request is not answered by the application."""

from __future__ import annotations


class Refused(Exception):
    """The request is answered with an error, and nothing after it is read."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
