"""The original's classes, over a real server."""

import time
import zlib
from dataclasses import dataclass

import pytest
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.interfaces.query import Condition, Operator, Query
from brubeck_core.interfaces.queryset import ABSENT, Status, version_of
from brubeck_core.testing import TestClient
from brubeck_redis import RedisCacheStore, RedisQueryset
from brubeck_redis.server import connect

A = {"id": "a", "text": "learn to count"}
B = {"id": "b", "text": "café"}


class Todo:
    """What the original calls a shield: something with an id, that becomes JSON by itself."""

    def __init__(self, uid, text):
        self.uid = uid
        self.text = text

    def to_json(self):
        return f'{{"uid": {self.uid}, "text": "{self.text}"}}'


@pytest.fixture
def client(redis_url):
    return connect(redis_url)


@pytest.fixture(params=[False, True], ids=["plain", "compressed"])
def queryset(client, request):
    return RedisQueryset(compress=request.param, db_conn=client)


# -- queryset --------------------------------------------------------------------------------------


def test_a_document_is_stored_in_the_hash_of_its_id_field(client):
    todo = Todo(5, "count")
    queryset = RedisQueryset(db_conn=client, api_id="uid")
    assert queryset.create(todo) == (Status.CREATED, todo)
    assert client.hgetall("uid") == {b"5": b'{"uid": 5, "text": "count"}'}


def test_what_is_compressed_is_zlib(client):
    RedisQueryset(compress=True, db_conn=client).create(A)
    assert b"learn to count" in zlib.decompress(client.hget("id", "a"))


@pytest.mark.parametrize("compress", [False, True])
def test_what_was_stored_either_way_is_read(client, compress):
    RedisQueryset(compress=not compress, db_conn=client).create(A)
    assert RedisQueryset(compress=compress, db_conn=client).read("a") == (Status.OK, A)


def test_text_from_the_library_is_read_too(redis_url):
    from redis import Redis

    with Redis.from_url(redis_url, decode_responses=True) as client:
        queryset = RedisQueryset(db_conn=client)
        queryset.create(A)
        changed = {**A, "text": "x"}
        assert queryset.update_one(changed, version=version_of(A)) == (Status.UPDATED, changed)
        assert queryset.read("a") == (Status.OK, changed)


def test_one_item_has_one_outcome(queryset):
    assert queryset.create(A) == (Status.CREATED, A)
    assert queryset.create(A) == (Status.UPDATED, A)
    assert queryset.update(A) == (Status.UPDATED, A)
    assert queryset.read("a") == (Status.OK, A)
    assert queryset.destroy("a") == (Status.UPDATED, A)


def test_a_list_has_a_list_of_outcomes(queryset):
    assert queryset.create([A, B]) == [(Status.CREATED, A), (Status.CREATED, B)]
    assert queryset.update([B, A]) == [(Status.UPDATED, B), (Status.UPDATED, A)]
    assert queryset.read(["b", "a"]) == [(Status.OK, B), (Status.OK, A)]
    assert queryset.destroy(["a", "b"]) == [(Status.UPDATED, A), (Status.UPDATED, B)]


def test_no_ids_mean_all(queryset):
    queryset.create([A, B])
    assert sorted(item["id"] for _, item in queryset.read([])) == ["a", "b"]
    assert queryset.read_many([]) == []


def test_what_is_missing(queryset):
    assert queryset.read("x") == (Status.FAILED, "x")
    assert queryset.read(["x"]) == [(Status.FAILED, None)]
    assert queryset.destroy("x") == (Status.NOT_FOUND, "x")
    assert queryset.destroy(["x"]) == [(Status.FAILED, None)]


@pytest.mark.parametrize("item", [{"text": "no id"}, {"id": ""}, {"id": "a", "value": object()}])
def test_what_cannot_be_stored_fails(queryset, item):
    assert queryset.create(item) == (Status.FAILED, item)
    assert queryset.read([]) == []


def test_items_are_found_by_conditions(queryset):
    queryset.create([A, B])
    page = queryset.find(Query(where=[Condition("text", Operator.CONTAINS, "count")]))
    assert (page.items, page.total) == ([A], 1)


def test_collections_are_apart(queryset):
    queryset.collection("songs").create(A)
    assert queryset.read([]) == []
    assert queryset.collection("bands").read([]) == []
    assert queryset.collection("songs").read([]) == [(Status.OK, A)]


@pytest.mark.parametrize(
    ("stored", "version", "status"),
    [
        (None, ABSENT, Status.CREATED),
        (None, version_of(A), Status.CONFLICT),
        (A, version_of(A), Status.UPDATED),
        (A, ABSENT, Status.CONFLICT),
        (A, version_of(B), Status.CONFLICT),
    ],
)
def test_writing_only_a_version(queryset, stored, version, status):
    if stored:
        queryset.create(stored)
    changed = {**A, "text": "changed"}
    assert queryset.update_one(changed, version=version)[0] == status
    kept = stored if status is Status.CONFLICT else changed
    assert queryset.read([]) == ([(Status.OK, kept)] if kept else [])


@pytest.mark.parametrize(
    ("stored", "version", "status"),
    [
        (None, version_of(A), Status.NOT_FOUND),
        (A, version_of(A), Status.UPDATED),
        (A, version_of(B), Status.CONFLICT),
    ],
)
def test_destroying_only_a_version(queryset, stored, version, status):
    if stored:
        queryset.create(stored)
    assert queryset.destroy_one("a", version=version)[0] == status
    assert len(queryset.read([])) == (status is Status.CONFLICT)


def test_of_writes_at_once_each_sees_the_one_before(queryset, concurrency):
    queryset.create({"id": "a", "order": 0})

    def count():
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


@dataclass
class Song:
    title: str
    year: int | None = None
    id: str | None = None


def test_an_api_keeps_its_items_there(make_app, queryset):
    class Songs(AutoAPIBase):
        model = Song
        queries = queryset

    app = make_app()
    app.register_api(Songs)
    client = TestClient(app)
    assert client.post("/song/", json={"id": "5", "title": "Take five"}).status == 201
    assert client.patch("/song/5/", json={"year": 1959}).status == 200
    song = {"id": "5", "title": "Take five", "year": 1959}
    assert queryset.read("5") == (Status.OK, song)
    assert client.delete("/song/5/").status == 200
    assert client.get("/song/5/").status == 404


# -- cache -----------------------------------------------------------------------------------------


def test_an_entry_ends_at_a_point_in_time(client):
    store = RedisCacheStore(client, key_prefix="session:")
    store.save("a", "Take five", expire=time.time() + 60)
    store.save("b", "So what")
    assert store.load("a") == "Take five"
    assert 58_000 < client.pttl("session:a") <= 60_000
    assert client.pttl("session:b") == -1


def test_a_deleted_entry_is_gone(client):
    store = RedisCacheStore(client)
    store.save("a", "Take five")
    store.delete("a")
    assert store.load("a") is None


def test_a_point_in_time_that_is_past_is_refused(client):
    with pytest.raises(AssertionError, match="is past"):
        RedisCacheStore(client).save("a", "Take five", expire=time.time() - 1)


def test_the_server_deletes_what_has_expired(client):
    with pytest.raises(NotImplementedError, match="by itself"):
        RedisCacheStore(client).delete_expired()


@pytest.mark.parametrize("made", [RedisQueryset, RedisCacheStore])
def test_without_a_connection_there_is_advice(made):
    with pytest.raises(ValueError, match=r"such as brubeck_redis\.server\.connect"):
        made()
