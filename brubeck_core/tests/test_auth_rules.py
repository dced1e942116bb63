"""What new names and passwords have to be."""

from __future__ import annotations

import pytest
from brubeck_core.auth.rules import password_problem, username_problem

LONG, COMMON, TYPED, BYTES = "at least 15", "one of the first", "can be typed", "at most 1024 bytes"

PASSWORDS = {
    "words": ("correct zebra battery staple", None),
    "lower case letters alone": ("quietriverbank", LONG),
    "fifteen lower case letters": ("quietriverbanks", None),
    "any script": ("пять четвертей блюза", None),
    "signs": ("♫♪♬ ♫♬ ♬♪♫ ☂☃☄★ ☎", None),
    "hundreds of characters": ("quiet river " * 40 + "bank", None),
    "empty": ("", LONG),
    "fourteen characters": ("x7hsk2mzp9qwov", LONG),
    "one character again and again": ("a" * 40, COMMON),
    "a few characters again and again": ("abc12" * 4, COMMON),
    "a common word twice": ("PasswordPassword", COMMON),
    "a common word thrice, with gaps": ("sunshine-sunshine-sunshine", COMMON),
    "a famous phrase": ("correct horse battery staple", COMMON),
    "digits in a row": ("123456789012345", COMMON),
    "letters in a row": ("abcdefghijklmnop", COMMON),
    "letters in a row, backwards": ("ponmlkjihgfedcba", COMMON),
    "keys in a row": ("qwertyuiopasdfgh", COMMON),
    "keys in a row, full width": ("".join(chr(ord(c) + 0xFEE0) for c in "qwertyuiopasdfg"), COMMON),
    "the name": ("dave.brubeck.quartet", COMMON),
    "the name in capitals": ("DaveBrubeckQuartet", COMMON),
    "NUL": ("quiet river\0banks", TYPED),
    "half a surrogate pair": ("quiet river \ud800 banks", TYPED),
    "as long as it may be": ("é7" * 341 + "x", None),
    "too many bytes": ("quiet river " * 100, BYTES),
    "too many bytes of few characters": ("é" * 600, BYTES),
    "a megabyte": ("x" * 1_000_000, BYTES),
}


@pytest.mark.parametrize(("password", "said"), PASSWORDS.values(), ids=PASSWORDS)
def test_a_password(password: str, said: str | None) -> None:
    problem = password_problem(password, username="dave.brubeck_quartet")
    assert (problem is None) if said is None else (said in (problem or ""))


def test_the_least_length_is_a_choice() -> None:
    assert password_problem("quietly8", at_least=8) is None
    assert password_problem("quietl7", at_least=8) is not None


USERNAMES = {
    "letters": ("dave", True),
    "capitals": ("Dave", True),
    "all there is": ("d.a_v3", True),
    "one letter": ("d", True),
    "thirty letters": ("d" * 30, True),
    "thirty-one letters": ("d" * 31, False),
    "empty": ("", False),
    "a space": ("dave b", False),
    "a line end": ("dave\n", False),
    "a hyphen": ("dave-b", False),
    "beyond ASCII": ("d\u0430ve", False),  # a Cyrillic letter that looks like a Latin one
    "what becomes ASCII in lower case": ("\u212adave", True),
    "a script": ("<script>", False),
}


@pytest.mark.parametrize(("username", "fits"), USERNAMES.values(), ids=USERNAMES)
def test_a_username(username: str, fits: bool) -> None:
    assert (username_problem(username) is None) is fits
