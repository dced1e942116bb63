"""Each trap is found, and a configuration of our own has none."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from brubeck_mongrel2.server.config import Config, Directory, Handler, Host, Server
from brubeck_mongrel2.server.database import write_config
from brubeck_mongrel2.server.layout import Layout, new_config
from brubeck_mongrel2.server.lint import check_config, check_file
from brubeck_mongrel2.server.settings import content_types, recommended

HANDLER = Handler("tcp://127.0.0.1:9999", "app-1", "tcp://127.0.0.1:9998", "app-1")
OTHER = Handler("tcp://127.0.0.1:9997", "chat", "tcp://127.0.0.1:9996", "chat")


def config(routes=None, *, servers=None, settings=None, mimetypes=None, **server):
    one = Server(
        uuid="main",
        name="main",
        default_host="localhost",
        hosts=(Host("localhost", routes or {"/": HANDLER}),),
        port=6767,
        access_log="/srv/logs/access.log",
        error_log="/srv/logs/error.log",
        pid_file="/srv/run/mongrel2.pid",
        control_port="ipc:///srv/run/control",
    )
    return Config(
        servers or (replace(one, **server),),
        recommended() | (settings or {}),
        content_types() if mimetypes is None else mimetypes,
    )


def second(**changes):
    (first,) = config().servers
    changes = {
        "uuid": "second",
        "port": 6768,
        "pid_file": "/srv/run/second.pid",
        "control_port": "ipc:///srv/run/second",
        "hosts": (Host("localhost", {"/": OTHER}),),
    } | changes
    return (first, replace(first, **changes))


def test_a_sound_configuration_has_no_trap():
    assert check_config(config()) == []


def test_two_sound_servers_have_no_trap():
    assert check_config(config(servers=second())) == []


@pytest.mark.parametrize(
    ("options", "count"), [({}, 0), ({"stream_uploads": True}, 1), ({"flow_control": True}, 1)]
)
def test_what_init_writes_has_no_trap_but_the_chosen(folder, options, count):
    findings = check_config(new_config(Layout(folder), **options))
    assert [finding.level for finding in findings] == ["warning"] * count


def changed(**changes):
    return {"/": replace(HANDLER, **changes)}


DIRECTORY = Directory("/srv/files/")

TRAPS = [
    ("error", "port 65536", config(port=65536)),
    ("error", "port abc", config(port="abc")),
    ("error", "no request has a path", config({"/": HANDLER, "users/": HANDLER})),
    ("error", "drops them all", config(changed(send_ident="app_1", recv_ident="app_1"))),
    ("error", "drops them all", config(changed(send_ident="app.1", recv_ident="app"))),
    ("error", "takes no answer", config(changed(recv_ident="other"))),
    ("warning", "empty recv_ident", config(changed(recv_ident=""))),
    ("warning", "means json", config(changed(protocol="xml"))),
    ("error", "bound twice", config(changed(recv_spec=HANDLER.send_spec))),
    ("error", "not a ZeroMQ address", config(changed(send_spec="127.0.0.1:9999"))),
    ("error", "not a ZeroMQ address", config(changed(send_spec="inproc://x"))),
    ("error", "107", config(changed(send_spec="ipc:///" + "x" * 120))),
    ("warning", "relative", config(changed(send_spec="ipc://run/pull"))),
    ("warning", "every network", config(changed(send_spec="tcp://0.0.0.0:9999"))),
    ("warning", "every network", config(changed(send_spec="tcp://*:9999"))),
    (
        "warning",
        "makes one of them",
        config({"/": HANDLER, "/a": replace(HANDLER, send_ident="b", recv_ident="b")}),
    ),
    (
        "error",
        "share one address",
        config({"/": HANDLER, "/a": replace(OTHER, send_spec=HANDLER.send_spec)}),
    ),
    (
        "error",
        "takes the answers to 'app-10'",
        config({"/": HANDLER, "/a": replace(OTHER, send_ident="app-10", recv_ident="app-10")}),
    ),
    (
        "error",
        "takes the answers to 'app-1'",
        config({"/": HANDLER, "/a": replace(OTHER, send_ident="app-1", recv_ident="app-1")}),
    ),
    (
        "error",
        "bind the same addresses",
        config(servers=second(hosts=(Host("localhost", {"/": HANDLER}),))),
    ),
    ("error", "no server", replace(config(), servers=())),
    ("error", "default_host", config(default_host="example.com")),
    ("warning", "background", config(settings={"server.daemonize": 1})),
    ("warning", "control port", config(control_port="")),
    ("error", "control port", config(control_port="ipc:///" + "x" * 120)),
    ("error", "certdir", config(use_ssl=True)),
    ("error", "certdir", config(use_ssl=True, settings={"certdir": "/srv/certs"})),
    ("warning", "sendfile.so", config(xrequests=("/usr/lib/mongrel2/filters/sendfile.so",))),
    ("error", "no slash", config({"/": HANDLER, "/s/": Directory("/srv/files")})),
    ("warning", "/s-secret", config({"/": HANDLER, "/s": DIRECTORY})),
    ("warning", "content types", config({"/": HANDLER, "/s/": DIRECTORY}, mimetypes={})),
    ("warning", "path of Mongrel2's own", config({"/": HANDLER, "@*": HANDLER})),
    ("warning", "is 404", config({"/": HANDLER, "/api/(v[0-9]+)/": HANDLER})),
    ("error", "same", config(servers=second(uuid="main"))),
    ("error", "same", config(servers=second(port=6767))),
    ("error", "same", config(servers=second(pid_file="/srv/run/mongrel2.pid"))),
    ("error", "same", config(servers=second(control_port="ipc:///srv/run/control"))),
    ("warning", "did you mean limits.buffer_size", config(settings={"limits.bufer_size": 1})),
    ("warning", "take it out", config(settings={"nonsense": 1})),
    ("error", "kind of number", config(settings={"limits.tick_timer": "10s"})),
    ("error", "kind of number", config(settings={"upload.temp_store_mode": "600"})),
    ("warning", "headers exceed 4096", config(settings={"limits.buffer_size": 4096})),
    ("warning", "pieces", config(settings={"limits.client_read_retries": 5})),
    ("error", "100 connections", config(settings={"limits.handler_targets": 64})),
    ("warning", "unsafe", config(settings={"zeromq.threads": 2})),
    ("error", "XXXXXX", config(settings={"upload.temp_store": "tmp/up"})),
    (
        "warning",
        "everybody",
        config(settings={"upload.temp_store": "u.XXXXXX", "upload.temp_store_mode": "0666"}),
    ),
    ("warning", "same process", config(settings={"upload.stream": 1})),
    ("warning", "same process", config(settings={"download.flow_control": 1})),
]


@pytest.mark.parametrize(
    ("level", "text", "trap"), TRAPS, ids=[f"{level}-{text}" for level, text, _ in TRAPS]
)
def test_a_trap_is_found_and_nothing_else(level, text, trap):
    (finding,) = check_config(trap)
    assert finding.level == level
    assert text in str(finding)


def test_a_store_beside_streaming_is_one_more():
    both = {"upload.stream": 1, "upload.temp_store": "u.XXXXXX"}
    assert any("goes first" in str(found) for found in check_config(config(settings=both)))


def test_errors_come_first():
    both = config(changed(recv_ident="other", protocol="xml"))
    assert [finding.level for finding in check_config(both)] == ["error", "warning"]


# -- files ----------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "config.sqlite"
    write_config(config({"/": HANDLER, "/s/": DIRECTORY}), path)
    return path


def alter(path, statement):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_a_sound_file_has_no_trap(file):
    assert check_file(file) == []


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("UPDATE handler SET recv_ident = NULL", "NULL"),
        ("UPDATE setting SET value = NULL", "NULL"),
        ("DROP TABLE proxy", "table proxy"),
        ("ALTER TABLE handler DROP COLUMN protocol", "lacks protocol"),
        ("UPDATE route SET target_type = 'cgi' WHERE id = 1", "no target"),
        ("UPDATE route SET target_id = 99 WHERE id = 1", "does not exist"),
        ("UPDATE directory SET base = '/srv/files'", "no slash"),
    ],
    ids=str,
)
def test_a_trap_in_a_file_is_found(file, statement, text):
    alter(file, statement)
    findings = check_file(file)
    assert findings
    assert all(finding.level == "error" and text in str(finding) for finding in findings)


def test_a_file_of_before_extended_replies_is_read(file):
    alter(file, "DROP TABLE xrequest")
    assert check_file(file) == []


def test_another_kind_of_file_is_named(tmp_path):
    (tmp_path / "config.sqlite").write_text("this is no database " * 100)
    (finding,) = check_file(tmp_path / "config.sqlite")
    assert "no sqlite file" in str(finding)


def test_no_file_is_an_error_with_advice(tmp_path):
    with pytest.raises(FileNotFoundError, match="brubeck mongrel2 init"):
        check_file(tmp_path / "config.sqlite")
