"""Passwords that cost no time, for tests in which many people log in.

from brubeck_testkit.passwords import quick_passwords as quick_passwords  # in conftest.py

@pytest.mark.usefixtures("quick_passwords")
def test_mine(): ...
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from brubeck_core import passwords
from brubeck_core.auth import hashing


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash at the least cost there is, for the time of a test.

    Verifying a line costs what the line says, so accounts have to be made under the fixture too.
    """
    monkeypatch.setattr(passwords, "_argon2", _cheapest)
    monkeypatch.setattr(passwords, "_SCRYPT_COST", passwords._Cost(ln=1, r=8, p=1))
    # A line at the full cost may have been kept for names that nobody has.
    hashing._nobodys_line.cache_clear()
    yield
    hashing._nobodys_line.cache_clear()


_find_argon2 = passwords._argon2


def _cheapest() -> object:
    if _find_argon2() is None:
        return None
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
