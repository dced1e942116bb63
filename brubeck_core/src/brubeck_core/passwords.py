"""Passwords as self-describing lines.

A line says how it was made, so that old ones go on working while new ones get stronger:

- ``$argon2id$v=19$m=65536,t=3,p=4$…`` when argon2-cffi is installed (RFC 9106 §4, second
  recommended option),
- ``$scrypt$ln=17,r=8,p=1$salt$digest`` otherwise, by the standard library (RFC 7914),
- ``bcrypt|||salt|||digest``, the original's, which is only verified.

Hashing takes a good part of a second on purpose: call these functions through the backend's
`offload`, or everybody else waits.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import re
import secrets
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from brubeck_core.errors import ConfigError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

#: A password may have so many bytes: enough for any phrase, too few to keep a server busy.
MAX_BYTES = 1024

#: What separates the three parts of the original's lines.
ORIGINAL_DELIMITER = "|||"

#: bcrypt reads no further; newer libraries refuse longer passwords instead of cutting them.
BCRYPT_BYTES = 72

_SCRYPT_LINE = re.compile(
    r"\$scrypt\$ln=(?P<ln>[0-9]{1,2}),r=(?P<r>[0-9]{1,3}),p=(?P<p>[0-9]{1,3})"
    r"\$(?P<salt>[A-Za-z0-9+/]+)\$(?P<digest>[A-Za-z0-9+/]+)"
)


class _Cost(NamedTuple):
    """The cost of scrypt: memory is 128 * 2**ln * r bytes, time grows with p."""

    ln: int
    r: int
    p: int


_SCRYPT_COST = _Cost(ln=17, r=8, p=1)
#: A line that asks for more (bytes, and turns) was not made to let anybody in.
_SCRYPT_MOST_MEMORY = 2**30
_SCRYPT_MOST_TURNS = 16


def hash_password(text: str) -> str:
    """Return the line to store for password `text`.

    Raises `ValueError` for None, an empty password, one of more than `MAX_BYTES` bytes, and text
    with a NUL or without a UTF-8 form.
    """
    password = _prepare(text)
    argon2 = _argon2()
    if argon2 is not None:
        return argon2.hash(password)
    salt = secrets.token_bytes(16)
    cost = _SCRYPT_COST
    digest = _scrypt(password, salt, cost, size=32)
    return f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}${_encode(salt)}${_encode(digest)}"


def verify_password(text: str, line: str) -> bool:
    """Say whether `text` is the password that `line` was made from, in constant time.

    Raises `ValueError` when `text` is None, when `line` is none that Brubeck knows, and as
    `ConfigError` when the library it needs is not installed.
    """
    scheme = _scheme(line)
    try:
        password = _prepare(text)
    except _Unusable:
        return False
    return _VERIFIERS[scheme](password, line)


def needs_rehash(line: str) -> bool:
    """Say whether `hash_password` makes stronger or other lines today.

    Ask after a successful login, while the password is at hand, and store a new line.
    """
    scheme = _scheme(line)
    argon2 = _argon2()
    if argon2 is not None:
        return scheme != "argon2" or argon2.check_needs_rehash(line)
    return scheme != "scrypt" or _read_scrypt(line)[0] != _SCRYPT_COST


def threads_per_hash() -> int:
    """Return how many cores `hash_password` keeps busy."""
    argon2 = _argon2()
    return 1 if argon2 is None else argon2.parallelism


class _Unusable(ValueError):
    """A text that no line can have been made from."""


def _prepare(text: str) -> bytes:
    if text is None:
        raise ValueError("a password is text, not None")
    if not text:
        raise _Unusable("an empty password protects nothing")
    if "\0" in text:
        # HMAC, and so scrypt, takes a password and the same with NULs behind it for equal.
        raise _Unusable("a password has no NUL in it")
    if len(text) <= MAX_BYTES:
        try:
            # Keyboards differ in how they compose é; people cannot see it (RFC 8265 §4.2).
            password = unicodedata.normalize("NFC", text).encode()
        except UnicodeEncodeError:
            raise _Unusable("a password has to be valid Unicode") from None
        if len(password) <= MAX_BYTES:
            return password
    raise _Unusable(f"a password has at most {MAX_BYTES} bytes")


def _scheme(line: str) -> str:
    for start, scheme in _SCHEMES.items():
        if line.startswith(start):
            return scheme
    # The line itself stays out of the message, which may end up in a log.
    raise ValueError(
        "this is no password line that Brubeck knows; they start with "
        + " or ".join(map(repr, _SCHEMES))
    )


def _verify_argon2(password: bytes, line: str) -> bool:
    argon2 = _argon2()
    if argon2 is None:
        raise ConfigError("an argon2id password cannot be verified: pip install argon2-cffi")
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

    try:
        return argon2.verify(line, password)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError):
        raise ValueError("the stored argon2id line is damaged") from None


def _verify_scrypt(password: bytes, line: str) -> bool:
    cost, salt, digest = _read_scrypt(line)
    return hmac.compare_digest(_scrypt(password, salt, cost, size=len(digest)), digest)


def _verify_bcrypt(password: bytes, line: str) -> bool:
    try:
        import bcrypt
    except ModuleNotFoundError:
        raise ConfigError("a bcrypt password cannot be verified: pip install bcrypt") from None
    try:
        _, salt, digest = line.encode("ascii").split(ORIGINAL_DELIMITER.encode())
        found = bcrypt.hashpw(password[:BCRYPT_BYTES], salt)
    except ValueError:
        raise ValueError("the stored bcrypt line is damaged") from None
    return hmac.compare_digest(found, digest)


#: By how a line starts, what made it.
_SCHEMES = {
    "$argon2id$": "argon2",
    "$scrypt$": "scrypt",
    f"bcrypt{ORIGINAL_DELIMITER}": "bcrypt",
}
_VERIFIERS = {"argon2": _verify_argon2, "scrypt": _verify_scrypt, "bcrypt": _verify_bcrypt}


@functools.cache
def _argon2() -> PasswordHasher | None:
    try:
        from argon2 import PasswordHasher
    except ModuleNotFoundError:
        return None
    return PasswordHasher()


def _scrypt(password: bytes, salt: bytes, cost: _Cost, size: int) -> bytes:
    return hashlib.scrypt(
        password,
        salt=salt,
        n=1 << cost.ln,
        r=cost.r,
        p=cost.p,
        maxmem=_scrypt_memory(cost),
        dklen=size,
    )


def _scrypt_memory(cost: _Cost) -> int:
    """Return the bytes that scrypt needs (RFC 7914 §2); OpenSSL refuses to start with less."""
    return 128 * cost.r * ((1 << cost.ln) + cost.p + 2)


def _read_scrypt(line: str) -> tuple[_Cost, bytes, bytes]:
    match = _SCRYPT_LINE.fullmatch(line)
    try:
        if match is None:
            raise ValueError
        cost = _Cost(int(match["ln"]), int(match["r"]), int(match["p"]))
        if not (all(cost) and cost.p <= _SCRYPT_MOST_TURNS):
            raise ValueError
        if _scrypt_memory(cost) > _SCRYPT_MOST_MEMORY:
            raise ValueError
        return cost, _decode(match["salt"]), _decode(match["digest"])
    except ValueError:
        raise ValueError("the stored scrypt line is damaged") from None


def _encode(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
