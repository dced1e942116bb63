"""Who is asking: decorators, the mixin, and the original's password lines.

New programs use `brubeck_core.passwords`, which makes stronger lines and verifies these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names
from brubeck_core.passwords import BCRYPT_BYTES, ORIGINAL_DELIMITER

if TYPE_CHECKING:
    from brubeck_core.auth.accounts import AccountRefused as AccountRefused
    from brubeck_core.auth.throttle import TooManyAttempts as TooManyAttempts
    from brubeck_core.handlers.auth import UserHandlingMixin as UserHandlingMixin
    from brubeck_core.handlers.auth import authenticated as authenticated
    from brubeck_core.handlers.auth import web_authenticated as web_authenticated
    from brubeck_core.handlers.login import LoginMixin as LoginMixin
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "AccountRefused": "brubeck_core.auth.accounts",
            "LoginMixin": "brubeck_core.handlers.login",
            "TooManyAttempts": "brubeck_core.auth.throttle",
            "UserHandlingMixin": "brubeck_core.handlers.auth",
            "authenticated": "brubeck_core.handlers.auth",
            "web_authenticated": "brubeck_core.handlers.auth",
        },
        own=(
            "BCRYPT",
            "PASSWD_DELIM",
            "build_passwd_line",
            "gen_hexdigest",
            "split_passwd_line",
        ),
    )

BCRYPT = "bcrypt"
PASSWD_DELIM = ORIGINAL_DELIMITER


def gen_hexdigest(
    raw_password: str, algorithm: str = BCRYPT, salt: str | None = None
) -> tuple[str, str, str]:
    """Return algorithm, salt and digest of a password; a new salt unless one is given.

    bcrypt reads 72 bytes. A longer password is refused with a new salt, and cut with an old one,
    so that what the original stored can still be compared. Raises `ValueError` for None, too,
    and for any algorithm but bcrypt; `ImportError` when bcrypt is not installed.
    """
    if raw_password is None:
        raise ValueError("a password is text, not None")
    if algorithm != BCRYPT:
        raise ValueError(f"the password algorithm is {BCRYPT!r}, not {algorithm!r}")
    try:
        import bcrypt
    except ModuleNotFoundError:
        raise ImportError(
            "brubeck.auth.gen_hexdigest needs bcrypt: pip install bcrypt", name="bcrypt"
        ) from None
    password = raw_password.encode()
    if salt is None:
        if len(password) > BCRYPT_BYTES:
            raise ValueError(f"bcrypt reads {BCRYPT_BYTES} bytes of a password; this has more")
        salt = bcrypt.gensalt().decode()
    return algorithm, salt, bcrypt.hashpw(password[:BCRYPT_BYTES], salt.encode()).decode()


def build_passwd_line(algorithm: str, salt: str, digest: str) -> str:
    """Return the three parts as the line to store."""
    return PASSWD_DELIM.join((algorithm, salt, digest))


def split_passwd_line(password_line: str) -> list[str]:
    """Return the parts of a stored line."""
    return password_line.split(PASSWD_DELIM)
