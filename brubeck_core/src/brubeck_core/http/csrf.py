"""Tokens that show that a form was made by this site (OWASP, "HMAC based token pattern").

Browsers of the last years say themselves which site a request comes from, and `cross_site` asks
them first. The token is for those that do not.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from brubeck_core.http.cookies import cookie_values
from brubeck_core.http.request import Request

#: The field of a form, and the header, that carry a token.
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"

_SALT = 16
_is_token = re.compile(r"[A-Za-z0-9_-]{64}").fullmatch
# What `secrets.token_urlsafe(32)` makes; another program's cookie of that name is left alone.
_is_session_id = re.compile(r"[A-Za-z0-9_-]{43}").fullmatch


def session_ids(request: Request, cookie: str) -> list[str]:
    """Return what the request's session cookies say, those of a neighbouring domain included.

    Args:
        cookie: the name of session cookies, but for the ``__Host-`` that HTTPS puts in front.
    """
    header = request.header("cookie")
    if not header:
        return []
    names = (f"__Host-{cookie}", cookie)
    found = (value for name in names for value in cookie_values(header, name))
    return [value for value in found if _is_session_id(value)]


def make_token(session_id: str) -> str:
    """Return a token for forms of a session; each call makes another one.

    A session's id is a secret of 256 bits, which serves as the key. The salt keeps a token that
    is in every page from being guessed by how well the pages compress (BREACH).
    """
    salt = os.urandom(_SALT)
    return urlsafe_b64encode(salt + _mac(session_id, salt)).decode()


def is_token_of(session_id: str, token: str) -> bool:
    """Say whether `token` was made for the session; in the same time for every wrong one."""
    if not _is_token(token):
        return False
    raw = urlsafe_b64decode(token)
    return hmac.compare_digest(raw[_SALT:], _mac(session_id, raw[:_SALT]))


def has_token(request: Request, ids: list[str]) -> bool:
    """Say whether a request carries a token of its session, as header or in its form.

    With several cookies of the name it has to be a token of each: somebody may have put one of
    their own beside the true one. Raises `HTTPError` for a form that cannot be read.
    """
    token = request.header(HEADER) or request.get_argument(FIELD) or ""
    return all(is_token_of(session_id, token) for session_id in ids)


def _mac(session_id: str, salt: bytes) -> bytes:
    message = b"brubeck.v1.csrf." + salt
    return hmac.digest(session_id.encode("latin-1"), message, hashlib.sha256)
