"""Whether a page of another site makes a request (Fetch Metadata, and RFC 6454).

A browser sends a site's cookies also with what other sites ask of it. What only reads is safe,
for the other site does not see the answer; what changes something is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from brubeck_core.errors import ConfigError, HTTPError
from brubeck_core.http.request import FORM, MULTIPART, Request

#: Methods that only read (RFC 9110 §9.2.1).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

#: What a page can send to another site without asking it first (Fetch Standard, §2.2.2).
_FORM_TYPES = frozenset({FORM, MULTIPART, "text/plain"})

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_is_origin = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@*\s]+").fullmatch

_ADVICE = (
    "If that site is meant to, name its origin in trusted_origins of [security]; a handler for "
    "requests of all sites has cross_site_check = False."
)


def is_cross_site(request: Request, trusted: Collection[str] = ()) -> bool | None:
    """Say whether a page of another site makes this request; None when nothing tells.

    Browsers tell by `Sec-Fetch-Site` since 2023, over HTTPS and to localhost, and before by
    `Origin` with all that is not GET or HEAD. Programs that are no browsers send neither.

    Args:
        trusted: origins of other sites that may, as `normal_origin` writes them.
    """
    origin = request.header("origin")
    site = request.header("sec-fetch-site")
    if site:
        if site in ("same-origin", "none"):
            return False
        return origin is None or normal_origin(origin) not in trusted
    if not origin:
        return None
    found = normal_origin(origin)
    return found != own_origin(request) and found not in trusted


def own_origin(request: Request) -> str:
    """Return the origin of the request's own address.

    Its scheme is what the connection knows, also by a proxy that it trusts.
    """
    return normal_origin(f"{request.scheme}://{request.host}")


def normal_origin(origin: str) -> str:
    """Return an origin in lower case and without the port that goes without saying."""
    origin = origin.strip().lower()
    port = _DEFAULT_PORTS.get(origin.partition("://")[0])
    return origin.removesuffix(port) if port else origin


def cross_site_check(
    trusted_origins: Iterable[str], session_cookie: str
) -> Callable[[Request], None]:
    """Make the check of a request that may change something; it raises `HTTPError` 403.

    Args:
        trusted_origins: the setting of that name.
        session_cookie: the name of the session's cookie. A form that comes with it, and from what
            is no browser of the last years, needs a token of the session.

    Raises `ConfigError` for what is no origin.
    """
    trusted = frozenset(_checked_origin(origin) for origin in trusted_origins)

    def check(request: Request) -> None:
        cross_site = is_cross_site(request, trusted)
        if cross_site:
            raise HTTPError(403, f"{_describe(request)} {_ADVICE}")
        if cross_site is None and request.media_type in _FORM_TYPES:
            _check_token(request, session_cookie)

    return check


def _check_token(request: Request, session_cookie: str) -> None:
    from brubeck_core.http.csrf import FIELD, HEADER, has_token, session_ids

    ids = session_ids(request, session_cookie)
    if ids and not has_token(request, ids):
        raise HTTPError(
            403,
            "The form does not show that it is of this site. Put the handler's csrf_token into "
            f"its field {FIELD}, or send it as the header {HEADER}.",
        )


def _describe(request: Request) -> str:
    site = request.header("sec-fetch-site")
    origin = (request.header("origin") or "")[:200]
    if site:
        return f"A page of another site asks for this (Sec-Fetch-Site: {site[:20]}, {origin})."
    return (
        f"A page of {origin} asks for this, and this site is {own_origin(request)[:200]}. If a "
        "proxy in front of it speaks HTTPS, the connection's trusted_proxies has to name it."
    )


def _checked_origin(origin: str) -> str:
    normal = normal_origin(origin)
    if not _is_origin(normal):
        raise ConfigError(
            f"security.trusted_origins has {origin!r}, which is no origin: write scheme, host "
            'and a port if there is one, as in "https://pay.example"'
        )
    return normal
