"""One session: what the server remembers of a browser, as a dictionary."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from brubeck_core.http.cookies import expire_cookie
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response
from brubeck_core.http.security import forbid_storing

if TYPE_CHECKING:
    from brubeck_core.auth.sessions import Sessions

# 256 bits in URL-safe base64, as `secrets.token_urlsafe(32)` makes them.
_is_id = re.compile(r"[A-Za-z0-9_-]{43}").fullmatch


class Session(MutableMapping[str, Any]):
    """Values kept on the server for one browser; used like a dictionary.

    It is read from the cache when it is first looked at, and kept when the answer is ready, if
    anything in it has changed. A browser that was given nothing to remember gets no cookie.
    Values are what JSON has. Of two requests that change one session at once, the later wins.

    An answer of 500 for an exception keeps nothing.
    """

    def __init__(self, sessions: Sessions, request: Request) -> None:
        self._sessions = sessions
        self._request = request
        #: Of the entry in the cache; None when there is none.
        self._id: str | None = None
        self._made = 0
        self._before = ""
        self._values: dict[str, Any] | None = None
        self._renewed = False
        self._ended = False

    def __getitem__(self, key: str) -> Any:
        return self._read()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"the keys of a session are text, as JSON wants them, not {key!r}")
        self._read()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def renew(self) -> None:
        """Give the session a new id and a new life; its values stay.

        Call it whenever somebody may do more than before, as `log_in` does: an id that others
        knew, or made the browser take, is then worth nothing.
        """
        self._read()
        self._renewed = True

    def end(self) -> None:
        """Forget all values, here and at once in the cache, and let the browser forget the id."""
        self._read()
        if self._id is not None:
            self._sessions.remove(self._id)
        self._id, self._values, self._before = None, {}, dump({})
        self._ended = True

    def answer(self, response: Response) -> None:
        """Keep what has changed, and tell the browser and caches on the way by `response`.

        Handlers call this themselves. Raises `TypeError` or `ValueError` for values that JSON
        does not have, and `StoreUnavailable`.
        """
        if self._values is None:
            return
        _vary_by_cookie(response)
        forbid_storing(response)
        text = dump(self._values)
        if self._id is None and not self._values:
            name = self._sessions.cookie_name(self._request)
            if self._ended and name in self._request.cookies:
                response.add_header("Set-Cookie", expire_cookie(name))
        elif self._id is None or self._renewed:
            self._keep_anew(response, text)
        elif text != self._before:
            self._sessions.keep(self._id, self._made, self._values)

    def _keep_anew(self, response: Response, text: str) -> None:
        old, self._id = self._id, secrets.token_urlsafe(32)
        self._made = self._sessions.now()
        self._sessions.keep(self._id, self._made, self._values or {})
        if old is not None:
            self._sessions.remove(old)
        self._before, self._renewed = text, False
        response.add_header("Set-Cookie", self._sessions.cookie(self._request, self._id))

    def _read(self) -> dict[str, Any]:
        if self._values is None:
            found = self._request.cookies.get(self._sessions.cookie_name(self._request))
            kept = self._sessions.load(found) if found and _is_id(found) else None
            # An id that is not kept is never taken over: somebody else may have chosen it.
            if kept is not None:
                self._id, self._made = found, kept.made
            self._values = {} if kept is None else kept.values
            self._before = dump(self._values)
        return self._values


def dump(value: object) -> str:
    """Return a value as JSON. Raises `TypeError` or `ValueError` for what JSON does not have."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _vary_by_cookie(response: Response) -> None:
    """Tell caches that another cookie gets another answer (RFC 9110 §12.5.5)."""
    fields = [value for name, value in response.headers if name.lower() == "vary"]
    named = {field.strip().lower() for value in fields for field in value.split(",")}
    if not named & {"cookie", "*"}:
        response.headers.append(("Vary", "Cookie"))
