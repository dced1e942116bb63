"""The tables ``[session]`` and ``[login]`` of the configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass

from brubeck_core.errors import ConfigError

_is_plain_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*").fullmatch


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """The table ``[session]``. Times are seconds."""

    #: The cookie's name; over HTTPS ``__Host-`` is put in front of it.
    cookie: str = "session"
    #: How long a session lives that nobody uses.
    idle: int = 30 * 60
    #: How long a session lives at most, however busy.
    lifetime: int = 12 * 60 * 60
    #: Ask browsers to send the cookie by HTTPS alone, except to this machine itself.
    secure: bool = True

    def __post_init__(self) -> None:
        if not _is_plain_name(self.cookie):
            raise ConfigError(
                f"session.cookie is {self.cookie!r}: use letters, digits, dots, dashes and "
                "underscores, and begin with a letter or digit"
            )
        for name in ("idle", "lifetime"):
            if getattr(self, name) < 1:
                raise ConfigError(f"session.{name} is {getattr(self, name)}; use 1 second or more")


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """The table ``[login]``."""

    #: Characters that a new password has at least. 15 is what NIST SP 800-63B-4 (§3.1.1.2) asks
    #: for where the password is all there is, 8 where a second factor joins it.
    min_password: int = 15
    #: Failed attempts, for one account or from one address, before there are pauses.
    free_attempts: int = 5
