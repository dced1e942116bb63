"""What a target on the command line means, and what the launcher learns before click."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.cli.launch import Launch, launch_config, peek
from brubeck_core.cli.target import Target, locate
from brubeck_core.config import Setting
from brubeck_core.errors import ConfigError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in (
        "hello.py",
        "site/brubeck.toml",
        "site/other.toml",
        "package/__init__.py",
        "package/web.py",
        "both/__init__.py",
        "both/brubeck.toml",
    ):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


TARGETS: list[tuple[str | None, str, str | None]] = [
    (None, ".", None),
    (".", ".", None),
    ("site", "site", None),
    ("site/", "site", None),
    ("hello.py", ".", "hello"),
    ("hello.py:app", ".", "hello:app"),
    ("package/web.py:app", ".", "package.web:app"),
    ("package", ".", "package"),
    ("both", "both", None),
    ("hello", ".", "hello"),
    ("hello:app", ".", "hello:app"),
    ("package.web:create_app()", ".", "package.web:create_app()"),
]


@pytest.mark.parametrize(("text", "directory", "name"), TARGETS)
def test_a_target_is_located(
    project: Path, text: str | None, directory: str, name: str | None
) -> None:
    assert locate(text) == Target((project / directory).resolve(), name)


def test_a_target_can_be_a_file_of_settings(project: Path) -> None:
    assert locate("site/other.toml") == Target((project / "site").resolve(), None, "other.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nowhere.py", "there is no file"),
        ("site/nowhere.toml", "there is no file"),
        ("no/where", "there is no directory 'no/where'"),
        (":app", "there is no directory ':app'"),
        ("./nowhere", "there is no directory"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_target_that_is_not_there(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        locate(text)


def test_entering_puts_the_directory_first_on_the_path_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    Target(tmp_path).enter()
    Target(tmp_path).enter()
    assert sys.path.count(str(tmp_path)) == 1
    assert sys.path[0] == str(tmp_path)


ARGUMENTS: list[tuple[list[str], Launch | None]] = [
    (["run"], Launch()),
    (["run", "site"], Launch("site")),
    (
        ["run", "--concurrency", "gevent", "site", "--debug"],
        Launch("site", {"concurrency": "gevent", "debug": True}),
    ),
    (["run", "--workers", "4"], Launch(None, {"workers": "4"})),
    (["run", "--bind=:80", "--renderer="], Launch(None, {"bind": ":80", "renderer": ""})),
    ([], None),
    (["routes", "site"], None),
    (["--version"], None),
    (["run", "--help"], None),
    (["run", "--bind"], None),
    (["run", "--colour", "red"], None),
    (["run", "one", "two"], None),
    (["run", "concurrency", "-concurrency", "x"], None),
]


@pytest.mark.parametrize(("arguments", "expected"), ARGUMENTS)
def test_the_launcher_peeks_at_the_arguments(arguments: list[str], expected: Launch | None) -> None:
    assert peek(arguments) == expected


SELECTED: list[tuple[str, dict[str, Any], Setting]] = [
    ("", {}, Setting("wsgi", "default of brubeck run")),
    ('connection = "local"', {}, Setting("local", "brubeck.toml, key connection")),
    (
        'connection = "local"',
        {"connection": "mongrel2", "bind": "b"},
        Setting("mongrel2", "option --connection"),
    ),
    ('connection = "local"', {"bind": "b"}, Setting("local", "option --bind")),
]


@pytest.mark.parametrize(("toml", "options", "expected"), SELECTED)
def test_the_connection_of_brubeck_run(
    tmp_path: Path, toml: str, options: dict[str, Any], expected: Setting
) -> None:
    (tmp_path / "brubeck.toml").write_text(toml, encoding="utf-8")
    assert launch_config(Target(tmp_path), options).selection("connection") == expected


def test_a_file_of_settings_takes_the_place_of_brubeck_toml(tmp_path: Path) -> None:
    (tmp_path / "brubeck.toml").write_text('cache = "redis"\ndebug = true', encoding="utf-8")
    (tmp_path / "other.toml").write_text('cache = "memory"', encoding="utf-8")
    config = launch_config(Target(tmp_path, settings="other.toml"), {})
    assert config.selection("cache") == Setting("memory", "other.toml, key cache")
    assert config.get("debug") is False


def test_options_of_brubeck_run_beat_the_program(tmp_path: Path) -> None:
    options = {"concurrency": "gevent", "renderer": None, "debug": True, "bind": "x:1"}
    config = launch_config(Target(tmp_path), options)
    config = config.with_overrides(
        {"concurrency": "threads", "debug": False, "connection": object()}, "argument of Brubeck()"
    )
    assert config.selection("concurrency") == Setting("gevent", "option --concurrency")
    assert config.get("debug") is True
    assert config.selection("connection").value == "wsgi"
    assert config.options("connection", "wsgi")["bind"].value == "x:1"
