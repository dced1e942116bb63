"""What a new name and a new password have to be (NIST SP 800-63B-4 §3.1.1.2)."""

from __future__ import annotations

import re
import unicodedata

from brubeck_core.passwords import MAX_BYTES

#: Characters of a name, as in the original.
MAX_USERNAME = 30

_is_username = re.compile(r"[a-z0-9._]+").fullmatch

# What lies in a row, on keyboards or in the alphabet.
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
# Commonly used, also several times in a row.
_COMMON_WORDS = """
    administrator baseball basketball changeit changeme charlie chocolate computer
    correcthorsebatterystaple dragon football iloveyou internet jennifer letmein liverpool
    maytheforcebewithyou master michael michelle monkey mynameisnobody p@ssw0rd passphrase
    passw0rd password password1 password12 password123 password1234 password12345
    password123456 password1234567 password12345678 password123456789 password1234567890
    pokemon princess qwerty123 qwerty123456 secret shadow starwars sunshine
    supercalifragilisticexpialidocious superman thequickbrownfox thisisapassword
    thisismypassword tobeornottobe trustno1 unbelievable victoria welcome welcome1 whatever
    yourpassword yourpasswordhere
"""
_COMMON = frozenset(_COMMON_WORDS.split())

_gaps = re.compile(r"[\s_.-]+")


def username_problem(username: str) -> str | None:
    """Say why nobody can be called this, for people to read; None when it is all right.

    The original's rule: letters, digits, dots and underscores, upper and lower case alike.
    """
    if not _is_username(username.lower()) or len(username) > MAX_USERNAME:
        return f"Please use 1 to {MAX_USERNAME} letters (a to z), digits, dots and underscores."
    return None


def password_problem(password: str, *, username: str = "", at_least: int = 15) -> str | None:
    """Say why a new password will not do, for people to read; None when it is all right.

    It has to be long, and none of those tried first. Nothing asks for digits, capitals or signs:
    such rules make passwords harder to remember but hardly harder to guess.

    Args:
        password: as it was typed.
        username: whose it is to be; it may not be the password.
        at_least: characters.
    """
    if len(password) < at_least:
        return f"Please use at least {at_least} characters; several words make a good password."
    if len(password) > MAX_BYTES or len(_encode(password)) > MAX_BYTES:
        return f"Please use at most {MAX_BYTES} bytes."
    if "\0" in password or not _encode(password):
        return "Please use characters that can be typed."
    if _is_guessed_first(password, username):
        return "This password is one of the first that somebody would try. Please take another."
    return None


def _is_guessed_first(password: str, username: str) -> bool:
    text = unicodedata.normalize("NFKC", password).casefold()
    folded = _gaps.sub("", text) or text
    unit = _repeated(folded)
    return (
        len(unit) < 6
        or unit in _COMMON
        or folded in _COMMON
        or unit == _gaps.sub("", username.casefold())
        or any(unit in row or unit in row[::-1] for row in _ROWS)
    )


def _repeated(text: str) -> str:
    """Return the shortest text that `text` is a repetition of."""
    return text[: (text + text).find(text, 1)] if text else text


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return b""
