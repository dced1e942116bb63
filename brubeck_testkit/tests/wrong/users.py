"""User stores that are wrong in one way each."""

from __future__ import annotations

import time

import pytest
from brubeck_core.builtin.memory_users import MemoryUserStore
from brubeck_core.interfaces.users import DuplicateUser
from brubeck_testkit.users import UserStoreSuite


class Right(MemoryUserStore):
    """The store that is right."""


class Wrong(UserStoreSuite):
    capabilities = {"shared"}
    made: type[MemoryUserStore]

    @pytest.fixture
    def store(self):
        return self.made()

    @pytest.fixture
    def another(self, store):
        other = Right()
        other._users = store._users
        return other


class TestRight(Wrong):
    meant_for = None
    made = Right


class TestMakesUpUsers(Wrong):
    meant_for = "test_an_unknown_user_loads_as_none"

    class made(Right):
        def load(self, username):
            return super().load(username) if username != "nobody" else {}


class TestKeepsNoBooleans(Wrong):
    meant_for = "test_a_created_user_loads_with_all_its_fields"

    class made(Right):
        def create(self, user):
            return super().create({k: str(v) if v is True else v for k, v in user.items()})


class TestReturnsWhatItWasGiven(Wrong):
    meant_for = "test_create_returns_the_user_as_stored"

    class made(Right):
        def create(self, user):
            stored = super().create({**user, "number": 1})
            return {k: v for k, v in stored.items() if k != "number"}


class TestLoadsByExactName(Wrong):
    meant_for = "test_names_are_compared_in_lower_case"

    class made(Right):
        def load(self, username):
            return self._users.get(username) and super().load(username)


class TestRefusesOnlyExactNames(Wrong):
    meant_for = "test_a_second_user_of_one_name_is_refused"

    class made(Right):
        def create(self, user):
            if user.get("username") not in self._users:
                self.delete(str(user.get("username")))
            return super().create(user)


class TestChecksBeforeItWrites(Wrong):
    meant_for = "test_of_many_creating_one_name_at_once_one_succeeds"

    class made(Right):
        def create(self, user):
            name = str(user.get("username")).lower()
            if name in self._users:
                raise DuplicateUser(name)
            time.sleep(0.05)
            self._users.pop(name, None)
            return super().create(user)


class TestTakesUsersWithoutNames(Wrong):
    meant_for = "test_a_user_without_a_name_is_refused"

    class made(Right):
        def create(self, user):
            return super().create({**user, "username": user.get("username") or "anonymous"})


class TestSavesNothing(Wrong):
    meant_for = "test_save_replaces_the_user"

    class made(Right):
        def save(self, user):
            if self.load(user["username"]) is None:
                super().save(user)


class TestSavesWhoeverComes(Wrong):
    meant_for = "test_save_creates_no_user"

    class made(Right):
        def save(self, user):
            self.delete(user["username"])
            self.create(user)


class TestHandsOutWhatItKeeps(Wrong):
    meant_for = "test_what_is_stored_changes_through_save_alone"

    class made(Right):
        def load(self, username):
            return self._users.get(username.lower())


class TestDeletesByExactName(Wrong):
    meant_for = "test_a_deleted_user_is_gone"

    class made(Right):
        def delete(self, username):
            return self._users.pop(username, None) is not None


class TestDeletesWhatIsNotThere(Wrong):
    meant_for = "test_deleting_says_whether_there_was_one"

    class made(Right):
        def delete(self, username):
            return super().delete(username) or True


class TestTakesNamesForPatterns(Wrong):
    meant_for = "test_a_name_is_only_ever_data"

    class made(Right):
        def delete(self, username):
            if username == "*":
                self._users.clear()
                return True
            return super().delete(username)


class TestSharesNothing(Wrong):
    meant_for = "test_another_process_has_the_same_users"
    made = Right

    @pytest.fixture
    def another(self):
        return Right()
