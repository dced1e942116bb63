"""Signed cookies: text a client can read but not change."""

from __future__ import annotations

import re
import time
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from brubeck_core.errors import SigningError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itsdangerous import TimestampSigner

#: Characters of a signed text; what is longer is never verified.
MAX_SIGNED = 4096
#: Seconds that the clock of another of our servers may be ahead.
MAX_SKEW = 60
#: Bytes from which a secret counts as long enough for HMAC-SHA256 (RFC 2104 §3).
GOOD_SECRET = 32

HOW_TO_MAKE_ONE = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'

# Value, time and MAC in base64 without padding. 32 bytes of MAC leave two bits of its last
# character unused; taking only the spelling with zeros there leaves no second valid text.
_is_canonical = re.compile(
    r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{1,11}\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
).fullmatch

_warned = False


class SecurityWarning(UserWarning):
    """A setting works but is weaker than it should be."""


class CookieSigner:
    """Sign cookie values and verify them (HMAC-SHA256 by itsdangerous, with the time inside).

    The MAC covers value, time, cookie name and purpose: a value does not pass as that of another
    cookie or of another purpose. Nothing is ever unpickled; cookies that the original Brubeck
    signed are not valid here.

    Args:
        secrets: one secret or several. The first signs and all verify: put a new one in front,
            and take the old one out when its cookies have expired.
        purpose: keeps signatures of the same secret for different uses apart.

    Raises `SigningError` for a secret that is None or empty. One under 32 bytes works, with a
    `SecurityWarning` once a process.
    """

    __slots__ = ("_keys", "_purpose", "_signer")

    def __init__(
        self, secrets: str | bytes | Sequence[str | bytes] | None, purpose: str = "cookie"
    ) -> None:
        several = [secrets] if secrets is None or isinstance(secrets, str | bytes) else secrets
        if not several or not all(several):
            raise SigningError(
                "signing needs a secret, and this one is empty: set cookie_secret. "
                f"Make one with: {HOW_TO_MAKE_ONE}"
            )
        keys = [key.encode() if isinstance(key, str) else key for key in several if key]
        _warn_if_short(keys)
        self._keys = keys[::-1]  # itsdangerous signs with the last
        self._purpose = purpose
        # Bounded, because an application may take cookie names from its clients.
        self._signer = lru_cache(maxsize=64)(self._make_signer)

    def sign(self, name: str, value: str) -> str:
        """Return `value`, signed for the cookie `name`, as text that needs no quoting.

        Raises `TypeError` for a value that is not text, `ValueError` when the result is longer
        than 4096 characters.
        """
        from itsdangerous.encoding import base64_encode

        if not isinstance(value, str):
            raise TypeError(
                f"the signed value of cookie {name!r} is {type(value).__name__}, not text; "
                "json.dumps() makes text of most things"
            )
        text = self._signer(name).sign(base64_encode(value)).decode()
        if len(text) > MAX_SIGNED:
            raise ValueError(
                f"cookie {name!r} is too large when signed; keep the data on the server and a "
                "key in the cookie"
            )
        return text

    def unsign(self, name: str, text: str, max_age: float | None = None) -> str | None:
        """Return the value that was signed for the cookie `name`, or None for anything else.

        Args:
            text: as the client sent it.
            max_age: seconds after which it is refused, counted in whole seconds.

        None stands for a changed, foreign, unsigned or outdated text alike, and for one signed
        more than 60 seconds in the future. Never raises for what a client sends.
        """
        from itsdangerous import BadSignature
        from itsdangerous.encoding import base64_decode

        if len(text) > MAX_SIGNED or not _is_canonical(text):
            return None
        try:
            encoded, signed_at = self._signer(name).unsign(text, return_timestamp=True)
        except BadSignature:
            return None
        age = time.time() - signed_at.timestamp()
        if age < -MAX_SKEW or (max_age is not None and age > max_age):
            return None
        return base64_decode(encoded).decode()

    def _make_signer(self, name: str) -> TimestampSigner:
        from hashlib import sha256

        from itsdangerous import TimestampSigner

        # The length keeps two pairs of purpose and name from reading alike; "v1" is the format.
        salt = f"brubeck.v1.{len(self._purpose)}.{self._purpose}.{name}"
        return TimestampSigner(self._keys, salt=salt, key_derivation="hmac", digest_method=sha256)


def _warn_if_short(keys: list[bytes]) -> None:
    global _warned
    shortest = min(map(len, keys))
    if shortest >= GOOD_SECRET or _warned:
        return
    _warned = True
    warnings.warn(
        f"a cookie secret has {shortest} bytes; under {GOOD_SECRET} it can be guessed. "
        f"Make a good one with: {HOW_TO_MAKE_ONE}",
        SecurityWarning,
        stacklevel=3,
    )
