"""The sqlite file: what is written is read back, whole or not at all."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from brubeck_mongrel2.server.config import Config, Directory, Handler, Host, Proxy, Server
from brubeck_mongrel2.server.database import READ_COLUMNS, read_config, write_config

HANDLER = Handler("tcp://127.0.0.1:9999", "app-1", "tcp://127.0.0.1:9998", "app-1", False, "json")
SITE = Host(
    "example.com",
    {
        "/": HANDLER,
        "/api/": HANDLER,
        "/static/": Directory("/srv/files/", cache_ttl=60),
        "/old/": Proxy("127.0.0.1", 8080),
    },
    matching="(.+).example.com",
)
MAIN = Server(
    uuid="main",
    name="main",
    default_host="example.com",
    hosts=(SITE, Host("localhost", {"/": HANDLER})),
    port=6767,
    access_log="/a",
    error_log="/e",
    pid_file="/p",
    control_port="ipc:///c",
    use_ssl=True,
    xrequests=("/usr/lib/x.so",),
)
CONFIG = Config(
    (MAIN, replace(MAIN, uuid="second", hosts=(SITE,), xrequests=())),
    {"limits.buffer_size": "65536", "certdir": "/srv/certs/"},
    {".html": "text/html"},
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "config.sqlite"
    write_config(CONFIG, path)
    return path


def rows(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_what_is_written_is_read(file):
    assert read_config(file) == CONFIG


def test_a_target_of_several_routes_is_one_row(file):
    assert rows(file, "SELECT count(*) FROM handler") == [(1,)]
    assert rows(
        file, "SELECT count(DISTINCT target_id) FROM route WHERE target_type='handler'"
    ) == [(1,)]


@pytest.mark.parametrize(("table", "names"), READ_COLUMNS.items(), ids=list(READ_COLUMNS))
def test_nothing_is_null(file, table, names):
    for row in rows(file, f"SELECT {', '.join(names.split())} FROM {table}"):
        assert None not in row


def test_numbers_are_numbers_and_the_rest_is_text(file):
    kinds = rows(file, "SELECT typeof(port), typeof(use_ssl), typeof(uuid) FROM server LIMIT 1")
    assert kinds == [("integer", "integer", "text")]
    assert rows(file, "SELECT DISTINCT typeof(value) FROM setting") == [("text",)]


def test_a_file_that_is_there_is_replaced(file):
    write_config(replace(CONFIG, settings={}), file)
    assert read_config(file).settings == {}
    assert [path.name for path in file.parent.iterdir()] == ["config.sqlite"]


def test_a_failed_write_leaves_what_was_there(file):
    broken = replace(CONFIG, mimetypes={".html": object()})
    with pytest.raises(sqlite3.Error):
        write_config(broken, file)
    assert read_config(file) == CONFIG


@pytest.mark.parametrize(
    ("uuid", "found"), [("main", "main"), ("second", "second")], ids=["first", "second"]
)
def test_a_server_is_found_by_its_uuid(uuid, found):
    assert CONFIG.server(uuid).uuid == found


@pytest.mark.parametrize("uuid", [None, "third"], ids=str)
def test_which_server_is_asked_when_it_is_not_clear(uuid):
    with pytest.raises(LookupError, match="main, second"):
        CONFIG.server(uuid)


def test_the_only_server_needs_no_uuid():
    assert replace(CONFIG, servers=(MAIN,)).server() is MAIN
