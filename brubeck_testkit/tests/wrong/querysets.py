"""Querysets that are wrong in one way each."""

from __future__ import annotations

import dataclasses
import time

import pytest
from brubeck_core.builtin.memory_queryset import MemoryQueryset, MemoryShelf
from brubeck_core.interfaces.query import ABSENT, Page, select, version_of
from brubeck_core.interfaces.queryset import Status
from brubeck_testkit.queryset import QuerysetSuite


class Right(MemoryQueryset):
    """The queryset that is right, whose methods do not go through one another."""

    def collection(self, name):
        return self._collections.setdefault(name, Right())

    def update_one(self, item, *, version=None):
        return Right.create_one(self, item, version=version)

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
        other._shelf = queryset._shelf
        return other


class TestRight(Wrong):
    meant_for = None
    made = Right


class TestBeginsWithAnExample(Wrong):
    meant_for = "test_an_empty_queryset_has_nothing"

    class made(Right):
        asked = False

        def create_one(self, item, **version):
            self.asked = True
            return super().create_one(item, **version)

        def read_all(self):
            return super().read_all() or ([] if self.asked else [(Status.OK, {"id": "example"})])


class TestReturnsHalfOfWhatIsNew(Wrong):
    meant_for = "test_a_new_item_is_created"

    class made(Right):
        def create_one(self, item, **version):
            status, stored = super().create_one(item, **version)
            if status is Status.CREATED:
                stored.pop("done", None)
            return status, stored


class TestCallsAllNew(Wrong):
    meant_for = "test_creating_over_an_item_updates_it"

    class made(Right):
        def create_one(self, item, **version):
            status, stored = super().create_one(item, **version)
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
        def update_one(self, item, **version):
            outcome = super().update_one(item, **version)
            if outcome[0] is Status.UPDATED:
                with self._shelf._lock:
                    items = self._shelf._items
                    items[item["id"]] = items.pop(item["id"])
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
        def update_one(self, item, **version):
            old = self._shelf.get(item.get("id")) or {}
            return super().update_one({**old, **item}, **version)


class TestUpdatesOnlyWhatIsThere(Wrong):
    meant_for = "test_updating_what_is_not_there_creates_it"

    class made(Right):
        def update_one(self, item, **version):
            if not version and item.get("id") and self._shelf.get(item["id"]) is None:
                return Status.NOT_FOUND, item["id"]
            return super().update_one(item, **version)


class TestReportsUpdatesBackwards(Wrong):
    meant_for = "test_several_are_updated_in_order"

    class made(Right):
        def update_many(self, items):
            return super().update_many(items)[::-1]


class TestReadsWhatWasDestroyed(Wrong):
    meant_for = "test_destroying_returns_the_item"

    class made(Right):
        destroyed = None

        def destroy_one(self, item_id, **version):
            outcome = super().destroy_one(item_id, **version)
            if outcome[0] is Status.UPDATED:
                self.destroyed = outcome
            return outcome

        def read_one(self, item_id):
            return self.destroyed or super().read_one(item_id)


class TestForgetsWhatWasToBeDestroyed(Wrong):
    meant_for = "test_destroying_what_is_not_there"

    class made(Right):
        def destroy_one(self, item_id, **version):
            status, item = super().destroy_one(item_id, **version)
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
            return [(Status.OK, item) for item in self._shelf._items.values()]


class TestMakesUpIds(Wrong):
    meant_for = "test_an_item_without_an_id_fails"

    class made(Right):
        def create_one(self, item, **version):
            return super().create_one({**item, "id": item.get("id") or "1"}, **version)


class TestTakesIdsForPatterns(Wrong):
    meant_for = "test_an_id_is_only_ever_data"

    class made(Right):
        def destroy_one(self, item_id, **version):
            outcome = super().destroy_one(item_id, **version)
            if item_id == "*":
                self._shelf = MemoryShelf()
            return outcome


class TestSearchesInAnyCase(Wrong):
    meant_for = "test_finding_by_a_condition"

    class made(Right):
        def find(self, query):
            where = [condition for condition in query.where if condition.operator != "contains"]
            texts = [each.value.lower() for each in query.where if each.operator == "contains"]
            items = [
                item
                for _, item in self.read_all()
                if all(text in str(item.get("title")).lower() for text in texts)
            ]
            return select(items, dataclasses.replace(query, where=where))


class TestLooksAtTheLastConditionAlone(Wrong):
    meant_for = "test_every_condition_has_to_be_satisfied"

    class made(Right):
        def find(self, query):
            return super().find(dataclasses.replace(query, where=query.where[:1]))


class TestPutsNothingLast(Wrong):
    meant_for = "test_sorting"

    class made(Right):
        def find(self, query):
            page = super().find(query)
            if query.sort:
                page.items.sort(key=lambda item: item.get(query.sort[0].field) is None)
            return page


class TestSkipsOnlyBeforeSome(Wrong):
    meant_for = "test_a_page_of_what_is_found"

    class made(Right):
        def find(self, query):
            if query.count is None:
                query = dataclasses.replace(query, skip=0)
            return super().find(query)


class TestCountsThePage(Wrong):
    meant_for = "test_the_total_counts_what_is_on_all_pages"

    class made(Right):
        def find(self, query):
            page = super().find(query)
            return Page(page.items, len(page.items))


class TestFindsHalfOfEachItem(Wrong):
    meant_for = "test_what_is_found_is_as_it_was_stored"

    class made(Right):
        def find(self, query):
            page = super().find(query)
            for item in page.items:
                item.pop("tags", None)
            return page


class TestCreatesOverWhatIsThere(Wrong):
    meant_for = "test_creating_only_what_is_absent"

    class made(Right):
        def create_one(self, item, *, version=None):
            return super().create_one(item, version=version or None)


class TestSaysWhatIsInTheWay(Wrong):
    meant_for = "test_updating_only_a_version"

    class made(Right):
        def update_one(self, item, **version):
            status, found = super().update_one(item, **version)
            if status is Status.CONFLICT:
                found = self._shelf.get(item["id"]) or found
            return status, found


class TestUpdatesAnyVersionOfNothing(Wrong):
    meant_for = "test_a_version_of_what_is_not_there"

    class made(Right):
        def update_one(self, item, *, version=None):
            if self._shelf.get(item.get("id")) is None:
                version = None
            return super().update_one(item, version=version)


class TestDestroysAnyVersion(Wrong):
    meant_for = "test_destroying_only_a_version"

    class made(Right):
        def destroy_one(self, item_id, **version):
            return super().destroy_one(item_id)


class TestShortensNumbers(Wrong):
    meant_for = "test_the_version_of_what_is_read_is_that_of_what_was_stored"

    class made(Right):
        def read_all(self):
            return [
                (status, {name: self.short(item[name]) for name in item})
                for status, item in super().read_all()
            ]

        def short(self, value):
            return int(value) if isinstance(value, float) and value.is_integer() else value


class TestLooksBeforeItWrites(Wrong):
    meant_for = "test_of_writes_at_once_each_sees_the_one_before"

    class made(Right):
        def update_one(self, item, *, version=None):
            stored = self._shelf.get(item.get("id"))
            if version is not None and version != (version_of(stored) if stored else ABSENT):
                return Status.CONFLICT, item["id"]
            time.sleep(0.01)
            return super().update_one(item)


class TestHasOneCollection(Wrong):
    meant_for = "test_collections_are_apart"

    class made(Right):
        def collection(self, name):
            return super().collection("all")


class TestForgetsCollections(Wrong):
    meant_for = "test_a_collection_has_the_same_items_each_time"

    class made(Right):
        def collection(self, name):
            return Right()


class TestSharesNothing(Wrong):
    meant_for = "test_another_process_has_the_same_items"
    made = Right

    @pytest.fixture
    def another(self):
        return Right()
