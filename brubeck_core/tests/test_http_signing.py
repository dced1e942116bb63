"""Signed cookies."""

import base64
import hashlib
import hmac
import pickle
import time
import warnings
from typing import Any

import pytest
from brubeck_core.errors import SigningError
from brubeck_core.http import signing
from brubeck_core.http.cookies import format_cookie, parse_cookies
from brubeck_core.http.signing import CookieSigner, SecurityWarning

SECRET = "a-secret-that-is-long-enough-for-hmac-sha256"
OTHER = "another-secret-that-is-long-enough-for-hmac"


@pytest.fixture
def signer() -> CookieSigner:
    return CookieSigner(SECRET)


@pytest.mark.parametrize("value", ["", "ann", "two words; and more", "café 日本", "a.b.c", "\0"])
def test_round_trip(signer: CookieSigner, value: str) -> None:
    assert signer.unsign("user", signer.sign("user", value)) == value


def test_signed_text_needs_no_quoting(signer: CookieSigner) -> None:
    text = signer.sign("user", 'two words; "and" more')
    sent = format_cookie("user", text, path=None, httponly=False, samesite=None)
    assert sent == f"user={text}"
    assert parse_cookies(sent) == {"user": text}


@pytest.mark.parametrize("secret", [SECRET, SECRET.encode(), [SECRET], (SECRET.encode(), OTHER)])
def test_secret_as_text_bytes_or_several(secret: Any) -> None:
    assert CookieSigner(SECRET).unsign("user", CookieSigner(secret).sign("user", "ann")) == "ann"


def test_changing_any_character_is_noticed(signer: CookieSigner) -> None:
    text = signer.sign("user", "ann")
    for index, char in enumerate(text):
        for other in ("A", "B", "-", "_", "=", "."):
            if other != char:
                changed = text[:index] + other + text[index + 1 :]
                assert signer.unsign("user", changed) is None, changed


def test_there_is_no_second_spelling(signer: CookieSigner) -> None:
    """Every character of base64 as the last one: only one of four decodes to other bits."""
    text = signer.sign("user", "ann")
    alphabet = base64.urlsafe_b64encode(bytes(range(256))).decode()
    accepted = {char for char in alphabet if signer.unsign("user", text[:-1] + char) is not None}
    assert accepted == {text[-1]}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda text: text + "=", id="padding"),
        pytest.param(lambda text: text + "\n", id="line-end"),
        pytest.param(lambda text: " " + text, id="space"),
        pytest.param(lambda text: text.replace(".", "=.", 1), id="padding-inside"),
        pytest.param(lambda text: text[:-1], id="cut"),
        pytest.param(lambda text: text + "A", id="longer"),
        pytest.param(lambda text: text.partition(".")[2], id="no-value"),
        pytest.param(lambda text: text.rpartition(".")[0], id="no-signature"),
        pytest.param(lambda text: "." + text, id="another-field"),
        pytest.param(lambda text: text[:4] + "\0" + text[5:], id="nul"),
        pytest.param(lambda text: text + "é", id="not-ascii"),
        pytest.param(lambda text: "\ud800" + text, id="surrogate"),
        pytest.param(lambda text: "", id="empty"),
        pytest.param(lambda text: "ann", id="unsigned"),
        pytest.param(lambda text: "..", id="dots"),
        pytest.param(lambda text: "A" * 5_000_000, id="endless"),
        pytest.param(lambda text: "A" * 4000 + "." + text, id="too-long"),
    ],
)
def test_what_is_not_signed_is_none(signer: CookieSigner, make: Any) -> None:
    assert signer.unsign("user", make(signer.sign("user", "ann"))) is None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(CookieSigner(OTHER), id="secret"),
        pytest.param(CookieSigner(SECRET, "token"), id="purpose"),
    ],
)
def test_other_signers_do_not_take_it(signer: CookieSigner, other: CookieSigner) -> None:
    assert other.unsign("user", signer.sign("user", "ann")) is None


def test_the_value_of_another_cookie_is_none(signer: CookieSigner) -> None:
    assert signer.unsign("admin", signer.sign("user", "ann")) is None


def test_purpose_and_name_do_not_run_together() -> None:
    text = CookieSigner(SECRET, "a").sign("b.c", "x")
    assert CookieSigner(SECRET, "a.b").unsign("c", text) is None


def test_first_secret_signs_and_all_verify() -> None:
    old, new = CookieSigner(OTHER), CookieSigner([SECRET, OTHER])
    assert new.unsign("user", old.sign("user", "ann")) == "ann"
    assert CookieSigner(SECRET).unsign("user", new.sign("user", "ann")) == "ann"
    assert old.unsign("user", new.sign("user", "ann")) is None


@pytest.mark.parametrize(
    ("later", "max_age", "valid"),
    [
        (0, None, True),
        (10**9, None, True),
        (59, 60, True),
        (60, 60, True),
        (61, 60, False),
        (0, 0, True),
        (1, 0, False),
        (1, 1.5, True),
        (2, 1.5, False),
        (-60, None, True),
        (-60, 10, True),
        (-61, None, False),
        (-61, 10, False),
    ],
)
def test_age(
    signer: CookieSigner,
    monkeypatch: pytest.MonkeyPatch,
    later: float,
    max_age: float | None,
    valid: bool,
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000)
    text = signer.sign("user", "ann")
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000 + later)
    assert (signer.unsign("user", text, max_age=max_age) == "ann") is valid


class _Exploit:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was loaded",))


def test_cookies_of_the_original_are_not_even_looked_into(signer: CookieSigner) -> None:
    content = base64.b64encode(pickle.dumps(_Exploit()))
    mac = base64.b64encode(hmac.new(SECRET.encode(), content, hashlib.md5).digest())
    assert signer.unsign("user", f"!{mac.decode()}?{content.decode()}") is None
    signed = signer.sign("user", content.decode())
    assert signer.unsign("user", signed) == content.decode()


@pytest.mark.parametrize("value", [None, 7, b"ann", {"a": 1}])
def test_only_text_is_signed(signer: CookieSigner, value: Any) -> None:
    with pytest.raises(TypeError, match="not text"):
        signer.sign("user", value)


def test_too_much_to_sign(signer: CookieSigner) -> None:
    assert len(signer.sign("user", "x" * 3000)) <= 4096
    with pytest.raises(ValueError, match="too large"):
        signer.sign("user", "x" * 3100)


@pytest.mark.parametrize("secret", [None, "", b"", [], [None], [""], [SECRET, ""]])
def test_empty_secret_is_an_error_with_advice(secret: Any) -> None:
    with pytest.raises(SigningError, match=r"token_urlsafe\(32\)"):
        CookieSigner(secret)


def test_short_secret_works_and_warns_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_warned", False)
    with pytest.warns(SecurityWarning, match=r"14 bytes.*token_urlsafe\(32\)") as caught:
        signer = CookieSigner("OMGSOOOOSECRET")
    assert caught[0].filename == __file__
    assert signer.unsign("user", signer.sign("user", "ann")) == "ann"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CookieSigner("OMGSOOOOSECRET")


def test_long_secret_does_not_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_warned", False)
    CookieSigner("x" * 32)
    assert signing._warned is False


def test_the_secret_is_not_shown(signer: CookieSigner) -> None:
    assert SECRET not in repr(signer)


def test_names_from_clients_do_not_pile_up(signer: CookieSigner) -> None:
    for number in range(200):
        signer.unsign(f"name{number}", "A.A." + "A" * 43)
    assert signer._signer.cache_info().currsize <= 64
