"""A server that is slow, hangs, goes away or comes back; processes that fork."""

import gc
import time
from contextlib import suppress
from random import Random

import pytest
from brubeck_core.errors import ConfigError, StoreUnavailable
from brubeck_core.interfaces.query import Query
from brubeck_core.interfaces.queryset import Status
from brubeck_mongo.client import Mongo, finishing
from brubeck_mongo.queryset import MongoQueryset
from brubeck_mongo.users import MongoUserStore
from brubeck_testkit.servers import free_port
from pymongo import MongoClient
from pymongo.errors import OperationFailure

CALLS = {
    "load": lambda users, items: users.load("ann"),
    "create": lambda users, items: users.create({"username": "bob"}),
    "save": lambda users, items: users.save({"username": "ann"}),
    "delete": lambda users, items: users.delete("ann"),
    "create_one": lambda users, items: items.create_one({"id": "b"}),
    "update_one": lambda users, items: items.update_one({"id": "b"}),
    "read_all": lambda users, items: items.read_all(),
    "read_one": lambda users, items: items.read_one("a"),
    "destroy_one": lambda users, items: items.destroy_one("a"),
    "find": lambda users, items: items.find(Query()),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_server_that_is_not_there_is_reported_within_a_second(call):
    url = f"mongodb://ann:secret@127.0.0.1:{free_port()}/?authSource=admin"
    users, items = MongoUserStore(url), MongoQueryset(url)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable) as caught:
        call(users, items)
    assert time.monotonic() - began < 1
    assert str(caught.value).startswith("the store cannot be reached: mongo at 127.0.0.1:")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("trouble", ["stop", "pause"])
def test_a_server_that_comes_back_is_used_again(mongo_server, mongo_url, trouble):
    items = MongoQueryset(mongo_url)
    patient = MongoQueryset(mongo_url, timeout=10)
    patient.create_one({"id": "a"})
    items.collection("warm").read_all()
    getattr(mongo_server, trouble)()
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        items.read_one("a")
    assert time.monotonic() - began < 1
    mongo_server.start()
    assert patient.read_one("a") == (Status.OK, {"id": "a"})


def test_waiting_queries_hold_up_no_other_task(mongo_server, mongo_url, concurrency):
    items = MongoQueryset(mongo_url, timeout=60)
    items.create_one({"id": "a"})
    mongo_server.pause()
    tasks = [concurrency.spawn(items.read_one, "a") for _ in range(50)]
    gaps = []
    for _ in range(30):
        began = time.monotonic()
        concurrency.sleep(0.01)
        gaps.append(time.monotonic() - began)
    assert not any(task.done() for task in tasks)
    assert sorted(gaps)[len(gaps) // 2] < 0.1
    mongo_server.start()
    assert [task.result(60) for task in tasks] == [(Status.OK, {"id": "a"})] * 50


def test_no_more_connections_than_the_pool_has(mongo_url, concurrency):
    items = MongoQueryset(mongo_url, pool_size=2, timeout=30)
    items.create_one({"id": "a"})
    tasks = [concurrency.spawn(items.read_one, "a") for _ in range(20)]
    assert {task.result(60)[0] for task in tasks} == {Status.OK}


def test_each_process_has_connections_of_its_own(mongo_url, run_python):
    code = f"""
import os, warnings
from brubeck_mongo.queryset import MongoQueryset
items = MongoQueryset({mongo_url!r}, timeout=10)
items.create_one({{"id": "a"}})
parent = items._mongo.collection("items").database.client
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    child = os.fork()
if child == 0:
    status = 1
    try:
        warnings.simplefilter("error")
        items.create_one({{"id": "b"}})
        status = 2 * (items._mongo.collection("items").database.client is parent)
    finally:
        os._exit(status)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert [item["id"] for _, item in items.read_all()] == ["a", "b"]
"""
    done = run_python(code)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "redis://localhost"}, "user_store.mongo.url"),
        ({"url": "localhost:port"}, "user_store.mongo.url"),
        ({"url": "mongodb://"}, "user_store.mongo.url"),
        ({"url": "mongodb://localhost:99999"}, "user_store.mongo.url"),
        ({"pool_size": 0}, "pool_size"),
        ({"timeout": 0.0}, "timeout"),
    ],
)
def test_wrong_options_are_refused_at_once(options, message):
    with pytest.raises(ConfigError, match=message):
        MongoUserStore(**options)


def test_a_call_is_finished_although_its_task_was_ended(options, make_app, concurrency):
    if not concurrency.needs_patch:
        pytest.skip("threads are never ended from outside")

    class Slow(MongoQueryset):
        @finishing
        def read_one(self, item_id):
            concurrency.sleep(0.05)
            done.set()

    items, done = Slow(**options), concurrency.event()
    items.setup(make_app())
    with suppress(TimeoutError), concurrency.timeout(0.01):
        items.read_one("a")
    assert done.wait(10)


def test_tasks_that_are_ended_while_they_wait_lose_no_connections(mongo_url, make_app, concurrency):
    items, chance = MongoQueryset(mongo_url, pool_size=5, timeout=10.0), Random(5)
    items.setup(make_app())

    def call(limit):
        with suppress(TimeoutError), concurrency.timeout(limit):
            items.read_one("a")

    for _ in range(20):
        tasks = [concurrency.spawn(call, chance.uniform(0, 0.01)) for _ in range(20)]
        assert [task.result(20) for task in tasks] == [None] * 20
    assert items.read_one("a") == (Status.NOT_FOUND, "a")


def test_no_task_waits_for_what_the_garbage_collector_closes(options, concurrency, monkeypatch):
    may_close, closed = concurrency.event(), concurrency.event()

    def close(client, close=MongoClient.close):
        may_close.wait(10)
        close(client)
        closed.set()

    monkeypatch.setattr(MongoClient, "close", close)
    items = MongoQueryset(**options)
    items.read_one("a")
    del items
    gc.collect()
    assert not closed.is_set()
    may_close.set()
    assert closed.wait(10)


@pytest.mark.parametrize("password", ["hush", "hush/hush", "hush@hush", "hush/.sock"])
def test_a_password_is_not_shown(password):
    with pytest.raises(ConfigError, match=r"queryset\.mongo\.url is no address") as caught:
        Mongo("queryset.mongo", f"mongodb://ann:{password}@localhost:port", None, 1, 0.5)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("code", [13, 18])
def test_a_server_that_refuses_the_user_names_the_setting(code):
    mongo = Mongo("queryset.mongo", "mongodb://ann:secret@localhost", None, 1, 0.5)
    refused = r"queryset\.mongo\.url: mongo at localhost refuses"
    with pytest.raises(ConfigError, match=refused) as caught, mongo.reaching():
        raise OperationFailure("no", code)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "database"),
    [
        ({}, "brubeck"),
        ({"url": "mongodb://localhost/songs"}, "songs"),
        ({"url": "mongodb://localhost/songs", "database": "bands"}, "bands"),
    ],
)
def test_the_database(options, database):
    assert MongoQueryset(**options)._mongo.collection("items").database.name == database
