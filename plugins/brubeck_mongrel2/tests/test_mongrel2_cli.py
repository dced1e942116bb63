"""The commands, as a user types them."""

from dataclasses import replace

import click
import pytest
from brubeck_mongrel2.cli import brubeck_cli_commands
from brubeck_mongrel2.server.config import Handler
from brubeck_mongrel2.server.database import read_config, write_config
from brubeck_mongrel2.server.layout import Layout, new_config
from click.testing import CliRunner


@pytest.fixture
def invoke():
    """Run `brubeck ARGUMENTS` with the commands of this plugin."""
    group = click.Group("brubeck")
    brubeck_cli_commands(group)

    def run(*arguments, status=0):
        result = CliRunner().invoke(group, [str(argument) for argument in arguments])
        assert result.exit_code == status, result.output
        return result.output

    return run


def test_init_writes_a_configuration_that_check_likes(invoke, folder):
    site = folder / "site"
    written = invoke("mongrel2", "init", "--folder", site, "--port", 8080)
    assert written == f"wrote {site}/config.sqlite: http://127.0.0.1:8080\n"
    assert invoke("mongrel2", "check", site / "config.sqlite") == "nothing found\n"


def test_init_takes_addresses_and_files(invoke, folder):
    arguments = ["--pull", "ipc:///x", "--pub", "ipc:///y", "--static", f"/s/={folder}"]
    invoke("mongrel2", "init", "--folder", folder, *arguments)
    routes = read_config(folder / "config.sqlite").server().hosts[0].routes
    assert (routes["/"].send_spec, routes["/"].recv_spec) == ("ipc:///x", "ipc:///y")
    assert routes["/s/"].base == f"{folder}/"


def test_init_makes_folders_for_the_owner_alone(invoke, folder):
    invoke("mongrel2", "init", "--folder", folder)
    assert (folder / "run").stat().st_mode & 0o077 == 0
    assert (folder / "logs").is_dir()


def test_each_configuration_has_a_name_of_its_own(invoke, folder):
    invoke("mongrel2", "init", "--folder", folder / "a")
    invoke("mongrel2", "init", "--folder", folder / "b")
    names = {read_config(folder / name / "config.sqlite").server().uuid for name in "ab"}
    assert len(names) == 2


def test_init_replaces_nothing_unless_forced(invoke, folder):
    invoke("mongrel2", "init", "--folder", folder)
    assert "--force" in invoke("mongrel2", "init", "--folder", folder, status=1)
    invoke("mongrel2", "init", "--folder", folder, "--force")


def test_a_static_route_has_to_have_a_folder(invoke, folder):
    output = invoke("mongrel2", "init", "--folder", folder, "--static", "static", status=1)
    assert "/static/=./files" in output


def test_init_routes_hosts_to_applications(invoke, folder):
    web, api = "ipc:///a,ipc:///b", "ipc:///c,ipc:///d"
    options = ["--host", f"web.app,www.web.app={web}", "--host", f"api.app={api}"]
    invoke("mongrel2", "init", "--folder", folder, *options, "--static", f"/s/={folder}")
    server = read_config(folder / "config.sqlite").server()
    assert server.default_host == "web.app"
    routes = {host.name: host.routes for host in server.hosts}
    assert [*routes] == ["web.app", "www.web.app", "api.app"]
    assert all(each["/s/"].base == f"{folder}/" for each in routes.values())
    handlers = {name: each["/"] for name, each in routes.items()}
    assert handlers["web.app"] == handlers["www.web.app"]
    assert {(each.send_spec, each.recv_spec) for each in handlers.values()} == {
        ("ipc:///a", "ipc:///b"),
        ("ipc:///c", "ipc:///d"),
    }
    assert handlers["web.app"].send_ident != handlers["api.app"].send_ident
    assert invoke("mongrel2", "check", folder / "config.sqlite") == "nothing found\n"


@pytest.mark.parametrize(
    "host", ["web.app", "web.app=ipc:///a", "=ipc:///a,ipc:///b", "web.app=,x"]
)
def test_a_host_has_to_have_addresses(invoke, folder, host):
    output = invoke("mongrel2", "init", "--folder", folder, "--host", host, status=1)
    assert "web.example=tcp://127.0.0.1:9999,tcp://127.0.0.1:9998" in output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--port", 99_999], "port 99999"),
        (["--port", 0], "port 0"),
        (["--pull", "garbage"], "send_spec 'garbage'"),
        (["--pub", "tcp://127.0.0.1:9999"], "bound twice"),
        (["--pull", f"ipc:///{'x' * 200}"], "shorter path"),
        (["--static", "/s/=.", "--host", "a=ipc:///a,ipc:///b", "--pull", "ipc:///c"], "not both"),
        (["--host", "a=ipc:///a,ipc:///b", "--host", "a=ipc:///c,ipc:///d"], "a is there twice"),
    ],
)
def test_init_writes_nothing_that_would_not_work(invoke, folder, options, says):
    assert says in invoke("mongrel2", "init", "--folder", folder / "site", *options, status=1)
    assert not (folder / "site").exists()


def test_check_fails_for_an_error(invoke, folder):
    handler = Handler("tcp://127.0.0.1:9999", "app-1", "tcp://127.0.0.1:9999", "app-1")
    config = new_config(Layout(folder))
    (host,) = config.server().hosts
    server = replace(config.server(), hosts=(replace(host, routes={"/": handler}),))
    write_config(replace(config, servers=(server,)), folder / "config.sqlite")
    output = invoke("mongrel2", "check", folder / "config.sqlite", status=1)
    assert "bound twice" in output
    assert output.endswith("1 found\n")


def test_check_passes_a_warning(invoke, folder):
    invoke("mongrel2", "init", "--folder", folder, "--stream-uploads")
    assert "one process" in invoke("mongrel2", "check", folder / "config.sqlite")


@pytest.mark.parametrize("command", ["run", "status", "stop"])
def test_without_a_configuration_there_is_advice(invoke, folder, command):
    output = invoke("mongrel2", command, "--folder", folder, status=1)
    assert "brubeck mongrel2 init" in output


@pytest.mark.parametrize("command", ["run", "status", "stop"])
@pytest.mark.parametrize("content", [b"", b"no sqlite at all, but long enough"], ids=["", "text"])
def test_a_configuration_that_is_none_is_advice(invoke, folder, command, content):
    (folder / "config.sqlite").write_bytes(content)
    output = invoke("mongrel2", command, "--folder", folder, status=1)
    assert "is no configuration of Mongrel2" in output


@pytest.mark.parametrize("settings", [{}, {"server.daemonize": 1}], ids=["default", "set"])
def test_a_server_that_leaves_for_the_background_is_not_run(invoke, folder, settings):
    write_config(replace(new_config(Layout(folder)), settings=settings), folder / "config.sqlite")
    output = invoke("mongrel2", "run", "--folder", folder, status=1)
    assert "server.daemonize = 0" in output


@pytest.mark.parametrize(
    ("address", "says"),
    [("", "run/control"), ("ipc://own", "own"), ("nonsense", "is no address of a control port")],
)
def test_the_control_port_is_sought_where_the_server_opens_it(invoke, folder, address, says):
    config = new_config(Layout(folder))
    server = replace(config.server(), control_port=address)
    write_config(replace(config, servers=(server,)), folder / "config.sqlite")
    output = invoke("mongrel2", "status", "--folder", folder, status=1)
    assert (says if ":" in says or " " in says else f"ipc://{folder}/{says};") in output


def test_status_and_stop_talk_to_the_running_server(invoke, real_mongrel2, folder):
    server = real_mongrel2(static={"/static/": folder})
    folder = server.layout.root
    assert invoke("mongrel2", "status", "--folder", folder) == "0 connections\n"
    with server.connect() as client:
        client.sendall(b"GET /static/none HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n")
        assert client.recv(9) == b"HTTP/1.1 "
        assert invoke("mongrel2", "status", "--folder", folder).endswith("1 connections\n")
    assert invoke("mongrel2", "stop", "--folder", folder) == ""


def test_an_unknown_server_is_an_error(invoke, folder):
    invoke("mongrel2", "init", "--folder", folder)
    output = invoke("mongrel2", "status", "--folder", folder, "--uuid", "x", status=1)
    assert "name one server" in output
