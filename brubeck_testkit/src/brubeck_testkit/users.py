"""What every user store promises, as tests.

class TestMyStore(UserStoreSuite):
    @pytest.fixture
    def store(self):
        return MyStore()
"""

from __future__ import annotations

import threading

import pytest
from brubeck_core.interfaces.users import DuplicateUser, UserStore
from brubeck_testkit.suite import Suite, needs

ANN = {"username": "ann", "password": "a line", "is_active": True, "tags": ["jazz"]}


class UserStoreSuite(Suite, standard=True):
    """Override the fixture `store` with one that returns an empty store.

    The capability ``"shared"`` is for stores whose users other processes see too; override the
    fixture `another`.
    """

    @pytest.fixture
    def store(self) -> UserStore:
        raise NotImplementedError("override the fixture `store` to return an empty user store")

    @pytest.fixture
    def another(self, store: UserStore) -> UserStore:
        """Return a second store of the same users, as another process would have it."""
        raise NotImplementedError("override the fixture `another` to share the users of `store`")

    def test_an_unknown_user_loads_as_none(self, store: UserStore) -> None:
        assert store.load("nobody") is None

    def test_a_created_user_loads_with_all_its_fields(self, store: UserStore) -> None:
        store.create(ANN)
        loaded = store.load("ann")
        assert loaded is not None
        assert {field: loaded[field] for field in ANN} == ANN

    def test_create_returns_the_user_as_stored(self, store: UserStore) -> None:
        assert store.create(ANN) == store.load("ann")

    @pytest.mark.parametrize("spelling", ["ann", "Ann", "ANN"])
    def test_names_are_compared_in_lower_case(self, store: UserStore, spelling: str) -> None:
        store.create({**ANN, "username": "aNN"})
        loaded = store.load(spelling)
        assert loaded is not None
        assert loaded["username"] == "ann"

    def test_a_second_user_of_one_name_is_refused(self, store: UserStore) -> None:
        store.create(ANN)
        with pytest.raises(DuplicateUser, match="ann"):
            store.create({"username": "Ann", "password": "another line"})
        loaded = store.load("ann")
        assert loaded is not None
        assert loaded["password"] == "a line"

    def test_of_many_creating_one_name_at_once_one_succeeds(self, store: UserStore) -> None:
        together = threading.Barrier(8)
        outcomes: list[str] = []

        def create(number: int) -> None:
            together.wait(10)
            try:
                store.create({"username": "ann", "password": f"line {number}"})
            except DuplicateUser:
                outcomes.append("refused")
            else:
                outcomes.append("created")

        threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(outcomes) == ["created"] + ["refused"] * 7

    @pytest.mark.parametrize("user", [{}, {"username": ""}, {"username": None}])
    def test_a_user_without_a_name_is_refused(
        self, store: UserStore, user: dict[str, object]
    ) -> None:
        with pytest.raises(ValueError, match="username"):
            store.create(user)

    def test_save_replaces_the_user(self, store: UserStore) -> None:
        store.create(ANN)
        store.save({"username": "Ann", "password": "a new line"})
        loaded = store.load("ann")
        assert loaded is not None
        assert loaded["password"] == "a new line"

    def test_save_creates_no_user(self, store: UserStore) -> None:
        with pytest.raises(KeyError, match="ann"):
            store.save(ANN)
        assert store.load("ann") is None

    def test_what_is_stored_changes_through_save_alone(self, store: UserStore) -> None:
        given = {**ANN, "tags": ["jazz"]}
        created = store.create(given)
        given["tags"].append("rock")  # type: ignore[attr-defined]
        created["tags"].append("punk")
        loaded = store.load("ann")
        assert loaded is not None
        loaded["tags"].append("pop")
        again = store.load("ann")
        assert again is not None
        assert again["tags"] == ["jazz"]

    def test_a_deleted_user_is_gone(self, store: UserStore) -> None:
        store.create(ANN)
        assert store.delete("Ann") is True
        assert store.load("ann") is None

    def test_deleting_says_whether_there_was_one(self, store: UserStore) -> None:
        assert store.delete("nobody") is False

    @pytest.mark.parametrize("name", ["élodie", "a b", "a:b", "*", "'; drop table users; --"])
    def test_a_name_is_only_ever_data(self, store: UserStore, name: str) -> None:
        store.create({"username": name})
        store.create({"username": "bystander"})
        assert store.delete(name) is True
        assert store.load(name) is None
        assert store.load("bystander") is not None

    @needs("shared")
    def test_another_process_has_the_same_users(self, store: UserStore, another: UserStore) -> None:
        store.create(ANN)
        assert another.load("ann") == store.load("ann")
        with pytest.raises(DuplicateUser, match="ann"):
            another.create(ANN)
        assert another.delete("ann") is True
        assert store.load("ann") is None
