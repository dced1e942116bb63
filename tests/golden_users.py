"""The recorded password helpers and `User`: what is kept, and what was chosen otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brubeck.auth import build_passwd_line, gen_hexdigest, split_passwd_line
from brubeck.models import User, UserProfile
from golden_apps import Case

CRASH = {"crash": "ValueError"}
#: What was chosen otherwise; docs/reference/differences.md says so.
CHOSEN = {
    "bad_email": CRASH,
    "fields": ["date_joined", "email", "id", "is_active", "last_login", "password", "username"],
    "ownersafe_keys": ["date_joined", "email", "last_login", "username"],
    "prefix": "$2b$",
}


def check_users(case: Case) -> None:
    """Do what was done when it was recorded."""
    seen = {**case["observed"], **CHOSEN}
    found = outcomes()
    assert found.keys() == case["observed"].keys()
    assert {name: outcome for name, outcome in found.items() if outcome != seen[name]} == {}


def outcomes() -> dict[str, Any]:
    parts = gen_hexdigest("take five")
    line = build_passwd_line(*parts)
    user = User.create_user("Ann.B_1", "take five")
    user.email = "ann@example.com"
    return {
        "algorithm": parts[0],
        "bad_email": attempt(lambda: User.create_user("ann", "take five", "no address")),
        "bad_username": attempt(lambda: User.create_user("ann b", "take five")),
        "check_bad": user.check_password("take four"),
        "check_ok": user.check_password("take five"),
        "empty_username": attempt(lambda: User.create_user("", "take five")),
        "fields": sorted(User._fields),
        "is_active_default": User().is_active,
        "none_password": attempt(lambda: gen_hexdigest(None)),  # type: ignore[arg-type]
        "one_letter_name": attempt(lambda: User.create_user("A", "take five").username),
        "ownersafe_keys": sorted(User.make_ownersafe(user)),
        "parts_in_line": len(line.split("|||")),
        "prefix": parts[1][:4],
        "profile_fields": sorted(UserProfile._fields),
        "split_back": split_passwd_line(line) == list(parts),
        "unknown_algorithm": attempt(lambda: gen_hexdigest("take five", "md5")),
        "username": user.username,
    }


def attempt(act: Callable[[], Any]) -> Any:
    try:
        return act() or "accepted"
    except ValueError:
        return CRASH
