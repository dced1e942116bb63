"""Sessions: what the server remembers of a browser, from its first word to its last.

The browser has a cookie with a random id, the cache has the values under the id's hash: who
reads the cache finds no id to take over. The rules are those of the OWASP session management
cheat sheet.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator, MutableMapping
from hashlib import sha256
from typing import Any, NamedTuple

from brubeck_core.auth.settings import SessionSettings
from brubeck_core.http.cookies import expire_cookie, format_cookie
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response
from brubeck_core.http.security import forbid_storing
from brubeck_core.interfaces.cache import Cache

log = logging.getLogger("brubeck")

# 256 bits in URL-safe base64, as `secrets.token_urlsafe(32)` makes them.
_is_id = re.compile(r"[A-Za-z0-9_-]{43}").fullmatch
_is_this_machine = re.compile(
    r"(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]*)?",
    re.IGNORECASE,
).fullmatch


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
        self._id, self._values, self._before = None, {}, _dump({})
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
        text = _dump(self._values)
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
            self._before = _dump(self._values)
        return self._values


class Kept(NamedTuple):
    """What the cache has of a session; times are seconds since the epoch."""

    made: int
    seen: int
    values: dict[str, Any]


class Sessions:
    """Open the sessions of an application, which are kept in its cache.

    Args:
        cache: where they are kept.
        settings: how long, and the name of the cookie.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        cache: Cache,
        settings: SessionSettings,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self._settings = settings
        self._clock = clock
        self._warned = False

    def open(self, request: Request) -> Session:
        """Return the session of the browser that sent `request`.

        Functions that are handlers call `Session.answer` with their answer; `self.session` of a
        handler class needs no such call.
        """
        return Session(self, request)

    def now(self) -> int:
        """Return the time, in whole seconds since the epoch."""
        return int(self._clock())

    # -- the cookie ----------------------------------------------------------------------------

    def cookie_name(self, request: Request) -> str:
        """Return the cookie's name: ``__Host-session``, which only this host by HTTPS can set."""
        name = self._settings.cookie
        return f"__Host-{name}" if self._is_secure(request) else name

    def cookie(self, request: Request, session_id: str) -> str:
        """Return the `Set-Cookie` value that hands out an id, until the browser is closed."""
        secure = self._is_secure(request)
        if secure and request.scheme != "https" and not self._warned:
            self._warned = True
            log.warning(
                "sessions: %s was asked by plain HTTP, and browsers keep the session's cookie by "
                "HTTPS alone. If a proxy in front speaks HTTPS, name it in trusted_proxies of the "
                "connection; if nothing does, set secure = false in [session]",
                request.host,
            )
        return format_cookie(self.cookie_name(request), session_id, secure=secure)

    def _is_secure(self, request: Request) -> bool:
        return request.scheme == "https" or (
            self._settings.secure and not _is_this_machine(request.host)
        )

    # -- the cache -----------------------------------------------------------------------------

    def load(self, session_id: str) -> Kept | None:
        """Return what is kept under an id, and let it live on; None when there is nothing."""
        kept = _parse(self._cache.load(_key(session_id)))
        if kept is None or self._seconds_left(kept.made) <= 0:
            return None
        # Not at each look, which would make every request write.
        if self.now() - kept.seen > self._settings.idle / 10:
            self.keep(session_id, kept.made, kept.values)
        return kept

    def keep(self, session_id: str, made: int, values: dict[str, Any]) -> None:
        """Keep the values of a session that was made at `made`, seconds since the epoch."""
        key, left = _key(session_id), self._seconds_left(made)
        if left <= 0:
            return
        self._cache.save(key, _dump([made, self.now(), values]), min(self._settings.idle, left))
        if self._cache.load(_mark(key)) is not None:
            self._cache.delete(key)

    def remove(self, session_id: str) -> None:
        """Forget a session, also when another request is about to keep it again."""
        # Marked first: whoever keeps it looks for the mark afterwards, so one of us deletes it.
        key = _key(session_id)
        self._cache.save(_mark(key), "", self._settings.idle)
        self._cache.delete(key)

    def _seconds_left(self, made: int) -> int:
        return made + self._settings.lifetime - self.now()


def _key(session_id: str) -> str:
    return f"session:{sha256(session_id.encode()).hexdigest()}"


def _mark(key: str) -> str:
    return f"{key}:ended"


def _dump(value: object) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _parse(text: str | None) -> Kept | None:
    try:
        entry = json.loads(text or "null")
    except ValueError:
        return None
    match entry:
        case [int(made), int(seen), dict(values)]:
            return Kept(made, seen, values)
    return None


def _vary_by_cookie(response: Response) -> None:
    """Tell caches that another cookie gets another answer (RFC 9110 §12.5.5)."""
    fields = [value for name, value in response.headers if name.lower() == "vary"]
    named = {field.strip().lower() for value in fields for field in value.split(",")}
    if not named & {"cookie", "*"}:
        response.headers.append(("Vary", "Cookie"))
