"""What the stores in Redis keep apart, refuse, and do in one step."""

import math
from datetime import datetime

import pytest
from brubeck_core.interfaces.query import Query
from brubeck_core.interfaces.queryset import Status
from brubeck_redis import RedisCache, RedisItems, RedisUserStore
from brubeck_redis.server import connect, make_key

SURROGATE = "\ud800"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a:b",), ("a", "b")),
        (("a%3Ab",), ("a:b",)),
        (("a", "b:c"), ("a:b", "c")),
        (("",), ()),
        (("a", ""), ("a",)),
    ],
)
def test_two_lists_of_names_never_make_one_key(one, other):
    assert make_key("brubeck", "items", *one) != make_key("brubeck", "items", *other)


def test_a_plain_name_is_in_its_key_as_it_is():
    assert make_key("shop", "cache", "session 5") == "shop:cache:session 5"


def test_colons_in_names_of_collections_keep_them_apart(redis_url):
    root = RedisItems(redis_url)
    collections = [
        root,
        root.collection("a"),
        root.collection("a:b"),
        root.collection("a").collection("b"),
    ]
    for number, collection in enumerate(collections):
        collection.create_one({"id": "x", "number": number})
    assert [each.read_one("x")[1]["number"] for each in collections] == [0, 1, 2, 3]
    assert [each.find(Query()).total for each in collections] == [1, 1, 1, 1]


@pytest.mark.parametrize("store", [RedisCache, RedisUserStore, RedisItems])
def test_prefixes_keep_applications_apart(redis_url, store):
    one, other = store(redis_url, prefix="one"), store(redis_url, prefix="other")
    if store is RedisCache:
        one.save("x", "data")
        assert other.load("x") is None
    elif store is RedisUserStore:
        one.create({"username": "x"})
        assert other.load("x") is None
    else:
        one.create_one({"id": "x"})
        assert other.read_one("x") == (Status.NOT_FOUND, "x")
    assert all(name.startswith(b"one:") for name in connect(redis_url).scan_iter())


def test_kinds_of_stores_are_apart(redis_url):
    cache, users, items = RedisCache(redis_url), RedisUserStore(redis_url), RedisItems(redis_url)
    cache.save("x", "data")
    users.create({"username": "x"})
    items.collection("x").create_one({"id": "x"})
    assert cache.delete("x")
    assert users.load("x") == {"username": "x"}
    assert items.collection("x").read_all() == [(Status.OK, {"id": "x"})]


def test_an_application_selects_them_by_name(make_app, redis_url):
    selection = {"use": "redis", "redis": {"url": redis_url, "prefix": "shop", "pool_size": 2}}
    app = make_app(cache=selection, queryset=selection, user_store=selection)
    app.cache.save("x", "data")
    app.queryset.collection("songs").create_one({"id": "x"})
    app.user_store.create({"username": "x"})
    names = {name.decode() for name in connect(redis_url).scan_iter()}
    assert names == {"shop:cache:x", "shop:items:songs", "shop:order:songs", "shop:user:x"}


# -- cache -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ttl", [1e-9, 1e-3, 1e30, math.inf])
def test_any_positive_ttl_is_taken(redis_url, ttl):
    RedisCache(redis_url).save("key", "data", ttl=ttl)
    assert RedisCache(redis_url).increment("count", ttl=ttl) == 1


def test_text_that_is_no_unicode_is_kept(redis_url):
    cache = RedisCache(redis_url)
    cache.save(SURROGATE, SURROGATE)
    assert cache.load(SURROGATE) == SURROGATE


# -- users -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [datetime(1959, 12, 14), b"bytes", {1, 2}, object()])
def test_a_user_that_is_no_json_is_refused(redis_url, value):
    store = RedisUserStore(redis_url)
    with pytest.raises(ValueError, match="'ann' cannot be kept as JSON"):
        store.create({"username": "ann", "value": value})
    assert store.load("ann") is None


# -- items -----------------------------------------------------------------------------------------


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [datetime(1959, 12, 14), b"bytes", {1, 2}, 10**5000, nested(100_000), float("nan")],
    ids=["date", "bytes", "set", "huge number", "deep list", "no number"],
)
def test_an_item_that_is_no_json_fails(redis_url, value):
    items = RedisItems(redis_url)
    assert items.create_one({"id": "a", "value": value})[0] == Status.FAILED
    assert items.read_all() == []


@pytest.mark.parametrize("version", ["any", "=", "*", SURROGATE, "x\ny"])
def test_a_version_that_is_made_up_is_nobodys(redis_url, version):
    items = RedisItems(redis_url)
    assert items.create_one({"id": "a"}, version=version) == (Status.CONFLICT, "a")
    items.create_one({"id": "a"})
    assert items.update_one({"id": "a", "x": 1}, version=version) == (Status.CONFLICT, "a")
    assert items.destroy_one("a", version=version) == (Status.CONFLICT, "a")


def test_text_that_is_no_unicode_is_an_id_too(redis_url):
    items, item = RedisItems(redis_url), {"id": SURROGATE, "text": SURROGATE}
    assert items.create_one(item) == (Status.CREATED, item)
    assert items.read_many([SURROGATE]) == [(Status.OK, item)]
    assert items.destroy_one(SURROGATE) == (Status.UPDATED, item)


def test_a_destroyed_item_that_is_created_again_comes_last(redis_url):
    items = RedisItems(redis_url)
    items.create_many([{"id": each} for each in "abc"])
    items.destroy_one("a")
    items.destroy_one("c")
    items.create_many([{"id": each} for each in "ca"])
    assert [item["id"] for _, item in items.read_all()] == ["b", "c", "a"]


def test_many_items_are_read_in_order(redis_url):
    items = RedisItems(redis_url)
    ids = [str(number) for number in range(1100, 0, -1)]
    items.create_many([{"id": each} for each in ids])
    assert [item["id"] for _, item in items.read_all()] == ids
    page = items.find(Query(skip=990, count=25))
    assert [item["id"] for item in page.items] == ids[990:1015]
    assert page.total == 1100


def test_a_page_in_the_order_of_creation_reads_no_more(redis_url):
    items, client = RedisItems(redis_url), connect(redis_url)
    items.create_many([{"id": str(number), "text": "x" * 10_000} for number in range(100)])
    items.find(Query(count=1))
    before = client.info("stats")["total_net_output_bytes"]
    items.find(Query(skip=50, count=3))
    # The first reading of the count is in it, too; all items would be a million bytes.
    assert client.info("stats")["total_net_output_bytes"] - before < 50_000


def test_none_are_read_for_no_ids(redis_url):
    assert RedisItems(redis_url).read_many([]) == []
