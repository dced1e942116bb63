"""Accounts: made, checked, given new passwords; and how hashing takes turns."""

from __future__ import annotations

import threading
from statistics import median
from time import perf_counter
from typing import Any

import bcrypt
import pytest
from argon2 import PasswordHasher
from brubeck_core import Brubeck, HTTPError, passwords
from brubeck_core.auth import hashing
from brubeck_core.auth.accounts import AccountRefused, Accounts
from brubeck_core.auth.hashing import PasswordQueue
from brubeck_core.auth.throttle import TooManyAttempts
from brubeck_core.builtin.memory_users import MemoryUserStore
from brubeck_testkit.passwords import quick_passwords as quick_passwords

PASSWORD = "quiet river banks"


pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def app() -> Brubeck:
    return Brubeck(connection="local")


@pytest.fixture
def accounts(app: Brubeck) -> Accounts:
    return app.accounts


def problems(accounts: Accounts, username: str | None, password: str | None) -> set[str]:
    with pytest.raises(AccountRefused) as refused:
        accounts.create(username, password)
    assert all(refused.value.problems.values())
    return set(refused.value.problems)


# -- making one ------------------------------------------------------------------------------------


def test_an_account_is_kept_with_a_line_in_place_of_the_password(
    app: Brubeck, accounts: Accounts
) -> None:
    made = accounts.create("Dave", PASSWORD, email="dave@example.com")
    assert made == app.user_store.load("dave")
    assert made["password"].startswith("$argon2id$")
    assert {**made, "password": ""} == {
        "username": "dave",
        "password": "",
        "email": "dave@example.com",
        "is_active": True,
    }


REFUSED = {
    "a short password": ("dave", "short", {"password"}),
    "no password": ("dave", None, {"password"}),
    "a bad name": ("dave b", PASSWORD, {"username"}),
    "no name": (None, PASSWORD, {"username"}),
    "both, at once": ("", "", {"username", "password"}),
}


@pytest.mark.parametrize(("username", "password", "fields"), REFUSED.values(), ids=REFUSED)
def test_what_will_not_do_is_told_by_field(
    accounts: Accounts, username: str | None, password: str | None, fields: set[str]
) -> None:
    assert problems(accounts, username, password) == fields


def test_a_name_that_somebody_has_is_told(accounts: Accounts) -> None:
    accounts.create("dave", PASSWORD)
    assert problems(accounts, "DAVE", PASSWORD) == {"username"}


def test_of_many_who_want_one_name_at_once_one_gets_it(accounts: Accounts) -> None:
    outcomes: list[str] = []

    def create() -> None:
        try:
            accounts.create("dave", PASSWORD)
        except AccountRefused:
            outcomes.append("refused")
        else:
            outcomes.append("made")

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["made"] + ["refused"] * 5


def test_the_least_length_of_a_password_is_a_setting() -> None:
    app = Brubeck(connection="local", login={"min_password": 8})
    assert app.accounts.create("dave", "quietly8")["username"] == "dave"


# -- logging in ------------------------------------------------------------------------------------

CHECKS = {
    "right": ("dave", PASSWORD, True),
    "the name in capitals, with spaces around": (" DAVE ", PASSWORD, True),
    "a wrong password": ("dave", "quiet river bank", False),
    "the password in capitals": ("dave", PASSWORD.upper(), False),
    "somebody unknown": ("paul", PASSWORD, False),
    "no name": (None, PASSWORD, False),
    "no password": ("dave", None, False),
    "an empty password": ("dave", "", False),
    "a NUL behind the password": ("dave", PASSWORD + "\0", False),
    "a NUL in the name": ("dave\0", PASSWORD, False),
    "a name of a megabyte": ("d" * 1_000_000, PASSWORD, False),
    "a password of a megabyte": ("dave", "q" * 1_000_000, False),
    "half a surrogate pair": ("\ud800", "\ud800", False),
}


@pytest.mark.parametrize(("username", "password", "let_in"), CHECKS.values(), ids=CHECKS)
def test_who_is_let_in(
    accounts: Accounts, username: str | None, password: str | None, let_in: bool
) -> None:
    accounts.create("dave", PASSWORD)
    user = accounts.check(username, password)
    assert (user is not None) is let_in
    assert user is None or user["username"] == "dave"


def test_composed_and_decomposed_letters_are_one(accounts: Accounts) -> None:
    accounts.create("dave", "the caf\u00e9 on the river")
    assert accounts.check("dave", "the cafe\u0301 on the river")


@pytest.mark.parametrize(
    "fields", [{"is_active": False}, {"password": None}, {"password": "damaged"}]
)
def test_an_account_that_is_closed_lets_nobody_in(
    app: Brubeck, accounts: Accounts, fields: dict[str, Any]
) -> None:
    app.user_store.save({**accounts.create("dave", PASSWORD), **fields})
    assert accounts.check("dave", PASSWORD) is None


def test_a_line_of_the_original_lets_in_and_is_replaced(app: Brubeck, accounts: Accounts) -> None:
    salt = bcrypt.gensalt(4)
    old = b"|||".join([b"bcrypt", salt, bcrypt.hashpw(b"take five", salt)]).decode()
    app.user_store.create({"username": "dave", "password": old, "email": "d@example.com"})
    user = accounts.check("dave", "take five")
    assert user is not None
    assert user == app.user_store.load("dave")
    assert user["password"].startswith("$argon2id$")
    assert user["email"] == "d@example.com"
    assert accounts.check("dave", "take five")


def test_a_line_that_is_strong_enough_stays(app: Brubeck, accounts: Accounts) -> None:
    made = accounts.create("dave", PASSWORD)
    assert accounts.check("dave", PASSWORD) == made == app.user_store.load("dave")


def test_last_login_is_renewed_where_users_have_one(app: Brubeck, accounts: Accounts) -> None:
    accounts.create("dave", PASSWORD, last_login=0)
    accounts.check("dave", PASSWORD)
    assert (app.user_store.load("dave") or {})["last_login"] > 1_600_000_000_000


# -- the throttle ----------------------------------------------------------------------------------


def attempt(accounts: Accounts, name: str, password: str, address: str | None = None) -> str:
    try:
        return "let in" if accounts.check(name, password, address) else "refused"
    except TooManyAttempts:
        return "pause"


@pytest.mark.parametrize("name", ["dave", "nobody", "x" * 1000])
def test_after_five_failures_an_account_pauses_whether_there_is_one_or_not(
    accounts: Accounts, name: str
) -> None:
    accounts.create("dave", PASSWORD)
    outcomes = [attempt(accounts, name, "wrong", f"192.0.2.{n}") for n in range(7)]
    assert outcomes == ["refused"] * 5 + ["pause"] * 2


def test_the_right_password_waits_too(accounts: Accounts) -> None:
    accounts.create("dave", PASSWORD)
    for _ in range(5):
        attempt(accounts, "dave", "wrong")
    assert attempt(accounts, "Dave", PASSWORD) == "pause"


def test_after_five_failures_an_address_pauses(accounts: Accounts) -> None:
    accounts.create("dave", PASSWORD)
    outcomes = [attempt(accounts, f"name{n}", "wrong", "192.0.2.1") for n in range(6)]
    assert outcomes == ["refused"] * 5 + ["pause"]
    assert attempt(accounts, "dave", PASSWORD, "192.0.2.2") == "let in"


def test_the_log_tells_of_pauses_and_never_of_names(
    accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for _ in range(5):
        attempt(accounts, "my-password-by-mistake", "wrong", "192.0.2.1")
    assert "logins from 192.0.2.1 pause for 1 seconds" in caplog.text
    assert "trusted_proxies" in caplog.text
    assert "mistake" not in caplog.text


def test_logins_that_succeed_are_never_paused(accounts: Accounts) -> None:
    accounts.create("dave", PASSWORD)
    assert {attempt(accounts, "dave", PASSWORD, "192.0.2.1") for _ in range(10)} == {"let in"}


def test_a_success_forgives_the_account_but_not_the_address(accounts: Accounts) -> None:
    accounts.create("dave", PASSWORD)
    for _ in range(4):
        attempt(accounts, "dave", "wrong", "192.0.2.1")
    assert attempt(accounts, "dave", PASSWORD, "192.0.2.1") == "let in"
    assert attempt(accounts, "dave", "wrong", "192.0.2.1") == "refused"
    assert attempt(accounts, "paul", "wrong", "192.0.2.1") == "pause"
    assert attempt(accounts, "dave", PASSWORD, "192.0.2.2") == "let in"


def test_guesses_that_come_all_at_once_are_counted_before_they_are_looked_at(
    accounts: Accounts,
) -> None:
    accounts.create("dave", PASSWORD)
    accounts.passwords = PasswordQueue(accounts._app.concurrency, at_once=1)
    outcomes: list[str] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(attempt(accounts, "dave", "wrong")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["pause"] * 15 + ["refused"] * 5


def test_the_free_attempts_are_a_setting() -> None:
    accounts = Brubeck(connection="local", login={"free_attempts": 2}).accounts
    outcomes = [attempt(accounts, "dave", "wrong") for _ in range(3)]
    assert outcomes == ["refused"] * 2 + ["pause"]


def test_whoever_fills_the_cache_ends_no_pause() -> None:
    app = Brubeck(connection="local", cache={"use": "memory", "memory": {"max_entries": 50}})
    for _ in range(6):
        attempt(app.accounts, "dave", "wrong")
    for number in range(100):
        app.cache.save(f"session:{number}", "of somebody who was given one by each page")
    assert attempt(app.accounts, "dave", PASSWORD) == "pause"


# -- another password ------------------------------------------------------------------------------


def test_another_password_replaces_the_old_one(accounts: Accounts) -> None:
    user = accounts.create("dave", PASSWORD)
    changed = accounts.set_password(user, "another quiet river")
    assert accounts.mark(changed) != accounts.mark(user)
    assert accounts.check("dave", PASSWORD) is None
    assert accounts.check("dave", "another quiet river") == changed


@pytest.mark.parametrize("password", [None, "", "short", "dave" * 5])
def test_another_password_that_will_not_do_is_refused(
    accounts: Accounts, password: str | None
) -> None:
    user = accounts.create("dave", PASSWORD)
    with pytest.raises(AccountRefused) as refused:
        accounts.set_password(user, password)
    assert set(refused.value.problems) == {"password"}


def test_another_password_changes_nothing_else_of_what_is_stored_by_now(
    app: Brubeck, accounts: Accounts
) -> None:
    before = accounts.create("dave", PASSWORD)
    app.user_store.save({**before, "is_active": False})
    changed = accounts.set_password(before, "another quiet river")
    assert changed == app.user_store.load("dave")
    assert changed["is_active"] is False


def test_a_user_who_is_gone_gets_no_other_password(app: Brubeck, accounts: Accounts) -> None:
    user = accounts.create("dave", PASSWORD)
    app.user_store.delete("dave")
    with pytest.raises(KeyError):
        accounts.set_password(user, "another quiet river")
    assert app.user_store.load("dave") is None


# -- turns -----------------------------------------------------------------------------------------


def test_few_hash_at_once_and_the_others_wait(app: Brubeck) -> None:
    queue = PasswordQueue(app.concurrency, at_once=2)
    lock = threading.Lock()
    now = most = 0

    def work() -> None:
        nonlocal now, most
        with queue.turn():
            with lock:
                now += 1
                most = max(most, now)
            app.concurrency.sleep(0.01)
            with lock:
                now -= 1

    tasks = [app.concurrency.spawn(work) for _ in range(8)]
    for task in tasks:
        task.result(30)
    assert most == 2


def test_who_waits_too_long_for_a_turn_is_told_to_come_back(
    app: Brubeck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "PATIENCE", 0.01)
    queue = PasswordQueue(app.concurrency, at_once=1)
    with queue.turn(), pytest.raises(HTTPError) as refused:
        app.concurrency.spawn(queue.hash, PASSWORD).result(30)
    assert refused.value.status == 503
    assert "Retry-After" in refused.value.headers
    assert queue.verify(PASSWORD, queue.hash(PASSWORD))


def test_a_password_of_nobody_never_fits(app: Brubeck) -> None:
    assert PasswordQueue(app.concurrency).verify(PASSWORD, None) is False


def test_the_time_does_not_tell_who_has_an_account(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slow enough to be measured among everything else that a check does.
    slow = PasswordHasher(time_cost=3, memory_cost=8192, parallelism=1)
    monkeypatch.setattr(passwords, "_argon2", lambda: slow)
    accounts.create("dave", PASSWORD)
    accounts.check("paul", "warm up")

    def seconds(name: str) -> float:
        begun = perf_counter()
        assert accounts.check(name, "wrong") is None
        return perf_counter() - begun

    times = [(seconds(f"paul{n}"), seconds("dave")) for n in range(4)]
    unknown, known = (median(column) for column in zip(*times, strict=True))
    assert 0.5 < unknown / known < 2


def test_a_user_store_that_fails_in_between_leaves_no_turn_taken(
    app: Brubeck, accounts: Accounts
) -> None:
    class Failing(MemoryUserStore):
        def load(self, username: str) -> Any:
            raise RuntimeError("a mistake")

    app.user_store = Failing()
    for _ in range(20):
        with pytest.raises(RuntimeError):
            accounts.check("dave", PASSWORD)
    app.user_store = MemoryUserStore()
    assert accounts.check("dave", PASSWORD) is None
