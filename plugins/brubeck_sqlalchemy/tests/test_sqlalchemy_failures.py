"""Databases that are not there, hang or hold locks; and words that must not be shown."""

import gc
import logging
import sqlite3
import time
from contextlib import closing

import pytest
from brubeck_core.errors import ConfigError, StoreUnavailable
from brubeck_core.interfaces.query import Query
from brubeck_core.interfaces.queryset import Status
from brubeck_sqlalchemy.libpq_driver import split_arguments
from brubeck_sqlalchemy.queryset import SQLQueryset
from brubeck_sqlalchemy.users import SQLUserStore
from brubeck_testkit.servers import HOST, free_port
from sqlalchemy import make_url

# pg8000 leaves the socket of a broken connection to the garbage collector, which warns of it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

KINDS = [SQLUserStore, SQLQueryset]


@pytest.fixture(autouse=True)
def _collect_garbage():
    yield
    gc.collect()


def use(store: SQLUserStore | SQLQueryset) -> object:
    return store.load("ann") if isinstance(store, SQLUserStore) else store.find(Query())


def change(store: SQLUserStore | SQLQueryset, name: str) -> object:
    if isinstance(store, SQLUserStore):
        return store.create({"username": name, "password": "a line"})
    return store.create_one({"id": name})


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() - self._began


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_connection_is_told_at_once(opened, kind, caplog):
    port = free_port()
    store = opened(kind, f"postgresql://ann:s3cret@{HOST}:{port}/songs")
    assert f"postgresql at {HOST}:{port}/songs" in caplog.text
    watch = Watch()
    with pytest.raises(StoreUnavailable) as raised:
        use(store)
    assert watch() < 1
    assert f"postgresql at {HOST}:{port}/songs" in str(raised.value)
    assert "s3cret" not in caplog.text + str(raised.value) + repr(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_cannot_be_opened_is_told(opened, kind, tmp_path):
    store = opened(kind, f"sqlite:///{tmp_path}/no/such/folder/a.db")
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        use(store)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_is_told_and_not_shown(opened, kind, postgres_url, caplog):
    store = opened(kind, postgres_url.replace("take-five", "take-six"))
    with pytest.raises(StoreUnavailable, match="authentication failed") as raised:
        use(store)
    assert "take-six" not in caplog.text + str(raised.value) + str(raised.value.__cause__)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_comes_back_is_used_again(opened, kind, postgres_url, postgres_server):
    store = opened(kind, postgres_url)
    use(store)
    postgres_server.stop()
    with pytest.raises(StoreUnavailable):
        use(store)
    postgres_server.start()
    change(store, "ann")
    use(store)


def test_a_server_that_comes_late_is_used(opened, postgres_url, postgres_server):
    postgres_server.stop()
    store = opened(SQLQueryset, postgres_url)
    postgres_server.start()
    assert change(store, "a")[0] is Status.CREATED


def test_a_connection_that_broke_while_idle_is_replaced(opened, postgres_url, postgres_server):
    store = opened(SQLQueryset, postgres_url)
    store.read_all()
    postgres_server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IS NOT NULL "
        "AND pid <> pg_backend_pid()"
    )
    assert change(store, "a")[0] is Status.CREATED


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_hangs_is_told_within_a_second(opened, kind, postgres_url, postgres_server):
    store = opened(kind, postgres_url)
    use(store)
    postgres_server.pause()
    watch = Watch()
    with pytest.raises(StoreUnavailable):
        use(store)
    assert watch() < 1.1
    postgres_server.start()
    use(store)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_connection_to_a_server_that_hangs(opened, kind, postgres_url, postgres_server):
    store = opened(kind, postgres_url)
    postgres_server.pause()
    store._database._idle.pop().close()
    watch = Watch()
    with pytest.raises(StoreUnavailable):
        use(store)
    assert watch() < 1.1


def test_who_waits_for_others_that_a_server_leaves_hanging_is_told_with_them(
    opened, concurrency, postgres_url, postgres_server
):
    store = opened(SQLQueryset, postgres_url, pool_size=1)
    use(store)
    postgres_server.pause()

    def call():
        watch = Watch()
        with pytest.raises(StoreUnavailable):
            use(store)
        return watch()

    first = concurrency.spawn(call)
    concurrency.sleep(0.1)
    assert max(call(), first.result(10)) < 1.1


@pytest.mark.parametrize("kind", KINDS)
def test_a_locked_file_is_told_within_a_second(opened, kind, sqlite_url):
    store = opened(kind, sqlite_url)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        watch = Watch()
        with pytest.raises(StoreUnavailable, match="database is locked"):
            change(store, "ann")
        assert watch() < 1
        use(store)
        other.rollback()
    change(store, "ann")


def test_a_locked_row_is_told_within_a_second(opened, postgres_url, make_app):
    store, other = (opened(SQLQueryset, postgres_url) for _ in range(2))
    store.create_one({"id": "a"})

    def write_meanwhile(connection):
        connection.execute(other._locked("a")).first()
        watch = Watch()
        with pytest.raises(StoreUnavailable, match="timeout"):
            change(store, "a")
        assert watch() < 1

    other._database.write(write_meanwhile)
    assert change(store, "a")[0] is Status.UPDATED


def test_a_slow_answer_is_as_long_as_the_option_says(opened, postgres_url):
    store = opened(SQLQueryset, postgres_url, timeout=0.2)
    watch = Watch()
    with pytest.raises(StoreUnavailable, match="statement timeout"):
        store._database.read(lambda connection: connection.exec_driver_sql("SELECT pg_sleep(5)"))
    assert watch() < 0.9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "nonsense s3cret"}, "no URL of a database"),
        ({"url": "postgresql://ann:s3cret@host:port/songs"}, "no URL of a database"),
        ({"url": "nosuch://ann:s3cret@host/songs"}, "knows no database 'nosuch'"),
        ({"url": "mysql+mysqldb://ann:s3cret@host/songs"}, "pip install"),
        ({"url": "postgresql://ann:s3cret@host/songs?sslmode=s3cret-mode"}, "sslmode is one of"),
        ({"pool_size": 0}, "pool_size is 0"),
        ({"timeout": 0}, "timeout is 0"),
        ({"timeout": float("inf")}, "timeout is inf"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_options_that_will_not_do(kind, options, message):
    with pytest.raises(ConfigError, match=message) as raised:
        kind(**options)
    assert "s3cret@" not in str(raised.value)


def test_libpq_has_its_own_words_for_limits():
    url, arguments = split_arguments(make_url("postgresql+psycopg://host/a?connect_timeout=9"), 0.5)
    assert url.query == {"connect_timeout": "9"}
    assert arguments == {"tcp_user_timeout": 450, "options": "-c statement_timeout=450"}


def test_encryption_that_the_server_has_not(opened, postgres_url):
    store = opened(SQLQueryset, f"{postgres_url}?sslmode=require")
    with pytest.raises(StoreUnavailable, match="refuses SSL"):
        store.read_all()
    assert opened(SQLQueryset, f"{postgres_url}?sslmode=disable").read_all() == []


def test_values_are_not_in_the_errors_of_statements(opened, sqlite_url):
    store = opened(SQLUserStore, sqlite_url)
    store._database.write(lambda connection: connection.exec_driver_sql("DROP TABLE brubeck_users"))
    with pytest.raises(StoreUnavailable) as raised:
        store.create({"username": "ann", "password": "s3cret"})
    assert "s3cret" not in str(raised.value) + str(raised.value.__cause__)


@pytest.mark.parametrize("name", ["a" * 256, "\ud800"])
def test_names_that_no_database_keeps(users, name):
    assert users.load(name) is None
    assert users.delete(name) is False
    with pytest.raises(ValueError, match="username"):
        users.create({"username": name})


def test_a_user_that_is_no_json(users):
    with pytest.raises(ValueError, match="JSON"):
        users.create({"username": "ann", "since": object()})


def test_users_may_have_any_text(users):
    user = {"username": "a\0b", "about": "\0\ud800"}
    assert users.create(user) == user
    assert users.load("A\0b") == user


def test_an_application_by_its_settings(make_app, sqlite_url, caplog):
    options = {"use": "sql", "sql": {"url": sqlite_url, "pool_size": 2, "timeout": 0.5}}
    with caplog.at_level(logging.WARNING):
        app = make_app(user_store=options, queryset=options)
    app.user_store.create({"username": "ann"})
    app.queryset.create_one({"id": "a"})
    assert app.user_store.load("ann") == {"username": "ann"}
    assert caplog.text == ""
