"""Querysets that are wrong in one way each."""

from __future__ import annotations

import pytest
from brubeck_core.builtin.memory_queryset import MemoryQueryset
from brubeck_core.interfaces.queryset import Status
from brubeck_testkit.queryset import QuerysetSuite


class Right(MemoryQueryset):
    """The queryset that is right, whose methods do not go through one another."""

    def update_one(self, item):
        return Right.create_one(self, item)

    def create_many(self, items):
        return [Right.create_one(self, item) for item in items]

    def read_many(self, item_ids):
        return [Right.read_one(self, item_id) for item_id in item_ids]

    def update_many(self, items):
        return [Right.create_one(self, item) for item in items]

    def destroy_many(self, item_ids):
        return [Right.destroy_one(self, item_id) for item_id in item_ids]


class Wrong(QuerysetSuite):
    capabilities = {"shared"}
    made: type[Right]

    @pytest.fixture
    def queryset(self):
        return self.made()

    @pytest.fixture
    def another(self, queryset):
        other = Right()
        other._items = queryset._items
        return other


class TestRight(Wrong):
    meant_for = None
    made = Right


class TestBeginsWithAnExample(Wrong):
    meant_for = "test_an_empty_queryset_has_nothing"

    class made(Right):
        asked = False

        def create_one(self, item):
            self.asked = True
            return super().create_one(item)

        def read_all(self):
            return super().read_all() or ([] if self.asked else [(Status.OK, {"id": "example"})])


class TestReturnsHalfOfWhatIsNew(Wrong):
    meant_for = "test_a_new_item_is_created"

    class made(Right):
        def create_one(self, item):
            status, stored = super().create_one(item)
            if status is Status.CREATED:
                stored.pop("done", None)
            return status, stored


class TestCallsAllNew(Wrong):
    meant_for = "test_creating_over_an_item_updates_it"

    class made(Right):
        def create_one(self, item):
            status, stored = super().create_one(item)
            return (Status.CREATED if status is Status.UPDATED else status), stored


class TestKnowsASCIIOnly(Wrong):
    meant_for = "test_items_read_as_they_were_stored"

    class made(Right):
        def read_one(self, item_id):
            status, item = super().read_one(item_id)
            if "text" in item:
                item["text"] = item["text"].encode("ascii", "replace").decode()
            return status, item


class TestForgetsWhichIdIsMissing(Wrong):
    meant_for = "test_reading_what_is_not_there"

    class made(Right):
        def read_one(self, item_id):
            status, item = super().read_one(item_id)
            return status, (None if item_id == "missing" else item)


class TestOrdersByTheLastChange(Wrong):
    meant_for = "test_all_are_read_in_the_order_of_creation"

    class made(Right):
        def update_one(self, item):
            outcome = super().update_one(item)
            if outcome[0] is Status.UPDATED:
                self._items[item["id"]] = self._items.pop(item["id"])
            return outcome


class TestCallsTheFirstOfSeveralNew(Wrong):
    meant_for = "test_everything_that_is_read_at_once_is_ok"

    class made(Right):
        def read_all(self):
            first, *others = super().read_all() or [None]
            return [(Status.CREATED, first[1]), *others] if others else super().read_all()

    @pytest.fixture
    def another(self, queryset):
        return queryset


class TestLeavesOutWhatIsMissing(Wrong):
    meant_for = "test_several_are_read_in_the_order_asked_for"

    class made(Right):
        def read_many(self, item_ids):
            return [found for found in super().read_many(item_ids) if found[0] is Status.OK]


class TestReportsCreationsBackwards(Wrong):
    meant_for = "test_several_are_created_in_order"

    class made(Right):
        def create_many(self, items):
            return super().create_many(items)[::-1]


class TestMergesUpdates(Wrong):
    meant_for = "test_updating_replaces_the_whole_item"

    class made(Right):
        def update_one(self, item):
            return super().update_one({**self._items.get(item.get("id"), {}), **item})


class TestUpdatesOnlyWhatIsThere(Wrong):
    meant_for = "test_updating_what_is_not_there_creates_it"

    class made(Right):
        def update_one(self, item):
            if item.get("id") and item["id"] not in self._items:
                return Status.NOT_FOUND, item["id"]
            return super().update_one(item)


class TestReportsUpdatesBackwards(Wrong):
    meant_for = "test_several_are_updated_in_order"

    class made(Right):
        def update_many(self, items):
            return super().update_many(items)[::-1]


class TestReadsWhatWasDestroyed(Wrong):
    meant_for = "test_destroying_returns_the_item"

    class made(Right):
        destroyed = None

        def destroy_one(self, item_id):
            self.destroyed = super().destroy_one(item_id)
            return self.destroyed

        def read_one(self, item_id):
            return self.destroyed or super().read_one(item_id)


class TestForgetsWhatWasToBeDestroyed(Wrong):
    meant_for = "test_destroying_what_is_not_there"

    class made(Right):
        def destroy_one(self, item_id):
            status, item = super().destroy_one(item_id)
            return status, (None if status is Status.NOT_FOUND else item)


class TestStopsAtWhatIsMissing(Wrong):
    meant_for = "test_several_are_destroyed_and_each_has_an_outcome"

    class made(Right):
        def destroy_many(self, item_ids):
            return [gone for gone in super().destroy_many(item_ids) if gone[0] is Status.UPDATED]


class TestHandsOutWhatItKeeps(Wrong):
    meant_for = "test_what_is_stored_changes_through_the_queryset_alone"

    class made(Right):
        def read_all(self):
            return [(Status.OK, item) for item in self._items.values()]


class TestMakesUpIds(Wrong):
    meant_for = "test_an_item_without_an_id_fails"

    class made(Right):
        def create_one(self, item):
            return super().create_one({**item, "id": item.get("id") or "1"})


class TestTakesIdsForPatterns(Wrong):
    meant_for = "test_an_id_is_only_ever_data"

    class made(Right):
        def destroy_one(self, item_id):
            outcome = super().destroy_one(item_id)
            if item_id == "*":
                self._items.clear()
            return outcome


class TestSharesNothing(Wrong):
    meant_for = "test_another_process_has_the_same_items"
    made = Right

    @pytest.fixture
    def another(self):
        return Right()
