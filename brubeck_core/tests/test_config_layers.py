"""Which source wins, what a value may be, and what a mistake is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.config import Config, Rank, Setting
from brubeck_core.config.schema import KEYS, SELECTIONS, TABLES
from brubeck_core.errors import ConfigError
from brubeck_core.http.limits import Limits
from brubeck_core.plugin.kinds import KINDS


def load(
    directory: Path,
    toml: str = "",
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Config:
    (directory / "brubeck.toml").write_text(toml, encoding="utf-8")
    return Config.load(directory, environ or {}, overrides)


def test_every_kind_of_plugin_has_a_selection() -> None:
    assert list(SELECTIONS) == list(KINDS)


def test_defaults_without_any_file(tmp_path: Path) -> None:
    config = Config.load(tmp_path, {})
    assert {key: config.get(key) for key in KEYS} == {
        "concurrency": "threads",
        "connection": None,
        "renderer": None,
        "user_store": "memory",
        "cache": "memory",
        "queryset": "memory",
        "app": None,
        "plugins": (),
        "debug": False,
        "cookie_secret": None,
        "login_url": None,
        "api_base_url": "",
        "log_level": "INFO",
        "workers": 0,
    }
    assert config.setting("debug").is_default
    assert config.limits == Limits()
    assert config.directory == tmp_path


SOURCES: list[tuple[str, dict[str, Any], Setting]] = [
    ("the default", {}, Setting("threads", "default")),
    (
        "the launcher beats the default",
        {"launcher"},
        Setting("from-launcher", "default of brubeck run"),
    ),
    (
        "pyproject.toml beats the launcher",
        {"launcher", "pyproject"},
        Setting("from-pyproject", "pyproject.toml, key tool.brubeck.concurrency"),
    ),
    (
        "brubeck.toml beats pyproject.toml",
        {"launcher", "pyproject", "file"},
        Setting("from-file", "brubeck.toml, key concurrency"),
    ),
    (
        "the environment beats brubeck.toml",
        {"launcher", "pyproject", "file", "environ"},
        Setting("from-environ", "environment variable BRUBECK_CONCURRENCY"),
    ),
    (
        "an argument beats the environment",
        {"launcher", "pyproject", "file", "environ", "argument"},
        Setting("from-argument", "argument of Brubeck()"),
    ),
    (
        "the command line beats an argument",
        {"launcher", "pyproject", "file", "environ", "argument", "option"},
        Setting("from-option", "option --concurrency"),
    ),
]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [pytest.param(sources, expected, id=name) for name, sources, expected in SOURCES],
)
def test_the_stronger_source_wins(tmp_path: Path, sources: set[str], expected: Setting) -> None:
    if "pyproject" in sources:
        text = '[tool.brubeck]\nconcurrency = "from-pyproject"\n'
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    toml = 'concurrency = "from-file"' if "file" in sources else ""
    environ = {"BRUBECK_CONCURRENCY": "from-environ"} if "environ" in sources else {}
    config = load(tmp_path, toml, environ)
    # The strongest first: it is the rank that decides, not the order of the calls.
    if "option" in sources:
        config = config.with_overrides(
            {"concurrency": "from-option"}, "option --concurrency", Rank.COMMAND_LINE
        )
    if "argument" in sources:
        config = config.with_overrides({"concurrency": "from-argument"}, "argument of Brubeck()")
    if "launcher" in sources:
        config = config.with_overrides(
            {"concurrency": "from-launcher"}, "default of brubeck run", Rank.LAUNCHER
        )
    assert config.selection("concurrency") == expected


FORMS = [
    ("short", 'renderer = "jinja2"', "renderer"),
    ("table", '[renderer]\nuse = "jinja2"', "renderer.use"),
    ("dotted", 'renderer.use = "jinja2"', "renderer.use"),
]


@pytest.mark.parametrize("kind", SELECTIONS)
@pytest.mark.parametrize(
    ("toml", "key"), [pytest.param(toml, key, id=name) for name, toml, key in FORMS]
)
def test_both_forms_select_every_kind(tmp_path: Path, kind: str, toml: str, key: str) -> None:
    config = load(tmp_path, toml.replace("renderer", kind))
    origin = f"brubeck.toml, key {key.replace('renderer', kind)}"
    assert config.selection(kind) == Setting("jinja2", origin)


def test_options_merge_one_by_one_over_the_sources(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.brubeck.connection.wsgi]\nport = 1\nserver = 'waitress'\n", encoding="utf-8"
    )
    config = load(
        tmp_path,
        "[connection]\nuse = 'wsgi'\n[connection.wsgi]\nport = 2\nhost = 'a'\n"
        "[connection.mongrel2]\npull = 'tcp://b'\n",
        {"BRUBECK_CONNECTION__WSGI__HOST": "c"},
    )
    assert config.options("connection", "wsgi") == {
        "port": Setting(2, "brubeck.toml, key connection.wsgi.port"),
        "server": Setting("waitress", "pyproject.toml, key tool.brubeck.connection.wsgi.server"),
        "host": Setting("c", "environment variable BRUBECK_CONNECTION__WSGI__HOST", text=True),
    }


def test_an_argument_may_be_a_class_or_an_instance(tmp_path: Path) -> None:
    instance = object()
    config = load(tmp_path, "", {}, {"renderer": instance, "cache": dict, "queryset": None})
    assert config.selection("renderer") == Setting(instance, "argument of Brubeck()")
    assert config.selection("cache").value is dict
    assert config.selection("queryset").is_default, "None stands for 'not given'"


VALUES: list[tuple[str, str, dict[str, str], object]] = [
    ("debug", "debug = true", {}, True),
    ("debug", "", {"BRUBECK_DEBUG": "Yes"}, True),
    ("debug", "debug = true", {"BRUBECK_DEBUG": "0"}, False),
    ("debug", "debug = true", {"BRUBECK_DEBUG": ""}, True),
    ("debug", "", {"brubeck_debug": "on"}, True),
    ("plugins", 'plugins = ["a", "b"]', {}, ["a", "b"]),
    ("plugins", 'plugins = "a"', {}, ["a"]),
    ("plugins", "", {"BRUBECK_PLUGINS": "a, b"}, ["a", "b"]),
    ("plugins", "", {"BRUBECK_PLUGINS": "[::1]:80"}, ["[::1]:80"]),
    ("plugins", "", {"BRUBECK_PLUGINS": '["a", "b"]'}, ["a", "b"]),
    ("cookie_secret", 'cookie_secret = ["new", "old"]', {}, ["new", "old"]),
    ("cookie_secret", "", {"BRUBECK_COOKIE_SECRET": "one, with a comma"}, "one, with a comma"),
    ("cookie_secret", "", {"BRUBECK_COOKIE_SECRET": '["new", "old"]'}, ["new", "old"]),
    ("cookie_secret", "", {"BRUBECK_COOKIE_SECRET": "[not toml"}, "[not toml"),
    ("log_level", "log_level = 'debug'", {}, "DEBUG"),
    ("log_level", "log_level = 10", {}, 10),
    ("log_level", "", {"BRUBECK_LOG_LEVEL": "warning"}, "WARNING"),
    ("login_url", "", {"BRUBECK_LOGIN_URL": "/login"}, "/login"),
]


@pytest.mark.parametrize(("key", "toml", "environ", "expected"), VALUES)
def test_values_are_converted(
    tmp_path: Path, key: str, toml: str, environ: dict[str, str], expected: object
) -> None:
    assert load(tmp_path, toml, environ).get(key) == expected


def test_limits_come_from_every_source(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "[limits]\nmax_body = 10\nmax_headers = 20\n",
        {"BRUBECK_LIMITS__MAX_HEADERS": "30"},
        {"limits": {"max_form_files": 0}},
    )
    assert config.limits == Limits(max_body=10, max_headers=30, max_form_files=0)


def test_items_have_every_setting_with_its_origin(tmp_path: Path) -> None:
    config = load(tmp_path, "debug = true\n[cache.memory]\nsize = 3\n")
    items = dict(config.items())
    assert items["debug",] == Setting(True, "brubeck.toml, key debug")
    assert items["cache", "memory", "size"].value == 3
    assert items["limits", "max_body"].is_default
    assert {path[0] for path in items} == {*KEYS, *TABLES}


MISTAKES: list[tuple[str, str, dict[str, str], list[str]]] = [
    (
        "unknown key",
        'rendrer = "jinja2"',
        {},
        ["'rendrer'", "brubeck.toml, key rendrer", "Did you mean 'renderer'?"],
    ),
    ("unknown key with nothing like it", "zzz = 1", {}, ["'zzz'", "There are: concurrency, "]),
    ("wrong type", 'debug = "yes"', {}, ['debug = "yes"', "key debug", "true or false"]),
    ("a number for a text", "login_url = 3", {}, ["login_url = 3", "has to be text"]),
    ("true for a number", "[limits]\nmax_body = true", {}, ["limits.max_body", "whole number"]),
    ("number for a list", "plugins = 3", {}, ["plugins = 3", "a list of texts"]),
    ("numbers in a list", "plugins = [1]", {}, ["plugins = [1]", "a list of texts"]),
    ("no such choice", "log_level = 'loud'", {}, ['log_level = "loud"', "DEBUG, INFO"]),
    ("selection of a number", "cache = 3", {}, ["cache = 3", "name of a plugin"]),
    ("empty selection", "cache = ''", {}, ['cache = ""', "name of a plugin"]),
    (
        "option in the table that selects",
        "[connection]\nuse = 'wsgi'\nport = 8000",
        {},
        ["connection.port = 8000", "[connection.NAME] port"],
    ),
    (
        "setting below a table that selects",
        "[connection]\nuse = 'wsgi'\ndebug = true",
        {},
        ["debug has to stand above the first [table]"],
    ),
    (
        "setting below the limits",
        "[limits]\ndebug = true",
        {},
        ["'limits.debug' is not a setting", "debug has to stand above the first [table]"],
    ),
    ("unknown limit", "[limits]\nmaxbody = 1", {}, ["Did you mean 'max_body'?"]),
    ("negative limit", "[limits]\nmax_body = -1", {}, ["limits.max_body = -1", "negative"]),
    ("limits that are no table", "limits = 3", {}, ["limits = 3", "[limits] max_body"]),
    ("not TOML", "debug = \n", {}, ["brubeck.toml is not valid TOML", "line 1"]),
    (
        "misspelt variable",
        "",
        {"BRUBECK_CONCURENCY": "gevent"},
        ["BRUBECK_CONCURENCY", "Did you mean BRUBECK_CONCURRENCY?"],
    ),
    (
        "wrong text in a variable",
        "",
        {"BRUBECK_DEBUG": "maybe"},
        ['"maybe"', "environment variable BRUBECK_DEBUG", "yes or no"],
    ),
    ("limit that is no number", "", {"BRUBECK_LIMITS__MAX_BODY": "big"}, ["whole number"]),
    ("unknown limit in a variable", "", {"BRUBECK_LIMITS__BODY": "1"}, ["BRUBECK_LIMITS__BODY"]),
    (
        "variable without an option's name",
        "",
        {"BRUBECK_CONNECTION__WSGI": "8000"},
        ["BRUBECK_CONNECTION=wsgi", "BRUBECK_CONNECTION__WSGI__OPTION"],
    ),
    ("variable too deep", "", {"BRUBECK_CACHE__A__B__C": "1"}, ["write BRUBECK_CACHE__A__B,"]),
    ("variable with an empty part", "", {"BRUBECK_CACHE____B": "1"}, ["BRUBECK_CACHE__NAME__B,"]),
]


@pytest.mark.parametrize(
    ("toml", "environ", "said"),
    [pytest.param(toml, environ, said, id=name) for name, toml, environ, said in MISTAKES],
)
def test_a_mistake_is_told_with_its_origin(
    tmp_path: Path, toml: str, environ: dict[str, str], said: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, toml, environ)
    for words in said:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("file", "toml", "table"),
    [
        ("brubeck.toml", 'connection = "wsgi"\n[connection.wsgi]\nport = 1', "connection"),
        ("brubeck.toml", 'connection = "wsgi"\n[ connection ]\nuse = "x"', "connection"),
        ("brubeck.toml", 'connection = "wsgi"\nconnection.wsgi.port = 1', "connection"),
        (
            "pyproject.toml",
            '[tool.brubeck]\nconnection = "wsgi"\n[tool.brubeck.connection.wsgi]\nport = 1',
            "tool.brubeck.connection",
        ),
    ],
)
def test_a_text_and_a_table_of_one_name_get_advice(
    tmp_path: Path, file: str, toml: str, table: str
) -> None:
    (tmp_path / file).write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError, match="only one of them") as caught:
        Config.load(tmp_path, {})
    assert f'[{table}]\n    use = "wsgi"\n\n    [{table}.wsgi]' in str(caught.value)


def test_a_secret_of_the_wrong_type_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cookie_secret") as caught:
        load(tmp_path, "cookie_secret = 48151623")
    assert "48151623" not in str(caught.value)


@pytest.mark.parametrize(
    ("toml", "environ"),
    [
        ('cookie_secret = ""', {}),
        ("cookie_secret = []", {}),
        ('cookie_secret = ["new", ""]', {}),
        ("", {"BRUBECK_COOKIE_SECRET": "[]"}),
    ],
)
def test_an_empty_secret_is_refused_before_anything_starts(
    tmp_path: Path, toml: str, environ: dict[str, str]
) -> None:
    with pytest.raises(ConfigError, match=r"cookie_secret \(.*\): it is empty.*token_urlsafe"):
        load(tmp_path, toml, environ)


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    environ = {"BRUBECK_SERVICE_HOST": "10.0.0.1", "BRUBECK_TRACE_PLUGINS": "1", "HOME": "/"}
    assert load(tmp_path, "", environ).ignored == ("BRUBECK_SERVICE_HOST",)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "brubeck.toml").write_bytes(b"app = '\xff'")
    with pytest.raises(ConfigError, match="not UTF-8"):
        Config.load(tmp_path, {})


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "brubeck.toml").mkdir()
    with pytest.raises(ConfigError, match=r"brubeck\.toml cannot be read"):
        Config.load(tmp_path, {})


@pytest.mark.parametrize("text", ["", "[tool.ruff]\nline-length = 100\n", "tool = 3\n"])
def test_a_pyproject_of_others_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert Config.load(tmp_path, {}).setting("debug").is_default


def test_a_tool_table_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nbrubeck = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="has to be a table"):
        Config.load(tmp_path, {})
