"""What every queryset promises, as tests.

class TestMyQueryset(QuerysetSuite):
    @pytest.fixture
    def queryset(self):
        return MyQueryset()
"""

from __future__ import annotations

import pytest
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_core.interfaces.query import Condition, Operator, Order, Query
from brubeck_core.interfaces.queryset import ABSENT, Queryset, Status, version_of
from brubeck_testkit.queryset_cases import CONDITIONS, ORDERS, PAGES, SONGS
from brubeck_testkit.suite import Suite, needs

A = {"id": "a", "text": "learn to count", "done": False, "tags": ["5", "4"], "order": 1}
B = {"id": "b", "text": "café", "done": True, "tags": [], "order": None}


def orders(text: str) -> tuple[Order, ...]:
    """Read what to sort by as the tables have it: names with a minus in front for descending."""
    names = text.split(",") if text else []
    return tuple(Order(name.removeprefix("-"), name.startswith("-")) for name in names)


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
        queryset.create_many([A, B])
        assert queryset.update_many([B, A]) == [(Status.UPDATED, B), (Status.UPDATED, A)]

    def test_destroying_returns_the_item(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        assert queryset.destroy_one("a") == (Status.UPDATED, A)
        assert queryset.read_one("a")[1] == "a"

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

    # -- finding -----------------------------------------------------------------------------

    @pytest.mark.parametrize(("field", "operator", "value", "expected"), CONDITIONS)
    def test_finding_by_a_condition(
        self, queryset: Queryset, field: str, operator: str, value: object, expected: str
    ) -> None:
        queryset.create_many(SONGS)
        page = queryset.find(Query(where=[Condition(field, Operator(operator), value)]))
        assert [item["id"] for item in page.items] == list(expected)

    def test_every_condition_has_to_be_satisfied(self, queryset: Queryset) -> None:
        queryset.create_many(SONGS)
        old = Condition("year", Operator.LT, 1959)
        fast = Condition("title", Operator.CONTAINS, "train")
        assert queryset.find(Query(where=[old, fast])).items == [SONGS[2]]

    @pytest.mark.parametrize(("sort", "expected"), ORDERS)
    def test_sorting(self, queryset: Queryset, sort: str, expected: str) -> None:
        queryset.create_many(SONGS)
        page = queryset.find(Query(sort=orders(sort)))
        assert [item["id"] for item in page.items] == list(expected)

    @pytest.mark.parametrize(("skip", "count", "expected"), PAGES)
    def test_a_page_of_what_is_found(
        self, queryset: Queryset, skip: int, count: int | None, expected: str
    ) -> None:
        queryset.create_many(SONGS)
        page = queryset.find(Query(skip=skip, count=count))
        assert [item["id"] for item in page.items] == list(expected)

    @pytest.mark.parametrize(("skip", "count"), [(0, None), (0, 1), (1, 1), (9, 1)])
    def test_the_total_counts_what_is_on_all_pages(
        self, queryset: Queryset, skip: int, count: int | None
    ) -> None:
        queryset.create_many(SONGS)
        year = Condition("year", Operator.EQ, 1959)
        assert queryset.find(Query(where=[year], skip=skip, count=count)).total == 2

    def test_what_is_found_is_as_it_was_stored(self, queryset: Queryset) -> None:
        queryset.create_many([A, B])
        assert queryset.find(Query()).items == [A, B]

    # -- versions ----------------------------------------------------------------------------

    def test_creating_only_what_is_absent(self, queryset: Queryset) -> None:
        assert queryset.create_one(A, version=ABSENT)[0] == Status.CREATED
        assert queryset.create_one({**A, "text": "x"}, version=ABSENT) == (Status.CONFLICT, "a")
        assert queryset.read_one("a") == (Status.OK, A)

    def test_updating_only_a_version(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        changed = {**A, "order": 2}
        assert queryset.update_one(changed, version=version_of(A)) == (Status.UPDATED, changed)
        assert queryset.update_one(A, version=version_of(A)) == (Status.CONFLICT, "a")
        assert queryset.read_one("a") == (Status.OK, changed)

    def test_a_version_of_what_is_not_there(self, queryset: Queryset) -> None:
        assert queryset.update_one(A, version=version_of(A)) == (Status.CONFLICT, "a")
        assert queryset.read_one("a")[1] == "a"

    def test_destroying_only_a_version(self, queryset: Queryset) -> None:
        queryset.create_one(A)
        assert queryset.destroy_one("a", version=version_of(B)) == (Status.CONFLICT, "a")
        assert queryset.read_one("a") == (Status.OK, A)
        assert queryset.destroy_one("a", version=version_of(A)) == (Status.UPDATED, A)
        assert queryset.destroy_one("a", version=version_of(A))[0] == Status.NOT_FOUND

    def test_the_version_of_what_is_read_is_that_of_what_was_stored(
        self, queryset: Queryset
    ) -> None:
        queryset.create_many(SONGS)
        assert [version_of(item) for _, item in queryset.read_all()] == [*map(version_of, SONGS)]

    def test_of_writes_at_once_each_sees_the_one_before(
        self, queryset: Queryset, concurrency: Concurrency
    ) -> None:
        queryset.create_one({"id": "a", "order": 0})

        def count() -> int:
            done = 0
            while done < 5:
                _, item = queryset.read_one("a")
                more = {**item, "order": item["order"] + 1}
                done += queryset.update_one(more, version=version_of(item))[0] is Status.UPDATED
                concurrency.sleep(0)
            return done

        tasks = [concurrency.spawn(count) for _ in range(4)]
        assert sum(task.result(60) for task in tasks) == 20
        assert queryset.read_one("a") == (Status.OK, {"id": "a", "order": 20})

    # -- collections -------------------------------------------------------------------------

    def test_collections_are_apart(self, queryset: Queryset) -> None:
        songs, bands = queryset.collection("songs"), queryset.collection("bands")
        songs.create_many([A, B])
        bands.create_one({**A, "text": "quartet"})
        queryset.create_one(B)
        songs.destroy_one("b")
        assert songs.read_all() == [(Status.OK, A)]
        assert bands.read_all() == [(Status.OK, {**A, "text": "quartet"})]
        assert queryset.read_all() == [(Status.OK, B)]

    def test_a_collection_has_the_same_items_each_time(self, queryset: Queryset) -> None:
        queryset.collection("songs").create_one(A)
        assert queryset.collection("songs").read_all() == [(Status.OK, A)]

    @needs("shared")
    def test_another_process_has_the_same_items(
        self, queryset: Queryset, another: Queryset
    ) -> None:
        queryset.create_many([A, B])
        assert another.read_all() == queryset.read_all()
        assert another.create_one(A)[0] == Status.UPDATED
        another.destroy_one("a")
        assert queryset.read_one("a") == (Status.NOT_FOUND, "a")
