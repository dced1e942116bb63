"""The commands, run as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest
from brubeck_testkit.distributions import fake_distribution
from brubeck_testkit.interpreter import clean_environment

V1 = "brubeck.plugins.v1"

#: An application whose connection serves by saying so.
APP = """
    from brubeck_core import Brubeck, WebMessageHandler
    from brubeck_core.interfaces.connection import Connection

    class Saying(Connection):
        def serve(self, app):
            print("serving on", app.concurrency.name, "debug" if app.debug else "")

        def stop(self, timeout=30.0):
            pass

        def describe(self):
            return "nowhere"

    class Hello(WebMessageHandler):
        def get(self):
            return "Take five"

    def make():
        app = Brubeck(Saying(), [(r"^/", Hello)])
        app.add_route("^/shout", method=["GET", "POST"])(shout)
        return app

    def shout(application, message):
        return "TAKE FIVE"
"""


def brubeck(
    cwd: Path, *arguments: str, path: Sequence[Path] = (), **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "brubeck_core", *arguments],
        cwd=cwd,
        env=clean_environment(env, path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def write(directory: Path, **files: str) -> Path:
    """Write modules by their names; an ending other than .py is written as `_toml`."""
    for name, source in files.items():
        file = name.replace("_toml", ".toml") if name.endswith("_toml") else f"{name}.py"
        (directory / file).write_text(dedent(source), encoding="utf-8")
    return directory


# -- run ---------------------------------------------------------------------------------------

FOUND: list[tuple[str, dict[str, str], list[str], str]] = [
    ("app.py has app", {"app": "app = make()"}, [], "app:app"),
    ("app.py has application", {"app": "application = make()"}, [], "app:application"),
    ("app.py has create_app", {"app": "create_app = make"}, [], "app:create_app"),
    ("app.py has one of another name", {"app": "shop = make()"}, [], "app:shop"),
    ("wsgi.py has it", {"wsgi": "application = make()"}, [], "wsgi:application"),
    (
        "brubeck.toml says it",
        {"shop": "x = make()", "brubeck_toml": 'app = "shop:x"'},
        [],
        "shop:x",
    ),
    (
        "brubeck.toml says where",
        {"shop": "app = make()", "brubeck_toml": 'app = "shop"'},
        [],
        "shop:app",
    ),
    ("a directory", {"app": "app = make()"}, ["."], "app:app"),
    ("a file", {"shop": "app = make()"}, ["shop.py"], "shop:app"),
    ("a name in a file", {"shop": "x = make(); y = make()"}, ["shop.py:y"], "shop:y"),
    ("a name in a module", {"shop": "x = make(); y = make()"}, ["shop:y"], "shop:y"),
    ("a factory in a module", {"shop": ""}, ["shop:make"], "shop:make"),
    ("a call in a module", {"shop": ""}, ["shop:make()"], "shop:make"),
]


@pytest.mark.parametrize(
    ("files", "target", "found"), [pytest.param(*case, id=name) for name, *case in FOUND]
)
def test_run_finds_the_application(
    tmp_path: Path, files: dict[str, str], target: list[str], found: str
) -> None:
    sources = {k: v if k.endswith("_toml") else dedent(APP) + v for k, v in files.items()}
    done = brubeck(write(tmp_path, **sources), "run", *target)
    assert done.stdout == (
        f"Brubeck serves {found} at nowhere\non threads (default). Ctrl-C stops it.\n"
        "serving on threads \n"
    ), done.stderr
    assert done.returncode == 0


NOT_FOUND: list[tuple[str, dict[str, str], list[str], str]] = [
    ("nothing there", {}, [], "nothing says which application to use"),
    (
        "app.py has none",
        {"app": "x = 1"},
        [],
        "looked for app, application, create_app(), make_app()",
    ),
    ("no such module", {}, ["nowhere"], "there is no module 'nowhere'"),
    ("no such name", {"shop": "shout = make()"}, ["shop:shuot"], "Did you mean 'shout'?"),
    ("no name and none found", {"shop": "x = 1"}, ["shop"], "Name it: shop:NAME"),
    ("no application", {"shop": "x = 1"}, ["shop:x"], "shop:x is a int, no application"),
    ("a factory of nothing", {"shop": "def f(): pass"}, ["shop:f"], "shop:f() returned a NoneType"),
    ("a factory with arguments", {"shop": "def f(x): pass"}, ["shop:f"], "without arguments"),
    (
        "brubeck.toml is wrong",
        {"brubeck_toml": 'app = "shop:x"'},
        [],
        "app = \"shop:x\" (brubeck.toml, key app): there is no module 'shop'",
    ),
]


@pytest.mark.parametrize(
    ("files", "target", "said"), [pytest.param(*case, id=name) for name, *case in NOT_FOUND]
)
def test_run_says_what_it_tried(
    tmp_path: Path, files: dict[str, str], target: list[str], said: str
) -> None:
    sources = {k: v if k.endswith("_toml") else dedent(APP) + v for k, v in files.items()}
    done = brubeck(write(tmp_path, **sources), "run", *target)
    assert said in done.stderr
    assert done.stderr.startswith("brubeck: ")
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_run_shows_the_traceback_of_a_broken_application(tmp_path: Path) -> None:
    done = brubeck(write(tmp_path, app="import nonsense"), "run")
    assert "ModuleNotFoundError: No module named 'nonsense'" in done.stderr
    assert "Traceback" in done.stderr


def test_run_refuses_a_file_that_another_module_hides(tmp_path: Path) -> None:
    done = brubeck(write(tmp_path, site=dedent(APP) + "app = make()"), "run", "site.py")
    assert "site.py has the name of another module" in done.stderr


def test_run_serves_once_when_the_program_runs_itself(tmp_path: Path) -> None:
    program = dedent(APP) + "app = make()\napp.run()\nprint('after')\n"
    done = brubeck(write(tmp_path, program=program), "run", "program.py", "--debug")
    assert done.stdout.splitlines() == ["serving on threads debug", "after"], done.stderr


def test_run_without_a_connection_serves_http(tmp_path: Path) -> None:
    source = """
        from brubeck_core.config import current
        print(current().selection("connection"))
    """
    done = brubeck(write(tmp_path, app=source), "run")
    assert "Setting(value='wsgi', origin='default of brubeck run'" in done.stdout


# -- routes ------------------------------------------------------------------------------------


def test_routes(tmp_path: Path) -> None:
    done = brubeck(write(tmp_path, app=dedent(APP) + "app = make()\napp.run()"), "routes")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["PATTERN", "METHODS", "HANDLER"],
        ["^/", "its", "handler's", "app.Hello"],
        ["^/shout", "GET,", "POST", "app.shout"],
    ], done.stderr


def test_routes_as_json(tmp_path: Path) -> None:
    done = brubeck(write(tmp_path, app=dedent(APP) + "app = make()"), "routes", "--json")
    assert json.loads(done.stdout) == [
        {"pattern": "^/", "methods": [], "handler": "app.Hello"},
        {"pattern": "^/shout", "methods": ["GET", "POST"], "handler": "app.shout"},
    ]


# -- plugins -----------------------------------------------------------------------------------

RENDERERS = """
    from brubeck_core.plugin import Option, RendererRegistration, hookimpl

    @hookimpl
    def brubeck_register_renderers():
        yield RendererRegistration(
            "shout",
            "brubeck_core.builtin.string_renderer:StringRenderer",
            options=(Option("directories", list), Option("password", secret=True)),
            summary="Templates in capitals.",
        )
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return fake_distribution(
        tmp_path,
        "brubeck-shout",
        "2.5",
        entry_points={
            V1: {
                "renderer.shout": "shout_plugin",
                "renderer.bomb": "bomb_plugin",
                "extension.metrics": "metrics_plugin",
                "poet.ann": "x",
            },
            "brubeck.plugins.v9": {"cache.late": "x"},
        },
        modules={
            "shout_plugin.py": RENDERERS,
            "bomb_plugin.py": "1 / 0",
            "metrics_plugin.py": """
                import click
                from brubeck_core.plugin import hookimpl

                @hookimpl
                def brubeck_app_created(app):
                    pass

                @hookimpl
                def brubeck_cli_commands(group):
                    @group.command()
                    def measure():
                        "Count what there is."
                        click.echo("5/4")

                    @group.command()
                    def run():
                        click.echo("not this one")
            """,
        },
        summary="From the distribution.",
    )


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    return {f"{row['kind']}.{row['name']}": row for row in json.loads(done.stdout)}


def test_plugins_lists_what_is_installed_and_used(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "plugins", path=[site], BRUBECK_RENDERER="shout")
    lines = {" ".join(line.split()) for line in done.stdout.splitlines()}
    assert lines >= {
        "KIND NAME DISTRIBUTION VERSION STATE SUMMARY",
        'renderer shout brubeck-shout 2.5 selected by renderer = "shout" (environment variable '
        "BRUBECK_RENDERER) Templates in capitals.",
        "renderer bomb brubeck-shout 2.5 available From the distribution.",
        "extension metrics brubeck-shout 2.5 available From the distribution.",
        "cache late brubeck-shout 2.5 for plugin API 9 From the distribution.",
        "poet ann brubeck-shout 2.5 unknown kind From the distribution.",
    }, done.stderr
    assert done.stderr == ""


def test_plugins_as_json_with_hooks(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "plugins", "--json", path=[site], BRUBECK_PLUGINS="metrics")
    assert rows(done)["extension.metrics"] == {
        "kind": "extension",
        "name": "metrics",
        "distribution": "brubeck-shout",
        "version": "2.5",
        "module": "metrics_plugin",
        "state": "selected",
        "setting": 'plugins = "metrics" (environment variable BRUBECK_PLUGINS)',
        "summary": "From the distribution.",
        "hooks": ["brubeck_app_created", "brubeck_cli_commands"],
        "problem": "",
    }


def test_plugins_shows_hooks(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "plugins", "--hooks", path=[site], BRUBECK_PLUGINS="metrics")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["brubeck_app_created", "brubeck-shout"] in lines
    assert ["brubeck_app_stopping"] in lines


def test_plugins_as_json_with_all_hooks(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "plugins", "--json", "--hooks", path=[site], BRUBECK_PLUGINS="metrics")
    shown = json.loads(done.stdout)
    assert "extension.metrics" in {f"{row['kind']}.{row['name']}" for row in shown["plugins"]}
    assert shown["hooks"]["brubeck_app_created"] == ["brubeck-shout"]
    assert shown["hooks"]["brubeck_app_stopping"] == []


def test_plugins_lists_a_class_that_is_selected(tmp_path: Path) -> None:
    done = brubeck(tmp_path, "plugins", BRUBECK_RENDERER="views:Mine")
    line = next(line for line in done.stdout.splitlines() if "views:Mine" in line)
    assert 'selected by renderer = "views:Mine"' in line


def test_plugins_tells_what_is_broken_when_it_is_selected(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "plugins", path=[site], BRUBECK_RENDERER="bomb")
    assert "broken" in next(line for line in done.stdout.splitlines() if "bomb" in line)
    assert "brubeck-shout 2.5 (renderer.bomb) is broken: importing bomb_plugin" in done.stderr
    assert done.returncode == 0


def without_redis(tmp_path: Path) -> Path:
    """Hide a plugin that may be installed: of two distributions of a name the first counts."""
    points = {V1: {"extension.nothing": "nothing"}}
    return fake_distribution(tmp_path, "brubeck-redis", entry_points=points)


def test_plugins_tells_what_is_selected_and_not_there(tmp_path: Path) -> None:
    done = brubeck(tmp_path, "plugins", path=[without_redis(tmp_path)], BRUBECK_USER_STORE="redis")
    assert "pip install brubeck-redis" in done.stderr
    assert done.returncode == 0


def test_plugins_all_lists_what_could_be_installed(tmp_path: Path) -> None:
    found = rows(brubeck(tmp_path, "plugins", "--all", "--json", path=[without_redis(tmp_path)]))
    row = found["cache.redis"]
    assert row["state"] == "not installed"
    assert row["summary"] == 'pip install brubeck-redis (or pip install "brubeck[redis]")'


# -- config ------------------------------------------------------------------------------------

SECRETS = """
    cookie_secret = "s3cret"
    login_url = "https://ann:s3cret@example.org/login"
    [renderer]
    use = "shout"
    [renderer.shout]
    directories = ["templates"]
    password = "s3cret"
    [renderer.other]
    password = "s3cret"
"""


def test_config_shows_every_value_with_its_origin(tmp_path: Path, site: Path) -> None:
    write(tmp_path, brubeck_toml=SECRETS)
    done = brubeck(tmp_path, "config", "--json", path=[site], BRUBECK_DEBUG="1")
    shown = json.loads(done.stdout)
    assert {key: (entry["value"], entry["origin"]) for key, entry in shown.items()}.items() >= {
        "debug": (True, "environment variable BRUBECK_DEBUG"),
        "concurrency": ("threads", "default"),
        "limits.max_headers": (100, "default"),
        "cookie_secret": ("********", "brubeck.toml, key cookie_secret"),
        "login_url": ("https://ann:********@example.org/login", "brubeck.toml, key login_url"),
        "renderer.shout.password": ("********", "brubeck.toml, key renderer.shout.password"),
        "renderer.other.password": ("********", "brubeck.toml, key renderer.other.password"),
    }.items()
    assert shown["renderer.shout.directories"]["value"] == ["templates"]


def test_config_for_people(tmp_path: Path, site: Path) -> None:
    write(tmp_path, brubeck_toml=SECRETS)
    done = brubeck(tmp_path, "config", path=[site], BRUBECK_SERVICE_HOST="10.0.0.1")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "SETTING VALUE ORIGIN"
    assert 'renderer "shout" brubeck.toml, key renderer.use' in lines
    assert "cookie_secret ******** brubeck.toml, key cookie_secret" in lines
    assert lines[-1].startswith("BRUBECK_SERVICE_HOST is in the environment")
    assert "s3cret" not in done.stdout


def test_config_reports_a_mistake(tmp_path: Path) -> None:
    done = brubeck(write(tmp_path, brubeck_toml="colour = 1"), "config")
    assert done.stderr.startswith("brubeck: 'colour' is not a setting of Brubeck")
    assert done.returncode == 2


# -- the group ---------------------------------------------------------------------------------


def test_a_plugin_adds_commands(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "measure", path=[site], BRUBECK_PLUGINS="metrics")
    assert done.stdout == "5/4\n"


def test_help_lists_the_commands_of_plugins(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "--help", path=[site], BRUBECK_PLUGINS="metrics")
    assert "Count what there is." in done.stdout
    assert "not this one" not in done.stdout


def test_a_plugin_does_not_replace_a_command(tmp_path: Path, site: Path) -> None:
    done = brubeck(tmp_path, "run", "--help", path=[site], BRUBECK_PLUGINS="metrics")
    assert "brubeck run examples/hello" in done.stdout


def test_help_is_there_where_the_configuration_is_wrong(tmp_path: Path) -> None:
    done = brubeck(write(tmp_path, brubeck_toml="colour = 1"), "--help")
    assert "Serve an application." in done.stdout
    assert "commands of plugins are missing: 'colour'" in done.stderr


def test_version(tmp_path: Path) -> None:
    assert brubeck(tmp_path, "--version").stdout.startswith("Brubeck ")
