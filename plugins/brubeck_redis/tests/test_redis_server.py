"""A server that is away, silent, back again or busy, and what it does to everybody else."""

import shutil
import socket
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from random import Random

import pytest
from brubeck_core.errors import ConfigError, StoreUnavailable
from brubeck_core.testing import TestClient
from brubeck_redis import RedisCache, RedisCacheStore, RedisItems, RedisQueryset, RedisUserStore
from brubeck_redis.places import Places
from brubeck_redis.pool import Gate
from brubeck_redis.server import connect
from redis import ResponseError

CALLS = {
    "cache load": lambda url: RedisCache(url).load("key"),
    "cache save": lambda url: RedisCache(url).save("key", "data", ttl=1),
    "cache delete": lambda url: RedisCache(url).delete("key"),
    "cache increment": lambda url: RedisCache(url).increment("key", 1),
    "user load": lambda url: RedisUserStore(url).load("ann"),
    "user create": lambda url: RedisUserStore(url).create({"username": "ann"}),
    "user save": lambda url: RedisUserStore(url).save({"username": "ann"}),
    "user delete": lambda url: RedisUserStore(url).delete("ann"),
    "item create": lambda url: RedisItems(url).create_one({"id": "a"}),
    "item read": lambda url: RedisItems(url).read_one("a"),
    "items read": lambda url: RedisItems(url).read_many(["a", "b"]),
    "items read all": lambda url: RedisItems(url).read_all(),
    "item destroy": lambda url: RedisItems(url).destroy_one("a"),
    "original's item": lambda url: RedisQueryset(db_conn=connect(url)).read(["a"]),
    "original's cache": lambda url: RedisCacheStore(connect(url)).load("key"),
}


@pytest.fixture
def app(make_app, redis_url):
    app = make_app(cache=RedisCache(redis_url))
    app.add_route("^/plain$")(lambda app, request: "plain")
    app.add_route("^/count$")(lambda app, request: str(app.cache.increment("count", ttl=60)))
    return app


def seconds(call):
    began = time.monotonic()
    call()
    return time.monotonic() - began


@pytest.fixture
def settable_server(redis_url):
    """Return a client that changes settings, which are as they were when the test is over."""
    with closing(connect(redis_url)) as server:
        names = ["maxmemory", "min-replicas-to-write", "replica-serve-stale-data", "save"]
        before = {name: server.config_get(name)[name] for name in names}
        yield server
        server.replicaof("NO", "ONE")
        for name, value in before.items():
            server.config_set(name, value)
        shutil.rmtree(snapshot(server), ignore_errors=True)


def snapshot(server):
    """Return where a server keeps its snapshot."""
    names = ("dir", "dbfilename")
    return Path(*(server.config_get(name)[name] for name in names))


def fail_to_save(server):
    """Let a server fail to write its snapshot, after which it takes no writes."""
    server.set("key", "value")
    server.config_set("save", "3600 1")
    # Where the file would be, there is something else.
    (snapshot(server) / "inside").mkdir(parents=True)
    deadline = time.monotonic() + 10
    while server.info("persistence")["rdb_last_bgsave_status"] != "err":
        assert time.monotonic() < deadline
        with suppress(ResponseError):  # it is at it
            server.bgsave()
        time.sleep(0.01)


# -- away ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CALLS)
def test_a_server_that_is_away_is_told_at_once(redis_server, redis_url, name):
    redis_server.stop()
    with pytest.raises(StoreUnavailable, match=rf"redis at 127\.0\.0\.1:{redis_server.port}$"):
        CALLS[name](redis_url)


STATES = {
    "out of memory": lambda server: server.config_set("maxmemory", 1),
    "too few replicas": lambda server: server.config_set("min-replicas-to-write", 1),
    "a replica": lambda server: server.replicaof("127.0.0.1", 1),
    "a replica without its master": lambda server: (
        server.config_set("replica-serve-stale-data", "no"),
        server.replicaof("127.0.0.1", 1),
    ),
    "unable to save": fail_to_save,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "name", ["cache save", "cache increment", "item create", "user create", "user save"]
)
def test_a_server_that_takes_no_writes(settable_server, redis_url, state, name):
    STATES[state](settable_server)
    with pytest.raises(StoreUnavailable):
        CALLS[name](redis_url)


@pytest.mark.parametrize("name", ["cache load", "cache increment", "item create"])
def test_a_server_that_says_nothing_is_away_within_a_second(redis_server, redis_url, name):
    redis_server.pause()

    def call():
        with pytest.raises(StoreUnavailable):
            CALLS[name](redis_url)

    assert seconds(call) < 1


def test_a_host_that_does_not_answer_is_away_within_a_second():
    # Nobody accepts, and the second waiting connection is one too many: its packets are dropped.
    with closing(socket.socket()) as host:
        host.bind(("127.0.0.1", 0))
        host.listen(0)
        port = host.getsockname()[1]
        with closing(socket.create_connection(("127.0.0.1", port))):

            def call():
                with pytest.raises(StoreUnavailable, match=str(port)):
                    RedisCache(f"redis://127.0.0.1:{port}/0").load("key")

            assert seconds(call) < 1


def test_whoever_waits_for_a_connection_is_told_too(redis_server, redis_url, concurrency):
    cache = RedisCache(redis_url, pool_size=2)
    redis_server.pause()

    def call():
        with pytest.raises(StoreUnavailable):
            cache.load("key")

    tasks = [concurrency.spawn(seconds, call) for _ in range(20)]
    assert max(task.result(10) for task in tasks) < 1
    redis_server.start()
    assert cache.load("key") is None


def test_a_connection_that_others_keep_is_not_waited_for_long(concurrency):
    gate = Gate(1)

    def call():
        with pytest.raises(StoreUnavailable, match="others use all connections"), gate:
            raise AssertionError("there was no place")

    with gate:
        assert concurrency.spawn(seconds, call).result(10) < 1
    with gate:
        pass


def test_tasks_that_are_ended_when_they_give_their_places_back_do_so(concurrency):
    gate = Gate(10)

    def call():
        with suppress(TimeoutError), concurrency.timeout(0.002), gate:
            concurrency.sleep(0.001)
            # Without a pause in which the time limit could end the task earlier.
            began = time.monotonic()
            while time.monotonic() < began + 0.002:
                pass

    for _ in range(5):
        tasks = [concurrency.spawn(call) for _ in range(20)]
        assert [task.result(10) for task in tasks] == [None] * 20
    with ExitStack() as places:
        for _ in range(10):
            places.enter_context(gate)


def test_whoever_is_ended_while_waiting_for_a_place_lets_the_next_one_in(concurrency):
    places, chance = Places(2), Random(5)

    def call(limit):
        with suppress(TimeoutError), concurrency.timeout(limit):
            if places.acquire(10):
                try:
                    concurrency.sleep(0.001)
                finally:
                    places.release()

    for _ in range(5):
        tasks = [concurrency.spawn(call, chance.uniform(0, 0.01)) for _ in range(20)]
        assert [task.result(10) for task in tasks] == [None] * 20
    assert [places.acquire(0) for _ in range(3)] == [True, True, False]


def test_requests_without_it_are_answered_and_those_with_it_told(app, redis_server):
    client = TestClient(app)
    assert client.get("/count").text == "1"
    redis_server.stop()
    assert client.get("/count").status == 503
    assert client.get("/count").header("retry-after") == "1"
    assert client.get("/plain").text == "plain"


def test_it_comes_back(app, redis_server, concurrency):
    client = TestClient(app)
    # Several connections, all of which break.
    tasks = [concurrency.spawn(client.get, "/count") for _ in range(8)]
    assert sorted(int(task.result(10).text) for task in tasks) == [*range(1, 9)]
    redis_server.stop()
    assert client.get("/count").status == 503
    redis_server.start()
    tasks = [concurrency.spawn(client.get, "/count") for _ in range(8)]
    assert sorted(int(task.result(10).text) for task in tasks) == [*range(1, 9)]


def test_it_was_away_while_nobody_asked(app, redis_server, concurrency):
    client = TestClient(app)
    assert client.get("/count").text == "1"
    redis_server.stop()
    redis_server.start()
    assert client.get("/count").text == "1"


def test_an_application_starts_without_it(make_app, redis_server, redis_url):
    redis_server.stop()
    make_app(
        cache=RedisCache(redis_url),
        queryset=RedisItems(redis_url),
        user_store=RedisUserStore(redis_url),
    )


def test_an_answer_that_came_too_late_is_nobody_elses(redis_server, redis_url):
    cache = RedisCache(redis_url, pool_size=1)
    cache.save("late", "late")
    cache.save("key", "data")
    redis_server.pause()
    with pytest.raises(StoreUnavailable):
        cache.load("late")
    redis_server.start()
    assert cache.load("key") == "data"


# -- busy ------------------------------------------------------------------------------------------


def test_fifty_that_wait_do_not_stop_another(redis_url, concurrency):
    client = connect(redis_url, timeout=30)
    other = connect(redis_url)
    waiting = [concurrency.spawn(client.blpop, ["gifts"], 20) for _ in range(50)]
    deadline = time.monotonic() + 10
    while other.info("clients")["blocked_clients"] < 50:
        assert time.monotonic() < deadline
        concurrency.sleep(0.01)
    # All of the fifty wait for what only this task gives them.
    other.rpush("gifts", *range(50))
    assert sorted(int(task.result(30)[1]) for task in waiting) == [*range(50)]


def test_fifty_requests_that_wait_do_not_stop_another(app, redis_server, concurrency):
    client = TestClient(app)
    client.get("/count")
    redis_server.pause()
    waiting = [concurrency.spawn(client.get, "/count") for _ in range(50)]
    concurrency.sleep(0)
    assert client.get("/plain").text == "plain"
    assert not any(task.done() for task in waiting)
    assert [task.result(10).status for task in waiting] == [503] * 50


def test_more_than_there_are_connections_wait_for_one(redis_url, concurrency):
    cache = RedisCache(redis_url, pool_size=2)
    tasks = [concurrency.spawn(cache.increment, "key", 60) for _ in range(50)]
    assert sorted(task.result(10) for task in tasks) == [*range(1, 51)]
    assert connect(redis_url).info("clients")["connected_clients"] <= 3


# -- settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"url": "http://localhost"}, r"url of redis cannot be read.* 'redis://localhost:6379/0'"),
        ({"url": "redis://localhost:port"}, "url of redis cannot be read"),
        ({"pool_size": 0}, "pool_size of redis is 0; use 1 or more"),
        ({"timeout": 0}, "timeout of redis is 0; use a positive"),
        ({"timeout": float("nan")}, "timeout of redis is nan; use a positive"),
    ],
)
@pytest.mark.parametrize("store", [RedisCache, RedisItems, RedisUserStore])
def test_settings_that_cannot_be_used_are_refused(store, options, advice):
    with pytest.raises(ConfigError, match=advice):
        store(**options)


@pytest.mark.parametrize("password", ["hush", "hush/hush", "hush#", "hush?x=1", "[hush"])
def test_a_password_is_not_shown(password):
    with pytest.raises(ConfigError) as refused:
        RedisCache(f"redis://ann:{password}@localhost:port")
    assert "hush" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_an_error_of_the_program_is_not_the_servers(redis_url):
    connect(redis_url).rpush("brubeck:cache:list", "one")
    with pytest.raises(Exception, match="WRONGTYPE") as error:
        RedisCache(redis_url).load("list")
    assert not isinstance(error.value, StoreUnavailable)
