"""The original's password lines, which the core's verify."""

from __future__ import annotations

import sys

import bcrypt
import pytest
from brubeck.auth import (
    BCRYPT,
    PASSWD_DELIM,
    build_passwd_line,
    gen_hexdigest,
    split_passwd_line,
)
from brubeck_core.passwords import verify_password

SALT = "$2a$04$CCCCCCCCCCCCCCCCCCCCC."


def test_a_line_splits_into_what_it_was_built_from() -> None:
    line = build_passwd_line(BCRYPT, "salt", "digest")
    assert line == "bcrypt|||salt|||digest"
    assert split_passwd_line(line) == ["bcrypt", "salt", "digest"]
    assert PASSWD_DELIM == "|||"


def test_the_core_verifies_a_line_of_the_original() -> None:
    line = build_passwd_line(*gen_hexdigest("Take five!", salt=SALT))
    assert verify_password("Take five!", line) is True
    assert verify_password("Take four!", line) is False


def test_the_same_salt_gives_the_same_digest() -> None:
    assert gen_hexdigest("Take five!", salt=SALT) == gen_hexdigest("Take five!", salt=SALT)


def test_a_new_salt_is_bcrypts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bcrypt, "gensalt", lambda: SALT.encode())
    algorithm, salt, digest = gen_hexdigest("Take five!")
    assert (algorithm, salt) == (BCRYPT, SALT)
    assert digest.startswith(SALT[:-1])


@pytest.mark.parametrize(
    ("password", "algorithm", "message"),
    [
        (None, BCRYPT, "not None"),
        ("Take five!", "md5", "'bcrypt', not 'md5'"),
        ("x" * 73, BCRYPT, "72 bytes"),
        ("é" * 37, BCRYPT, "72 bytes"),
    ],
)
def test_what_is_refused(password: str, algorithm: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gen_hexdigest(password, algorithm)


def test_what_the_original_cut_is_still_equal() -> None:
    assert gen_hexdigest("x" * 80, salt=SALT) == gen_hexdigest("x" * 72, salt=SALT)


def test_without_bcrypt_the_pip_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    with pytest.raises(ImportError, match="pip install bcrypt"):
        gen_hexdigest("Take five!")
