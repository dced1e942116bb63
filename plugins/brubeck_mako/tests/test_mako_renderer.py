"""The Mako renderer keeps every promise of a renderer, and its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from brubeck_core.errors import ConfigError
from brubeck_mako import MakoRenderer
from brubeck_testkit.file_renderer import FileRendererSuite, TemplateFolder
from brubeck_testkit.renderer import RendererSuite
from mako.exceptions import TemplateLookupException
from mako.lookup import TemplateLookup


class TestMakoRenderer(TemplateFolder, RendererSuite):
    renderer_class = MakoRenderer
    capabilities = {"includes", "markup"}
    placeholder = "${value}"
    include = ("part.html", '<%include file="part.html"/>')


class TestMakoFiles(FileRendererSuite):
    renderer_class = MakoRenderer
    capabilities = {"adopts", "options", "places"}
    placeholder = "${value}"
    option = "strict_undefined"
    broken = "<p>\n% for song in:\n</p>"

    def environment(self, directory: Path) -> object:
        return TemplateLookup(directories=[str(directory)])


@pytest.mark.parametrize(
    ("option", "value", "because"),
    [
        ("default_filters", ["str"], "always escaped"),
        ("filesystem_checks", True, "auto_reload"),
        ("format_exceptions", True, "debug = true"),
        ("output_encoding", "utf-8", "rendered as text"),
    ],
)
def test_an_option_is_refused(tmp_path: Path, option: str, value: object, because: str) -> None:
    with pytest.raises(ConfigError, match=f"{option}.*{because}"):
        MakoRenderer(tmp_path, **{option: value})


@pytest.mark.parametrize(
    ("options", "source", "expected"),
    [
        ({"imports": ["import math"]}, "${math.floor(5.5)}", "5"),
        ({"preprocessor": str.upper}, "five", "FIVE"),
        ({"input_encoding": "latin-1"}, "caf\xe9", "caf\xe9"),
    ],
)
def test_options_reach_the_engine(
    tmp_path: Path, options: dict[str, object], source: str, expected: str
) -> None:
    encoding = str(options.get("input_encoding", "utf-8"))
    (tmp_path / "page.html").write_text(source, encoding)
    assert MakoRenderer(tmp_path, **options).render("page.html", {}) == expected


def test_a_missing_value_is_an_error_if_told(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("${title}")
    with pytest.raises(NameError, match="'title' is not defined"):
        MakoRenderer(tmp_path, strict_undefined=True).render("page.html", {})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${value}", "&lt;b&gt;"),
        ("${value | trim}", "&lt;b&gt;"),
        ("${value | n}", "<b>"),
        ("% for v in [value]:\n${v}\\\n% endfor\n", "&lt;b&gt;"),
        ("<%def name='show(v)'>${v}</%def>${show(value)}", "&lt;b&gt;"),
        ("<%block name='show'>${value}</%block>", "&lt;b&gt;"),
        ("<p title='${value}'>", "<p title='&lt;b&gt;'>"),
    ],
)
def test_escaping(tmp_path: Path, source: str, expected: str) -> None:
    (tmp_path / "page.html").write_text(source)
    assert MakoRenderer(tmp_path).render("page.html", {"value": "<b>"}) == expected


@pytest.mark.parametrize("base", ["base.html", "/base.html", "../base.html"])
def test_templates_name_others_from_the_root_or_relative_to_themselves(
    tmp_path: Path, base: str
) -> None:
    for folder in (".", "songs"):
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        (path / "base.html").write_text(f"{folder} ${{self.body()}}")
    (tmp_path / "songs" / "page.html").write_text(f'<%inherit file="{base}"/>five')
    page = MakoRenderer(tmp_path).render("songs/page.html", {})
    assert page == ("songs five" if base == "base.html" else ". five")


@pytest.mark.parametrize("name", ["../secret", "/../secret", "//../secret", "..\\secret"])
def test_a_template_cannot_include_what_is_outside(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "page.html").write_text('<%include file="${name}"/>')
    with pytest.raises(TemplateLookupException, match="is refused"):
        MakoRenderer(tmp_path / "below").render("page.html", {"name": name})


def test_a_missing_template_that_another_one_uses_is_named_with_near_names(tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text("")
    (tmp_path / "page.html").write_text('<%inherit file="bse.html"/>')
    with pytest.raises(TemplateLookupException) as caught:
        MakoRenderer(tmp_path).render("page.html", {})
    assert f"no template 'bse.html' in '{tmp_path}'. Did you mean 'base.html'?" in str(caught.value)
    assert "While rendering the template 'page.html'" in caught.value.__notes__[0]


def test_a_failure_in_a_parent_template_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text("<p>\n${1 / nothing}\n${self.body()}")
    (tmp_path / "page.html").write_text('<%inherit file="base.html"/>')
    with pytest.raises(ZeroDivisionError) as caught:
        MakoRenderer(tmp_path).render("page.html", {"nothing": 0})
    assert "template 'page.html', line 2 of 'base.html':" in caught.value.__notes__[0]


@pytest.mark.parametrize("auto_reload", [True, False])
def test_the_environment_takes_templates_that_are_no_files(
    tmp_path: Path, auto_reload: bool
) -> None:
    renderer = MakoRenderer(tmp_path, auto_reload=auto_reload)
    renderer.environment.put_string("page.html", "${value}")
    assert renderer.render("page.html", {"value": "<"}) == "&lt;"


def test_an_adopted_lookup_that_chooses_itself_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("${value}")
    renderer = MakoRenderer.adopt(TemplateLookup([str(tmp_path)], default_filters=["str"]))
    assert renderer is not None
    assert renderer.render("page.txt", {"value": "<"}) == "<"


def test_what_an_adopted_lookup_has_compiled_is_escaped_too() -> None:
    lookup = TemplateLookup()
    lookup.put_string("page.html", "${value}")
    renderer = MakoRenderer.adopt(lookup)
    assert renderer is not None
    assert renderer.environment is lookup
    assert renderer.render("page.html", {"value": "<"}) == "&lt;"


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.html").write_text("<p>${self.body()}</p>")
    (tmp_path / "page.html").write_text('<%inherit file="base.html"/>5')
    renderer = MakoRenderer(tmp_path)
    renderer.render("page.html", {})
    monkeypatch.setattr(renderer.environment, "_load", None)
    assert renderer.render("page.html", {}) == "<p>5</p>"
