"""Sessions: where they are kept, for how long, and the cookies that lead to them.

The browser has a cookie with a random id, the cache has the values under the id's hash: who
reads the cache finds no id to take over. The rules are those of the OWASP session management
cheat sheet.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

from brubeck_core.auth.session import Session, dump
from brubeck_core.auth.settings import SessionSettings
from brubeck_core.http.cookies import format_cookie
from brubeck_core.http.request import Request
from brubeck_core.interfaces.cache import Cache

log = logging.getLogger("brubeck")

_is_this_machine = re.compile(
    r"(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]*)?",
    re.IGNORECASE,
).fullmatch


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
        self._cache.save(key, dump([made, self.now(), values]), min(self._settings.idle, left))
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


def _parse(text: str | None) -> Kept | None:
    try:
        entry = json.loads(text or "null")
    except ValueError:
        return None
    match entry:
        case [int(made), int(seen), dict(values)]:
            return Kept(made, seen, values)
    return None
