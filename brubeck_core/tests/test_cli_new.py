"""`brubeck new`: what it writes, what it is careful with, and what names it takes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from brubeck_core.cli.main import brubeck
from brubeck_core.cli.scaffold import TEMPLATES
from brubeck_core.errors import ConfigError
from brubeck_core.plugin.kinds import EXTENSION, GROUP, KINDS

ALL_KINDS = [*KINDS, EXTENSION]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str) -> None:
    brubeck.main(["new", *arguments], standalone_mode=False)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_there_is_a_template_for_every_kind() -> None:
    assert {path.name for path in TEMPLATES.iterdir()} == {"app", "plugin", *ALL_KINDS}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_plugin_has_all_its_files(here: Path, kind: str) -> None:
    new("plugin", "shout", "--kind", kind)
    written = files(here / "brubeck-shout")
    assert written.keys() >= {
        ".github/workflows/test.yml",
        ".gitignore",
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "src/brubeck_shout/__init__.py",
        "src/brubeck_shout/_plugin.py",
        "src/brubeck_shout/py.typed",
        "tests/test_packaging.py",
    }
    assert len([name for name in written if name.startswith("src/")]) >= 4
    assert len([name for name in written if name.startswith("tests/")]) == 2


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_plugin_is_announced_under_its_name(here: Path, kind: str) -> None:
    new("plugin", "loud-shout", "--kind", kind)
    project = tomllib.loads((here / "brubeck-loud-shout" / "pyproject.toml").read_text())["project"]
    assert project["name"] == "brubeck-loud-shout"
    assert project["entry-points"] == {GROUP: {f"{kind}.loud_shout": "brubeck_loud_shout._plugin"}}


@pytest.mark.parametrize("kind", [*ALL_KINDS, None])
def test_nothing_of_the_template_is_left(here: Path, kind: str | None) -> None:
    new(*(["plugin", "shout", "--kind", kind] if kind else ["app", "shout"]))
    for name, content in files(here).items():
        assert "PACKAGE" not in name
        assert not name.endswith(".tmpl")
        assert re.search(rb"\$\{\w", content) is None
        if name.endswith(".py"):
            compile(content, name, "exec")


NAMES = {
    "shout": "brubeck-shout",
    "brubeck-shout": "brubeck-shout",
    "loud-shout": "brubeck-loud-shout",
    "loud_shout": "brubeck-loud-shout",
    "base64": "brubeck-base64",
}


@pytest.mark.parametrize(("name", "folder"), NAMES.items(), ids=NAMES)
def test_a_folder_is_named_after_the_distribution(here: Path, name: str, folder: str) -> None:
    new("plugin", name, "--kind", "cache")
    assert [path.name for path in here.iterdir()] == [folder]


BAD_PLUGIN_NAMES = {
    "My Plugin": "such as my-plugin",
    "Shout": "such as shout",
    "shout!": "such as shout",
    "2fast": "such as fast",
    "../shout": "such as shout",
    "a--b": "such as a-b",
    "été": "no name for a plugin",
    "": "no name for a plugin",
    "brubeck-": "no name for a plugin",
    "testkit": "brubeck-testkit is a distribution of Brubeck itself",
    "jinja2": "brubeck-jinja2 is a distribution of Brubeck itself",
    "string": "renderer.string comes with brubeck-core",
}


@pytest.mark.parametrize(("name", "said"), BAD_PLUGIN_NAMES.items(), ids=BAD_PLUGIN_NAMES)
def test_a_name_no_plugin_can_have_is_refused(here: Path, name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        new("plugin", name, "--kind", "renderer")
    assert list(here.iterdir()) == []


BAD_APP_NAMES = {
    "my songs": "such as my-songs",
    "../songs": "such as songs",
    "/songs": "such as songs",
    ".": "no name for an application",
    "": "no name for an application",
    "songs\n": "such as songs",
}


@pytest.mark.parametrize(("name", "said"), BAD_APP_NAMES.items(), ids=BAD_APP_NAMES)
def test_a_name_no_application_can_have_is_refused(here: Path, name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        new("app", name)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("plugin", "shout", "--kind", "cache"), ("app", "shout")], ids=["plugin", "app"]
)
class TestWhatIsThere:
    """Nothing that is there is ever touched."""

    def test_a_file_in_the_way_stops_it_before_anything_is_written(
        self, here: Path, arguments: tuple[str, ...]
    ) -> None:
        (here / "mine").mkdir()
        (here / "mine" / "README.md").write_text("mine")
        with pytest.raises(ConfigError, match=r"mine has README\.md already"):
            new(*arguments, "--directory", "mine")
        assert files(here) == {"mine/README.md": b"mine"}

    def test_a_second_time_is_refused(self, here: Path, arguments: tuple[str, ...]) -> None:
        new(*arguments)
        before = files(here)
        with pytest.raises(ConfigError, match="and more already, and nothing is overwritten"):
            new(*arguments)
        assert files(here) == before

    def test_a_folder_may_have_other_files(self, here: Path, arguments: tuple[str, ...]) -> None:
        (here / "notes.txt").write_text("mine")
        new(*arguments, "--directory", ".")
        assert (here / "notes.txt").read_text() == "mine"
        assert (here / "README.md").is_file()

    def test_a_file_is_no_folder(self, here: Path, arguments: tuple[str, ...]) -> None:
        (here / "mine").write_text("mine")
        with pytest.raises(ConfigError, match="mine is there already, and is no directory"):
            new(*arguments, "--directory", "mine")

    def test_a_folder_that_cannot_be_made_is_told(
        self, here: Path, arguments: tuple[str, ...]
    ) -> None:
        (here / "mine").write_text("mine")
        with pytest.raises(ConfigError, match="cannot be written"):
            new(*arguments, "--directory", "mine/below")

    def test_folders_are_made_as_needed(self, here: Path, arguments: tuple[str, ...]) -> None:
        new(*arguments, "--directory", "a/b/c")
        assert (here / "a/b/c/README.md").is_file()


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_it_says_what_to_do_next(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    new("plugin", "shout", "--kind", kind)
    said = capsys.readouterr().out
    assert f"{kind}.shout" in said
    assert "cd brubeck-shout" in said
    assert "python -m pytest" in said
