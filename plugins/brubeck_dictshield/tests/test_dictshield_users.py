"""Users and profiles as documents."""

import time
import uuid

import pytest
from brubeck_core.passwords import hash_password
from brubeck_dictshield import users
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.users import OwnedModelMixin, StreamedModelMixin, User, UserProfile


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch):
    """Stand in for real hashing, which is slow on purpose; one test below does without."""
    monkeypatch.setattr(users, "hash_password", lambda text: f"hashed {text}")
    monkeypatch.setattr(users, "verify_password", lambda text, line: line == f"hashed {text}")


def test_a_new_user_has_the_name_in_lower_case_and_the_times():
    before = int(time.time() * 1000)
    user = User.create_user("Paul.D_5", "take five", email="paul@example.com")
    assert user.validate()
    assert (user.username, user.email, user.is_active) == ("paul.d_5", "paul@example.com", False)
    for moment in (user.date_joined, user.last_login):
        assert before <= moment <= int(time.time() * 1000)
    assert str(user) == "paul.d_5"


@pytest.mark.parametrize("name", [None, "", "a b", "a@b", "é", "a\n", "x" * 31, "ǆ", "a-b"])
def test_a_name_that_will_not_do_is_refused(name):
    with pytest.raises(ValueError, match="cannot be a user's name"):
        User.create_user(name, "take five")


def test_an_address_that_will_not_do_is_refused_without_the_value():
    with pytest.raises(ValueError, match=r"email is not an e-mail address$"):
        User.create_user("paul", "take five", email="paul")


def test_a_blank_address_is_none():
    assert User.create_user("paul", "take five", email="").email is None


def test_checking_the_password_notes_the_time():
    user = User.create_user("paul", "take five")
    user.last_login = 5
    assert not user.check_password("take six")
    assert user.last_login == 5
    assert user.check_password("take five")
    assert user.last_login > 5


def test_a_user_without_a_password_cannot_log_in():
    assert not User(username="paul").check_password("")


def test_passwords_are_hashed_by_the_core(monkeypatch):
    monkeypatch.undo()
    user = User(username="paul", password=hash_password("take five"))
    assert user.check_password("take five")
    assert user.validate()
    with pytest.raises(ValueError, match="not None"):
        user.set_password(None)


def test_the_password_is_in_no_view():
    user = User.create_user("paul", "take five")
    assert set(User.make_ownersafe(user)) == {"username", "last_login", "date_joined"}
    assert User.make_publicsafe(user) == {}
    assert "hashed" not in repr(user)


def test_clients_cannot_activate_themselves_or_set_a_password_line():
    errors = User.validate_class_partial({"is_active": True, "password": "x"}, validate_all=True)
    assert {error.path for error in errors} == {"is_active", "password"}


def test_a_user_is_true():
    assert User(username="paul")


def test_a_profile_belongs_to_somebody_and_leaves_no_trace_of_its_mixins():
    owner = uuid.uuid4()
    profile = UserProfile(owner_id=str(owner), owner_username="paul", name="Paul")
    assert profile.validate()
    assert profile.to_python() == {
        "owner_id": owner,
        "owner_username": "paul",
        "name": "Paul",
        "created_at": 0,
        "updated_at": 0,
        "_cls": "UserProfile",
        "_types": ["UserProfile"],
    }
    assert "owner_id" not in UserProfile.make_ownersafe(profile)
    with pytest.raises(ShieldException, match="required - owner_id"):
        UserProfile(owner_username="paul").validate()


@pytest.mark.parametrize(
    ("mixin", "fields"),
    [
        (OwnedModelMixin, ["owner_id", "owner_username"]),
        (StreamedModelMixin, ["created_at", "updated_at"]),
    ],
)
def test_mixins_lend_their_fields(mixin, fields):
    assert list(mixin._fields) == fields


def test_streamed_times_may_be_written_dates():
    profile = UserProfile(created_at="2012-01-05T10:30:00Z")
    assert profile.created_at == 1325759400000
