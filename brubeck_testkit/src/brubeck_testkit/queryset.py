"""What every queryset promises, as tests.

class TestMyQueryset(QuerysetSuite):
    @pytest.fixture
    def queryset(self):
        return MyQueryset()
"""

from __future__ import annotations

import pytest
from brubeck_core.interfaces.queryset import Queryset, Status
from brubeck_testkit.suite import Suite, needs

A = {"id": "a", "text": "learn to count", "done": False, "tags": ["5", "4"], "order": 1}
B = {"id": "b", "text": "café", "done": True, "tags": [], "order": None}


class QuerysetSuite(Suite, standard=True):
    """Override the fixture `queryset` with one that returns an empty queryset.

    The capability ``"shared"`` is for querysets whose items other processes see too; override
    the fixture `another`.
    """

    @pytest.fixture
    def queryset(self) -> Queryset:
        raise NotImplementedError("override the fixture `queryset` to return an empty queryset")

    @pytest.fixture
    def another(self, queryset: Queryset) -> Queryset:
        """Return a second queryset of the same items, as another process would have it."""
        raise NotImplementedError("override the fixture `another` to share the items of `queryset`")

    def test_an_empty_queryset_has_nothing(self, queryset: Queryset) -> None:
        assert queryset.read_all() == []

    def test_a_new_item_is_created(self, queryset: Queryset) -> None:
        assert queryset.create_one(A) == (Status.CREATED, A)

    def test_creating_over_an_item_updates_it(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        changed = {**A, "text": "count in five"}
        assert queryset.create_one(changed) == (Status.UPDATED, changed)
        assert queryset.read_one("a") == (Status.OK, changed)

    def test_items_read_as_they_were_stored(self, queryset: Queryset) -> None:
        queryset.create_many([A, B])
        assert queryset.read_one("a") == (Status.OK, A)
        assert queryset.read_one("b") == (Status.OK, B)

    def test_reading_what_is_not_there(self, queryset: Queryset) -> None:
        assert queryset.read_one("missing") == (Status.NOT_FOUND, "missing")

    def test_all_are_read_in_the_order_of_creation(self, queryset: Queryset) -> None:
        queryset.create_many([B, A])
        queryset.update_one({**B, "text": "changed"})
        assert [item["id"] for _, item in queryset.read_all()] == ["b", "a"]

    def test_everything_that_is_read_at_once_is_ok(self, queryset: Queryset) -> None:
        queryset.create_many([A, B])
        assert {status for status, _ in queryset.read_all()} == {Status.OK}

    def test_several_are_read_in_the_order_asked_for(self, queryset: Queryset) -> None:
        queryset.create_many([A, B])
        assert queryset.read_many(["b", "missing", "a"]) == [
            (Status.OK, B),
            (Status.NOT_FOUND, "missing"),
            (Status.OK, A),
        ]

    def test_several_are_created_in_order(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        assert queryset.create_many([B, A]) == [(Status.CREATED, B), (Status.UPDATED, A)]

    def test_updating_replaces_the_whole_item(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        assert queryset.update_one({"id": "a", "text": "new"})[0] == Status.UPDATED
        assert queryset.read_one("a") == (Status.OK, {"id": "a", "text": "new"})

    def test_updating_what_is_not_there_creates_it(self, queryset: Queryset) -> None:
        assert queryset.update_one(A) == (Status.CREATED, A)

    def test_several_are_updated_in_order(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        assert queryset.update_many([A, B]) == [(Status.UPDATED, A), (Status.CREATED, B)]

    def test_destroying_returns_the_item(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        assert queryset.destroy_one("a") == (Status.UPDATED, A)
        assert queryset.read_one("a") == (Status.NOT_FOUND, "a")

    def test_destroying_what_is_not_there(self, queryset: Queryset) -> None:
        assert queryset.destroy_one("missing") == (Status.NOT_FOUND, "missing")

    def test_several_are_destroyed_and_each_has_an_outcome(self, queryset: Queryset) -> None:
        queryset.create_many([A, B])
        assert queryset.destroy_many(["a", "missing"]) == [
            (Status.UPDATED, A),
            (Status.NOT_FOUND, "missing"),
        ]
        assert queryset.read_all() == [(Status.OK, B)]

    def test_what_is_stored_changes_through_the_queryset_alone(self, queryset: Queryset) -> None:
        given = {"id": "a", "tags": ["5"]}
        _, created = queryset.create_one(given)
        given["tags"].append("4")  # type: ignore[attr-defined]
        created["tags"].append("3")
        queryset.read_one("a")[1]["tags"].append("2")
        queryset.read_all()[0][1]["tags"].append("1")
        assert queryset.read_one("a") == (Status.OK, {"id": "a", "tags": ["5"]})

    @pytest.mark.parametrize("item", [{"text": "no id"}, {"id": ""}, {"id": None}])
    def test_an_item_without_an_id_fails(self, queryset: Queryset, item: dict[str, object]) -> None:
        assert queryset.create_one(item) == (Status.FAILED, item)
        assert queryset.update_one(item) == (Status.FAILED, item)
        assert queryset.read_all() == []

    @pytest.mark.parametrize("item_id", ["*", "a b", "é", "'; drop table items; --", "a" * 200])
    def test_an_id_is_only_ever_data(self, queryset: Queryset, item_id: str) -> None:
        item = {**A, "id": item_id}
        queryset.create_many([B, item])
        assert queryset.destroy_one(item_id) == (Status.UPDATED, item)
        assert queryset.read_all() == [(Status.OK, B)]

    @needs("shared")
    def test_another_process_has_the_same_items(
        self, queryset: Queryset, another: Queryset
    ) -> None:
        queryset.create_many([A, B])
        assert another.read_all() == queryset.read_all()
        assert another.create_one(A)[0] == Status.UPDATED
        another.destroy_one("a")
        assert queryset.read_one("a") == (Status.NOT_FOUND, "a")
