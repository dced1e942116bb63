"""Whoever waits for a database blocks no other task and no other process."""

import gc
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress

import pytest
from brubeck_core.errors import StoreUnavailable
from brubeck_core.interfaces.queryset import Status
from brubeck_sqlalchemy.queryset import SQLQueryset
from brubeck_sqlalchemy.users import SQLUserStore
from brubeck_testkit.interpreter import clean_environment, run_python

QUERIES = 50


class Ticker:
    """A task that does a little again and again, and notes the longest time that it could not."""

    def __init__(self, concurrency):
        self._concurrency = concurrency
        self.longest = 0.0
        self.ticks = 0

    def __enter__(self):
        self._going = True
        self._task = self._concurrency.spawn(self._tick)
        return self

    def __exit__(self, *_):
        self._going = False
        self._task.result(10)

    def _tick(self):
        last = time.monotonic()
        while self._going:
            self._concurrency.sleep(0.005)
            now = time.monotonic()
            self.longest = max(self.longest, now - last)
            self.ticks += 1
            last = now


def outcome(work, *arguments):
    try:
        return work(*arguments)
    except StoreUnavailable as error:
        return error


def test_queries_that_wait_in_postgresql_block_nobody(opened, postgres_url, concurrency):
    store = opened(SQLQueryset, postgres_url, pool_size=QUERIES, timeout=20)

    def wait():
        sleep = "SELECT 5 FROM pg_sleep(1)"
        return store._database.read(lambda connection: connection.exec_driver_sql(sleep).scalar())

    # Passwords of 50 connections take a while to check, whoever waits.
    for task in [concurrency.spawn(wait) for _ in range(QUERIES)]:
        task.result(30)
    began = time.monotonic()
    with Ticker(concurrency) as ticker:
        tasks = [concurrency.spawn(wait) for _ in range(QUERIES)]
        assert [task.result(30) for task in tasks] == [5] * QUERIES
    # One that blocks would stop the ticker for a second, and all of them for 50.
    assert ticker.longest < 0.9
    assert time.monotonic() - began < 15


def test_more_queries_than_connections_take_turns(opened, url, concurrency):
    store = opened(SQLQueryset, url, pool_size=2, timeout=20)
    tasks = [concurrency.spawn(store.create_one, {"id": str(n)}) for n in range(QUERIES)]
    assert {task.result(30)[0] for task in tasks} == {Status.CREATED}
    assert len(store.read_all()) == QUERIES


def test_writers_that_wait_for_sqlite_block_nobody(opened, sqlite_url, concurrency):
    store = opened(SQLQueryset, sqlite_url)
    began = time.monotonic()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        with Ticker(concurrency) as ticker:
            items = [{"id": str(number)} for number in range(QUERIES)]
            tasks = [concurrency.spawn(outcome, store.create_one, item) for item in items]
            found = [task.result(30) for task in tasks]
        assert store.read_all() == []
    assert {type(each) for each in found} == {StoreUnavailable}
    assert ticker.ticks > 10
    # Nobody waits for the sum of all waits.
    assert time.monotonic() - began < 3


COUNT = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4000000)
SELECT count(*) FROM numbers
"""


def test_a_query_that_keeps_sqlite_busy_blocks_nobody(opened, sqlite_url, concurrency):
    store = opened(SQLQueryset, sqlite_url)
    began = time.monotonic()
    with Ticker(concurrency) as ticker:
        count = store._database.read(lambda connection: connection.exec_driver_sql(COUNT).scalar())
    assert count == 4_000_000
    assert ticker.longest < (time.monotonic() - began) / 2


def test_writers_go_on_when_sqlite_is_free_again(opened, sqlite_url, concurrency):
    store = opened(SQLQueryset, sqlite_url, timeout=20)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        items = [{"id": str(number)} for number in range(QUERIES)]
        tasks = [concurrency.spawn(store.create_one, item) for item in items]
        concurrency.sleep(0.1)
        other.rollback()
        assert {task.result(30)[0] for task in tasks} == {Status.CREATED}


# pg8000 leaves the socket to the garbage collector, which warns of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_query_of_a_task_that_ended_disturbs_no_other(opened, postgres_url, concurrency):
    store = opened(SQLQueryset, postgres_url, pool_size=1, timeout=5)
    sleep = "SELECT 5 FROM pg_sleep(0.3)"
    with pytest.raises(TimeoutError), concurrency.timeout(0.1):
        store._database.read(lambda connection: connection.exec_driver_sql(sleep).scalar())
    assert store.read_all() == []
    gc.collect()


def test_a_database_in_memory_outlives_a_task_that_ended_in_the_middle(opened, concurrency):
    store = opened(SQLQueryset, "sqlite://")
    store.create_one({"id": "a"})

    def call():
        with suppress(TimeoutError), concurrency.timeout(0.01):
            store._database.read(lambda connection: connection.exec_driver_sql(COUNT).scalar())

    concurrency.spawn(call).result(10)
    assert store.read_all() == [(Status.OK, {"id": "a"})]


@pytest.mark.parametrize("kind", [SQLUserStore, SQLQueryset])
def test_a_driver_in_python_runs_in_place_and_others_in_threads(
    opened, kind, sqlite_url, postgres_url
):
    assert opened(kind, postgres_url)._database._direct
    assert not opened(kind, sqlite_url)._database._direct


WORKER = """
import sys
from brubeck_core.interfaces.queryset import Status, version_of
from brubeck_core.interfaces.users import DuplicateUser
from brubeck_sqlalchemy.queryset import SQLQueryset
from brubeck_sqlalchemy.users import SQLUserStore

users, items = (kind(sys.argv[1], timeout=20) for kind in (SQLUserStore, SQLQueryset))
print("ready", flush=True)
sys.stdin.readline()
try:
    users.create({"username": "ann"})
except DuplicateUser:
    print("refused")
else:
    print("created")
done = 0
while done < 10:
    status, item = items.read_one("a")
    if status is Status.NOT_FOUND:
        done += items.create_one({"id": "a", "n": 1}, version="")[0] is Status.CREATED
    else:
        more = {"id": "a", "n": item["n"] + 1}
        done += items.update_one(more, version=version_of(item))[0] is Status.UPDATED
"""


def test_processes_that_begin_at_once_share_all(url, opened):
    command = [sys.executable, "-c", WORKER, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, env=clean_environment(), **pipes) for _ in range(4)]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 4
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60)[0] for worker in workers]
    assert sorted(said) == ["created\n", "refused\n", "refused\n", "refused\n"]
    assert opened(SQLQueryset, url).read_all() == [(Status.OK, {"id": "a", "n": 40})]


FORKED = """
import os, sys
from brubeck_sqlalchemy.queryset import SQLQueryset

items = SQLQueryset(sys.argv[1], timeout=20)
items.create_one({"id": "parent"})
child = os.fork()
for number in range(20):
    items.create_one({"id": f"{child > 0}{number}"})
if child:
    assert os.waitpid(child, 0)[1] == 0
    print(len(items.read_all()))
"""


def test_a_forked_process_has_connections_of_its_own(url):
    done = run_python(FORKED, args=[url])
    assert (done.stdout, done.stderr) == ("41\n", "")
