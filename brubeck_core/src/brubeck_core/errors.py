"""The errors every other room may raise; the bottom layer, importing nothing of Brubeck."""

from __future__ import annotations

from collections.abc import Mapping


class BrubeckError(Exception):
    """The base of every error that Brubeck itself raises."""


class ConfigError(BrubeckError, ValueError):
    """A setting, an argument or a plugin selection is wrong.

    The message names the setting, says where it came from and what to do next. It is a
    `ValueError` because the original raised that for a missing connection.
    """


class HTTPError(BrubeckError):
    """Abort the request with an HTTP error answer.

    Args:
        status: the status code, 400 to 599.
        detail: one sentence for the client; escaped wherever it is shown.
        headers: further headers of the answer, such as `Retry-After`.

    Raised by the request when its input is malformed or too large, and by handlers:
    ``raise HTTPError(404, "No such song.")``.
    """

    def __init__(
        self, status: int, detail: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"an HTTPError has a status from 400 to 599, not {status}")
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})

    def __str__(self) -> str:
        return f"{self.status} {self.detail}".rstrip()


class StoreUnavailable(HTTPError):
    """A store that the request needs cannot be reached: 503, and a client may try again soon.

    Args:
        store: which one, for the log, such as ``"redis at 127.0.0.1:6379"``; never a password.
        retry_after: seconds until a client should ask again.

    Raise it from the library's own error within a second of the call, so that nothing hangs.
    """

    def __init__(self, store: str, retry_after: int = 1) -> None:
        detail = "What keeps the data of this page does not answer. Please try again."
        super().__init__(503, detail, {"Retry-After": str(retry_after)})
        self.store = store

    def __str__(self) -> str:
        return f"the store cannot be reached: {self.store}"


class ClientDisconnected(BrubeckError):
    """The client went away before its request was read or its answer was written."""


class SigningError(BrubeckError):
    """A signature was asked for without a usable secret."""


class ConcurrencyError(BrubeckError):
    """The concurrency backend cannot do what was asked, such as serve unpatched."""
