"""What is special about stores in MongoDB."""

import pytest
from brubeck_core.interfaces.queryset import ABSENT, Status, version_of
from brubeck_mongo import _plugin
from brubeck_mongo.queryset import MongoQueryset
from brubeck_mongo.users import MongoUserStore
from pymongo import MongoClient

STRANGE = {
    "$set": {"$inc": 1},
    "a.b": 1,
    "_id": "other",
    "number": 5,
    "version": "x",
    "": [{"$where": "1"}],
    "big": 2**63 - 1,
}


@pytest.fixture
def queryset(options):
    return MongoQueryset(**options)


@pytest.fixture
def users(options):
    return MongoUserStore(**options)


@pytest.fixture
def database(options):
    """Return the database as another program has it."""
    with MongoClient(options["url"]) as client:
        yield client.get_default_database()


def test_any_names_of_fields_come_back(queryset, users):
    item = {"id": "a", **STRANGE}
    assert queryset.create_one(item) == (Status.CREATED, item)
    assert queryset.update_one(item, version=version_of(item)) == (Status.UPDATED, item)
    assert queryset.read_one("a") == (Status.OK, item)
    user = {"username": "ann", **STRANGE}
    assert users.create(user) == user
    users.save(user)
    assert users.load("ann") == user


@pytest.mark.parametrize("value", [2**63, float("nan"), "\ud800", {1: 2}, "x" * (2**24 + 2**16)])
def test_what_cannot_be_stored_fails(queryset, value):
    stored = {"id": "a"}
    queryset.create_one(stored)
    item = {"id": "a", "value": value}
    assert queryset.create_one({**item, "id": "b"})[0] is Status.FAILED
    assert queryset.update_one(item)[0] is Status.FAILED
    assert queryset.update_one(item, version=version_of(stored))[0] is Status.FAILED
    assert queryset.read_all() == [(Status.OK, stored)]


@pytest.mark.parametrize("value", [2**63, float("nan"), "\ud800", {1: 2}])
def test_a_user_that_cannot_be_stored_is_refused(users, value):
    users.create({"username": "ann"})
    with pytest.raises(ValueError, match=r"cannot be stored|has to be text"):
        users.create({"username": "bob", "value": value})
    with pytest.raises(ValueError, match=r"cannot be stored|has to be text"):
        users.save({"username": "ann", "value": value})
    assert users.load("bob") is None
    assert users.load("ann") == {"username": "ann"}


@pytest.mark.parametrize("item_id", [{"$gt": ""}, {"$ne": None}, None, 5, "\ud800"])
def test_an_id_that_is_no_text_is_of_nothing(queryset, item_id):
    queryset.create_one({"id": "a"})
    assert queryset.read_one(item_id) == (Status.NOT_FOUND, item_id)
    assert queryset.destroy_one(item_id) == (Status.NOT_FOUND, item_id)
    assert queryset.create_one({"id": item_id})[0] is Status.FAILED
    assert len(queryset.read_all()) == 1


def test_a_name_that_is_no_text_is_of_nobody(users):
    users.create({"username": "ann"})
    assert users.load("\ud800") is None
    assert users.delete("\ud800") is False
    with pytest.raises(ValueError, match="username"):
        users.create({"username": {"$gt": ""}})


def test_of_writers_at_once_one_creates(queryset, concurrency):
    tasks = [
        concurrency.spawn(queryset.create_one, {"id": "a", "by": number}, version=ABSENT)
        for number in range(8)
    ]
    statuses = [task.result(60)[0] for task in tasks]
    assert sorted(statuses) == [Status.CONFLICT] * 7 + [Status.CREATED]


def test_of_writers_at_once_one_replaces_a_version(queryset, concurrency):
    item = {"id": "a"}
    queryset.create_one(item)
    tasks = [
        concurrency.spawn(queryset.update_one, {**item, "by": number}, version=version_of(item))
        for number in range(8)
    ]
    statuses = [task.result(60)[0] for task in tasks]
    assert sorted(statuses) == [Status.CONFLICT] * 7 + [Status.UPDATED]


def test_of_writers_at_once_one_destroys_a_version(queryset, concurrency):
    item = {"id": "a"}
    queryset.create_one(item)
    tasks = [
        concurrency.spawn(queryset.destroy_one, "a", version=version_of(item)) for _ in range(8)
    ]
    statuses = [task.result(60)[0] for task in tasks]
    assert sorted(statuses) == [Status.NOT_FOUND] * 7 + [Status.UPDATED]


def test_items_created_at_once_are_numbered_apart(queryset, database, concurrency):
    tasks = [concurrency.spawn(queryset.create_one, {"id": f"{number}"}) for number in range(20)]
    assert {task.result(60)[0] for task in tasks} == {Status.CREATED}
    assert len({document["number"] for document in database["items"].find()}) == 20


def test_an_item_that_another_program_changed_can_be_written(queryset, database):
    queryset.create_one({"id": "a", "year": 1959})
    database["items"].update_one({"_id": "a"}, {"$set": {"item.year": 1960}})
    changed = version_of({"id": "a", "year": 1960})
    assert queryset.update_one({"id": "a"}, version=changed)[0] is Status.UPDATED
    database["items"].update_one({"_id": "a"}, {"$set": {"item.year": 1961}})
    assert queryset.destroy_one("a", version=version_of({"id": "a"}))[0] is Status.UPDATED


def test_an_item_that_another_program_added_is_there(queryset, database):
    queryset.create_one({"id": "a"})
    database["items"].insert_one({"_id": "b", "item": {"id": "b"}})
    assert [item["id"] for _, item in queryset.read_all()] == ["b", "a"]
    assert queryset.destroy_one("b", version=version_of({"id": "b"}))[0] is Status.UPDATED


@pytest.mark.parametrize("names", [("a_b", "a.b"), ("a__b", "a b"), ("é", "e"), ("", "$")])
def test_collections_of_any_names_are_apart(queryset, names):
    one, other = map(queryset.collection, names)
    one.create_one({"id": "1"})
    other.create_one({"id": "2"})
    assert [item["id"] for _, item in one.read_all()] == ["1"]
    nested = queryset.collection("a").collection("b")
    assert nested.read_all() == []


@pytest.mark.parametrize(
    ("register", "target"),
    [
        (_plugin.brubeck_register_user_stores, MongoUserStore),
        (_plugin.brubeck_register_querysets, MongoQueryset),
    ],
)
def test_the_registration_names_it_and_its_options(register, target):
    (registration,) = register()
    assert registration.name == "mongo"
    assert registration.target == f"{target.__module__}:{target.__name__}"
    names = [option.name for option in registration.options]
    assert names == ["url", "database", "pool_size", "timeout"]
    assert registration.option("url").secret
