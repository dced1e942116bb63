"""The configuration that `Brubeck()` uses when it is given none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from brubeck_core.config import Config, Rank, Setting, current, prefer, set_current


@pytest.fixture(autouse=True)
def _nobody_launched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("brubeck_core.config.process._preferences", {})
    set_current(None)
    yield
    set_current(None)


def test_without_a_launcher_it_is_that_of_the_current_directory(tmp_path: Path) -> None:
    (tmp_path / "brubeck.toml").write_text("debug = true", encoding="utf-8")
    assert current().get("debug") is True
    assert current().directory == tmp_path


def test_the_launchers_wins(tmp_path: Path) -> None:
    (tmp_path / "brubeck.toml").write_text("debug = true", encoding="utf-8")
    set_current(Config.load(tmp_path / "elsewhere", {}))
    assert current().get("debug") is False


def test_a_preference_is_weaker_than_a_file(tmp_path: Path) -> None:
    prefer({"concurrency": "gevent"}, "a program")
    assert current().selection("concurrency") == Setting("gevent", "a program")
    (tmp_path / "brubeck.toml").write_text("concurrency = 'eventlet'", encoding="utf-8")
    assert current().selection("concurrency").value == "eventlet"


def test_a_preference_of_higher_rank_is_stronger_than_a_file(tmp_path: Path) -> None:
    (tmp_path / "brubeck.toml").write_text("concurrency = 'eventlet'", encoding="utf-8")
    prefer({"concurrency": "gevent"}, "a program", Rank.ARGUMENT)
    assert current().selection("concurrency").value == "gevent"
