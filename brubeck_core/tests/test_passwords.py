"""Password lines: made, verified, and made again when they are old."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import bcrypt
import pytest
from brubeck_core import passwords
from brubeck_core.errors import ConfigError
from brubeck_core.passwords import MAX_BYTES, hash_password, needs_rehash, verify_password

# The example of RFC 7914 §12 for the password "pleaseletmein" and the salt "SodiumChloride".
RFC_LINE = (
    "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU"
    "$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLV"
    "QylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw"
)


def original_line(password: bytes) -> str:
    """Make a line as the original did."""
    salt = bcrypt.gensalt(4, b"2a")
    return "|||".join(["bcrypt", salt.decode(), bcrypt.hashpw(password, salt).decode()])


@pytest.fixture(params=["argon2id", "scrypt"])
def scheme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a test with argon2-cffi, and as if it were not installed."""
    passwords._argon2.cache_clear()
    if request.param == "scrypt":
        monkeypatch.setitem(sys.modules, "argon2", None)
        # A thousandth of the real cost; `test_the_cost` looks at that.
        monkeypatch.setattr(passwords, "_SCRYPT_COST", passwords._Cost(7, 8, 1))
    yield request.param
    passwords._argon2.cache_clear()


@pytest.fixture
def without_argon2(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    passwords._argon2.cache_clear()
    monkeypatch.setitem(sys.modules, "argon2", None)
    yield
    passwords._argon2.cache_clear()


def test_the_line_says_how_it_was_made(scheme: str) -> None:
    assert hash_password("Take five!").startswith(f"${scheme}$")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Take five!", True),
        ("take five!", False),
        ("Take five! ", False),
        ("", False),
        ("Take five!\0", False),
        ("x" * 2_000_000, False),
        ("\ud800", False),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_only_the_password_is_verified(scheme: str, text: str, expected: bool) -> None:
    line = hash_password("Take five!")
    assert verify_password(text, line) is expected


@pytest.mark.parametrize(
    "text", ["x", "x" * MAX_BYTES, "é" * (MAX_BYTES // 2), "🎷 à la carte", " " * 8]
)
def test_what_may_be_a_password(scheme: str, text: str) -> None:
    assert verify_password(text, hash_password(text)) is True


def test_bytes_beyond_the_72nd_count(scheme: str) -> None:
    assert verify_password("x" * 72 + "b", hash_password("x" * 72 + "a")) is False


def test_accents_may_be_composed_or_not(scheme: str) -> None:
    assert verify_password("cafe\u0301", hash_password("caf\u00e9")) is True


def test_two_lines_for_one_password_differ(scheme: str) -> None:
    assert hash_password("Take five!") != hash_password("Take five!")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "not None"),
        ("", "empty"),
        ("x" * (MAX_BYTES + 1), "at most 1024 bytes"),
        ("é" * (MAX_BYTES // 2 + 1), "at most 1024 bytes"),
        ("\ud800", "Unicode"),
        ("Take five!\0", "NUL"),
    ],
    ids=["none", "empty", "too many characters", "too many bytes", "lone surrogate", "nul"],
)
def test_what_is_no_password(scheme: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hash_password(text)


def test_verifying_none_is_a_mistake(scheme: str) -> None:
    with pytest.raises(ValueError, match="not None"):
        verify_password(None, RFC_LINE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    ["", "secret", "md5|||salt|||digest", "$argon2i$v=19$m=1$x$y", "$2a$04$abc", "|||", "bcrypt"],
)
def test_an_unknown_line_is_a_mistake_and_not_repeated(scheme: str, line: str) -> None:
    for ask in (lambda: verify_password("x", line), lambda: needs_rehash(line)):
        with pytest.raises(ValueError, match="no password line") as caught:
            ask()
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "$scrypt$",
        "$scrypt$ln=7,r=8,p=1$salt",
        "$scrypt$ln=7,r=8,p=1$a$b",
        "$scrypt$ln=7,r=8,p=1$YWJj$YWJj\n",
        "$scrypt$ln=99,r=8,p=1$YWJj$YWJj",
        "$scrypt$ln=7,r=8,p=999$YWJj$YWJj",
        "$scrypt$ln=0,r=0,p=0$YWJj$YWJj",
        "$argon2id$nonsense",
        "bcrypt|||salt",
        "bcrypt|||salt|||digest",
        "bcrypt|||é|||é",
    ],
)
def test_a_damaged_line_is_a_mistake(line: str) -> None:
    with pytest.raises(ValueError, match="damaged"):
        verify_password("x", line)


def test_scrypt_is_that_of_the_rfc() -> None:
    assert verify_password("pleaseletmein", RFC_LINE) is True
    assert verify_password("pleaseletmeout", RFC_LINE) is False


@pytest.mark.parametrize(
    ("text", "expected"), [("Take five!", True), ("Take four!", False), ("caf\u00e9", False)]
)
def test_lines_of_the_original_are_verified(text: str, expected: bool) -> None:
    assert verify_password(text, original_line(b"Take five!")) is expected


def test_the_original_cut_passwords_after_72_bytes() -> None:
    assert verify_password("x" * 80, original_line(b"x" * 72)) is True


@pytest.mark.parametrize(
    ("module", "line", "advice"),
    [
        ("bcrypt", "bcrypt|||salt|||digest", "pip install bcrypt"),
        ("argon2", "$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2g$YWJj", "pip install argon2-cffi"),
    ],
)
@pytest.mark.usefixtures("without_argon2")
def test_a_missing_library_is_named(
    monkeypatch: pytest.MonkeyPatch, module: str, line: str, advice: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=advice):
        verify_password("x", line)


def test_a_new_line_needs_no_rehash(scheme: str) -> None:
    assert needs_rehash(hash_password("Take five!")) is False


@pytest.mark.parametrize("line", [RFC_LINE, original_line(b"x")], ids=["cheap scrypt", "bcrypt"])
def test_an_old_line_needs_a_rehash(scheme: str, line: str) -> None:
    assert needs_rehash(line) is True


def test_a_cheap_argon2_line_needs_a_rehash() -> None:
    assert needs_rehash("$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2g$YWJj") is True


@pytest.mark.usefixtures("without_argon2")
def test_the_cost_without_argon2() -> None:
    line = hash_password("Take five!")
    assert line.startswith("$scrypt$ln=17,r=8,p=1$")
    assert verify_password("Take five!", line) is True


def test_the_cost_with_argon2() -> None:
    assert hash_password("Take five!").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
