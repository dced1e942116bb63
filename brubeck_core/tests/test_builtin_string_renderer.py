"""The `string.Template` renderer keeps every promise of a renderer, and its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from brubeck_core.builtin.string_renderer import StringRenderer
from brubeck_core.errors import BrubeckError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_testkit.renderer import RendererSuite, WriteTemplate


@pytest.fixture
def write_template(tmp_path: Path) -> WriteTemplate:
    def write(name: str, source: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source, "utf-8")

    return write


@pytest.fixture
def renderer(tmp_path: Path) -> StringRenderer:
    return StringRenderer([tmp_path])


class TestStringRenderer(RendererSuite):
    placeholder = "$value"

    @pytest.fixture
    def write_template(self, write_template: WriteTemplate) -> WriteTemplate:
        return write_template

    @pytest.fixture
    def renderer(self, renderer: StringRenderer) -> StringRenderer:
        return renderer


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$$5 for $name", "$5 for Dave"),
        ("${name}s", "Daves"),
        ("no dollar", "no dollar"),
        ("", ""),
    ],
)
def test_syntax(
    renderer: StringRenderer, write_template: WriteTemplate, source: str, expected: str
) -> None:
    write_template("page.html", source)
    assert renderer.render("page.html", {"name": "Dave"}) == expected


def test_a_template_may_lie_in_a_folder(
    renderer: StringRenderer, write_template: WriteTemplate
) -> None:
    write_template("songs/page.html", "Take five")
    assert renderer.render("songs/page.html", {}) == "Take five"


def test_the_first_directory_wins(tmp_path: Path) -> None:
    for folder, names in {"mine": ["a"], "theirs": ["a", "b"]}.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).write_text(f"{name} of {folder}")
    renderer = StringRenderer([tmp_path / "mine", tmp_path / "theirs"])
    assert [renderer.render(name, {}) for name in "ab"] == ["a of mine", "b of theirs"]


def test_one_directory_needs_no_list(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("Take five")
    assert StringRenderer(str(tmp_path)).render("page.html", {}) == "Take five"


@pytest.mark.parametrize(("auto_reload", "expected"), [(True, "five"), (False, "four")])
def test_a_changed_template_is_read_again_if_told(
    write_template: WriteTemplate, tmp_path: Path, auto_reload: bool, expected: str
) -> None:
    renderer = StringRenderer(tmp_path, auto_reload=auto_reload)
    write_template("page.html", "four")
    assert renderer.render("page.html", {}) == "four"
    write_template("page.html", "five")
    os.utime(tmp_path / "page.html", ns=(0, 0))
    assert renderer.render("page.html", {}) == expected


def test_a_removed_template_is_missing(write_template: WriteTemplate, tmp_path: Path) -> None:
    renderer = StringRenderer(tmp_path, auto_reload=True)
    write_template("page.html", "five")
    renderer.render("page.html", {})
    (tmp_path / "page.html").unlink()
    with pytest.raises(TemplateNotFound):
        renderer.render("page.html", {})


def test_a_value_that_is_missing_is_named(
    renderer: StringRenderer, write_template: WriteTemplate
) -> None:
    write_template("page.html", "$title")
    with pytest.raises(BrubeckError, match=r"'page\.html' uses \$title"):
        renderer.render("page.html", {"titel": "Take five"})


def test_only_values_that_are_used_are_converted(
    renderer: StringRenderer, write_template: WriteTemplate
) -> None:
    class Stubborn:
        def __str__(self) -> str:
            raise AssertionError("nobody asked for this value")

    write_template("page.html", "$title")
    assert renderer.render("page.html", {"title": "Take five", "other": Stubborn()}) == "Take five"


@pytest.mark.parametrize("source", ["100 $", "$5", "${name"])
def test_a_broken_template_says_where(
    renderer: StringRenderer, write_template: WriteTemplate, source: str
) -> None:
    write_template("page.html", f"fine\n{source}")
    with pytest.raises(BrubeckError, match=r"page\.html.*line 2.*write \$\$"):
        renderer.render("page.html", {"name": "Dave"})


def test_the_directories_searched_are_named(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    renderer = StringRenderer([tmp_path / "here", tmp_path / "nowhere"])
    with pytest.raises(TemplateNotFound) as caught:
        renderer.render("page.html", {})
    assert f"'{tmp_path}/here', '{tmp_path}/nowhere' (no such directory)" in str(
        caught.value
    )


@pytest.mark.parametrize(
    "name", ["..\\page.html", "C:page.html", "a//page.html", "./page.html", "page.html/"]
)
def test_a_refused_name_is_told_the_rule(
    renderer: StringRenderer, write_template: WriteTemplate, name: str
) -> None:
    write_template("page.html", "Take five")
    with pytest.raises(TemplateNotFound, match="is refused"):
        renderer.render(name, {})


@pytest.mark.parametrize("name", ["x" * 5000, "\ud800"], ids=["too long", "not Unicode"])
def test_a_name_that_no_file_can_have_is_missing(renderer: StringRenderer, name: str) -> None:
    assert renderer.has_template(name) is False
