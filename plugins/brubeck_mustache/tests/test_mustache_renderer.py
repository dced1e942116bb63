"""The Mustache renderer keeps every promise of a renderer, and its own."""

from __future__ import annotations

from pathlib import Path

import pystache
import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_mustache import MustacheRenderer
from brubeck_testkit.file_renderer import FileRendererSuite, TemplateFolder
from brubeck_testkit.renderer import RendererSuite
from pystache.common import PystacheError
from pystache.parser import ParsingError


class TestMustacheRenderer(TemplateFolder, RendererSuite):
    renderer_class = MustacheRenderer
    capabilities = {"includes"}
    placeholder = "{{value}}"
    include = ("part", "{{> part}}")


class TestMustacheFiles(FileRendererSuite):
    renderer_class = MustacheRenderer
    capabilities = {"adopts", "options", "places"}
    placeholder = "{{value}}"
    option = "missing_tags"
    broken = "<p>\n{{/songs}}\n</p>"

    def environment(self, directory: Path) -> object:
        return pystache.Renderer(search_dirs=[str(directory)])


@pytest.mark.parametrize(
    ("option", "value", "because"),
    [
        ("escape", str, "always escaped"),
        ("missing_tags", "loud", "ignore, strict"),
        ("search_dirs", ["templates"], "directories"),
    ],
)
def test_an_option_is_refused(tmp_path: Path, option: str, value: object, because: str) -> None:
    with pytest.raises(ConfigError, match=f"{option}.*{because}"):
        MustacheRenderer(tmp_path, **{option: value})


@pytest.mark.parametrize(
    ("options", "file", "expected"),
    [
        ({}, "page.mustache", "5 part"),
        ({}, "page", "5 part"),
        ({"file_extension": "html"}, "page.html", "5 part"),
        ({"file_extension": False}, "page", "5 part"),
        ({"partials": {"part": "given {{value}}"}}, "page.mustache", "5 given 5"),
    ],
)
def test_options_reach_the_engine(
    tmp_path: Path, options: dict[str, object], file: str, expected: str
) -> None:
    (tmp_path / file).write_text("{{value}} {{> part}}")
    (tmp_path / file.replace("page", "part")).write_text("part")
    renderer = MustacheRenderer(tmp_path, **options)
    assert renderer.render("page", {"value": 5}) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{value}}", "&lt;b&gt;"),
        ("{{{value}}}", "<b>"),
        ("{{&value}}", "<b>"),
        ("{{#values}}{{.}}{{/values}}", "&lt;i&gt;&lt;u&gt;"),
        ("{{#song}}{{title}}{{/song}}", "&lt;five&gt;"),
        ("{{song.title}}", "&lt;five&gt;"),
        ("{{^nothing}}none{{/nothing}}", "none"),
        ("{{nothing}}{{> nothing}}", ""),
        ("{{call}}", "&lt;b&gt; &amp;"),
        ("{{#wrap}}{{value}}{{/wrap}}", "<p>&lt;b&gt;</p>"),
    ],
)
def test_syntax(tmp_path: Path, source: str, expected: str) -> None:
    (tmp_path / "page.mustache").write_text(source)
    context = {
        "value": "<b>",
        "values": ["<i>", "<u>"],
        "song": {"title": "<five>"},
        "call": lambda: "{{{value}}} &",
        "wrap": lambda text: f"<p>{text}</p>",
    }
    renderer = MustacheRenderer(tmp_path)
    assert [renderer.render("page", context) for _ in range(2)] == [expected] * 2


@pytest.mark.parametrize("source", ["{{title}}", "{{> title}}"])
def test_a_missing_value_is_an_error_if_told(tmp_path: Path, source: str) -> None:
    (tmp_path / "page.mustache").write_text(f"<p>\n{source}")
    with pytest.raises(PystacheError, match="title") as caught:
        MustacheRenderer(tmp_path, missing_tags="strict").render("page", {})
    assert "'page', line 2:" in caught.value.__notes__[0]


@pytest.mark.parametrize("broken", ["<p>\n{{#songs}}\n", "<p>\n{{#a}}{{/b}}", "<p>\n{{/songs}}"])
def test_a_section_without_its_end_is_an_error(tmp_path: Path, broken: str) -> None:
    (tmp_path / "page.mustache").write_text(broken)
    with pytest.raises(ParsingError) as caught:
        MustacheRenderer(tmp_path).render("page", {})
    assert "'page', line 2:" in caught.value.__notes__[0]


class Song:
    @property
    def title(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p>\n{{#song}}\n{{title}}\n{{/song}}", "'page', line 3:"),
        ("{{#song}}{{> part}}{{/song}}", "'page', line 2 of 'part':"),
        ("{{> part}}\n{{song.title}}", "'page', line 2:"),
        ("{{> broken}}", "'page', line 3 of 'broken':"),
    ],
)
def test_a_failure_tells_the_line_of_its_tag(tmp_path: Path, page: str, said: str) -> None:
    (tmp_path / "page.mustache").write_text(page)
    (tmp_path / "part.mustache").write_text("<b>\n  {{ title }}</b>")
    (tmp_path / "broken.mustache").write_text("<b>\n\n{{/title}}</b>")
    with pytest.raises((ZeroDivisionError, ParsingError)) as caught:
        MustacheRenderer(tmp_path).render("page", {"song": Song()})
    assert said in caught.value.__notes__[0]


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd"])
def test_a_template_cannot_include_what_is_outside(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.mustache").write_text("secret")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "page.mustache").write_text(f"five{{{{> {name}}}}}")
    assert MustacheRenderer(tmp_path / "below").render("page", {}) == "five"


def test_near_names_are_given_without_extension(tmp_path: Path) -> None:
    (tmp_path / "success.mustache").write_text("five")
    with pytest.raises(TemplateNotFound, match=r"no template 'sucess'.* Did you mean 'success'\?"):
        MustacheRenderer(tmp_path).render("sucess", {})


def test_a_changed_partial_is_read_again_if_told(tmp_path: Path) -> None:
    (tmp_path / "page.mustache").write_text("{{> part}}")
    renderer = MustacheRenderer(tmp_path, auto_reload=True)
    for text in ("four", "five!"):
        (tmp_path / "part.mustache").write_text(text)
        assert renderer.render("page", {}) == text


def test_nothing_is_parsed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.mustache").write_text("{{#values}}\n  {{> part}}\n{{/values}}")
    (tmp_path / "part.mustache").write_text("<p>{{.}}</p>\n")
    renderer = MustacheRenderer(tmp_path)
    assert renderer.render("page", {"values": [4]}) == "  <p>4</p>\n"
    monkeypatch.setattr("pystache.parser._Parser.parse", None)
    assert renderer.render("page", {"values": [5, 6]}) == "  <p>5</p>\n  <p>6</p>\n"


def test_an_adopted_renderer_keeps_its_own_ways(tmp_path: Path) -> None:
    class Polite(pystache.Renderer):
        def str_coerce(self, val: object) -> str:
            return f"{val}, please"

    (tmp_path / "page.mustache").write_text("{{value}} {{> part}}")
    own = Polite(search_dirs=[str(tmp_path)], partials={"part": "partial"})
    renderer = MustacheRenderer.adopt(own)
    assert renderer is not None
    assert renderer.environment is own
    assert renderer.render("page", {"value": 5}) == "5, please partial"
