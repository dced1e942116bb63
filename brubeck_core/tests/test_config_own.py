"""The application's own settings: the table [settings], read into a dataclass."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.cli.main import brubeck
from brubeck_core.config import Config, set_current
from brubeck_core.errors import ConfigError
from click.testing import CliRunner


@dataclass(frozen=True)
class Own:
    name: str
    seconds: float = 15.0
    size: int = 50
    loud: bool = False
    secret: str | None = None
    rooms: list[str] = field(default_factory=list)
    providers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size is negative")


def load(directory: Path, toml: str = "", environ: dict[str, str] | None = None) -> Config:
    (directory / "brubeck.toml").write_text(toml, encoding="utf-8")
    return Config.load(directory, environ or {})


def test_each_type_from_a_file(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "[settings]\nname = 'chat'\nseconds = 3\nsize = 2\nloud = true\nsecret = 's'\n"
        "rooms = ['public']\n[settings.providers.tumblr]\nkey = 'k'",
    )
    providers = {"tumblr": {"key": "k"}}
    assert config.own(Own) == Own("chat", 3.0, 2, True, "s", ["public"], providers)


def test_each_type_from_the_environment(tmp_path: Path) -> None:
    variables = {
        "NAME": "chat",
        "SECONDS": "0.5",
        "SIZE": "2",
        "LOUD": "on",
        "SECRET": "s",
        "ROOMS": "a,b",
        "PROVIDERS": '{tumblr = {key = "k"}}',
    }
    config = load(
        tmp_path, environ={f"BRUBECK_SETTINGS__{name}": text for name, text in variables.items()}
    )
    providers = {"tumblr": {"key": "k"}}
    assert config.own(Own) == Own("chat", 0.5, 2, True, "s", ["a", "b"], providers)


def test_the_environment_wins_over_the_file_and_the_program_over_both(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "[settings]\nname = 'file'\nsize = 1\nseconds = 1",
        {"BRUBECK_SETTINGS__SIZE": "2", "BRUBECK_SETTINGS__SECONDS": "2"},
    ).with_overrides({"settings": {"seconds": 3}}, "argument of Brubeck()")
    assert config.own(Own) == Own("file", 3.0, 2)


@pytest.mark.parametrize(
    ("toml", "environ", "message"),
    [
        (
            "[settings]\nnane = 'x'",
            {},
            r"'settings.nane' is not .* \(brubeck.toml, key settings.nane\). Did you mean 'name'\?",
        ),
        (
            "",
            {"BRUBECK_SETTINGS__SIZE": "many"},
            r"settings.size \(environment variable BRUBECK_SETTINGS__SIZE\): it has to be a whole",
        ),
        ("[settings]\nname = 5", {}, r"settings.name .*: it has to be text"),
        ("", {}, r"needs settings.name, which nobody set: .*BRUBECK_SETTINGS__NAME"),
        ("[settings]\nname = ''\nsize = -1", {}, r"the table \[settings\] .*: size is negative"),
    ],
)
def test_mistakes_are_told(
    tmp_path: Path, toml: str, environ: dict[str, str], message: str
) -> None:
    config = load(tmp_path, toml, environ)
    with pytest.raises(ConfigError, match=message):
        config.own(Own)


@pytest.mark.parametrize(
    ("toml", "environ", "message"),
    [
        ("settings = 5", {}, "it has to be a table of the application's own settings"),
        ("", {"BRUBECK_SETTINGS__A__B": "1"}, "goes too deep"),
        ("", {"BRUBECK_SETTINGZ__A": "1"}, "Did you mean BRUBECK_SETTINGS"),
    ],
)
def test_what_is_no_table_is_refused_at_once(
    tmp_path: Path, toml: str, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, toml, environ)


def test_the_command_shows_names_but_no_values(tmp_path: Path) -> None:
    set_current(load(tmp_path, "[settings]\nkey = 'of the band'"))
    try:
        shown = CliRunner().invoke(brubeck, ["config"]).output
    finally:
        set_current(None)
    assert "settings.key" in shown
    assert "of the band" not in shown
