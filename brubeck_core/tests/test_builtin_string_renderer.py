"""The `string.Template` renderer keeps every promise of a renderer, and its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from brubeck_core.builtin.string_renderer import StringRenderer
from brubeck_core.errors import BrubeckError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_testkit.file_renderer import FileRendererSuite, TemplateFolder
from brubeck_testkit.renderer import RendererSuite, WriteTemplate


@pytest.fixture
def write_template(tmp_path: Path) -> WriteTemplate:
    def write(name: str, source: str) -> None:
        (tmp_path / name).write_text(source, "utf-8")

    return write


@pytest.fixture
def renderer(tmp_path: Path) -> StringRenderer:
    return StringRenderer([tmp_path])


class TestStringRenderer(TemplateFolder, RendererSuite):
    renderer_class = StringRenderer
    placeholder = "$value"


class TestStringFiles(FileRendererSuite):
    renderer_class = StringRenderer
    placeholder = "$value"
    broken = "fine\n100 $"


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
