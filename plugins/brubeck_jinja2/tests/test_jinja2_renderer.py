"""The Jinja2 renderer keeps every promise of a renderer, and its own."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_jinja2 import Jinja2Renderer
from brubeck_testkit.file_renderer import FileRendererSuite, TemplateFolder
from brubeck_testkit.renderer import RendererSuite


class TestJinja2Renderer(TemplateFolder, RendererSuite):
    renderer_class = Jinja2Renderer
    capabilities = {"includes", "markup"}
    placeholder = "{{ value }}"
    include = ("part.html", '{% include "part.html" %}')


class TestJinja2Files(FileRendererSuite):
    renderer_class = Jinja2Renderer
    capabilities = {"adopts", "options", "places"}
    placeholder = "{{ value }}"
    option = "trim_blocks"
    broken = "<p>\n{% for song in %}\n</p>"

    def environment(self, directory: Path) -> object:
        return jinja2.Environment(loader=jinja2.FileSystemLoader(directory))


@pytest.mark.parametrize(
    ("option", "value", "because"),
    [
        ("autoescape", False, "always escaped"),
        ("enable_async", True, "plain blocking code"),
        ("loader", None, "directories or packages"),
        ("undefined", "StrictUndefind", "StrictUndefined"),
        ("undefined", "Environment", "StrictUndefined"),
    ],
)
def test_an_option_is_refused(tmp_path: Path, option: str, value: object, because: str) -> None:
    with pytest.raises(ConfigError, match=f"{option}.*{because}"):
        Jinja2Renderer(tmp_path, **{option: value})


@pytest.mark.parametrize(
    ("options", "source", "expected"),
    [
        ({}, "{{ 'a' }}\n{% if true %}\nb{% endif %}", "a\n\nb"),
        ({"trim_blocks": True}, "{{ 'a' }}\n{% if true %}\nb{% endif %}", "a\nb"),
        ({"extensions": ["jinja2.ext.do"]}, "{% set x = [] %}{% do x.append(5) %}{{ x }}", "[5]"),
        (
            {"variable_start_string": "<<", "variable_end_string": ">>"},
            "<< 5 >>{{ 5 }}",
            "5{{ 5 }}",
        ),
        ({"undefined": "ChainableUndefined"}, "{{ a.b.c }}", ""),
        ({"finalize": lambda value: f"{value}!"}, "{{ 2 + 3 }}", "5!"),
    ],
)
def test_options_reach_the_engine(
    tmp_path: Path, options: dict[str, object], source: str, expected: str
) -> None:
    (tmp_path / "page.html").write_text(source)
    assert Jinja2Renderer(tmp_path, **options).render("page.html", {}) == expected


def test_a_missing_value_is_an_error_if_told(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ title }}")
    with pytest.raises(jinja2.UndefinedError, match="'title' is undefined"):
        Jinja2Renderer(tmp_path, undefined="StrictUndefined").render("page.html", {})


def test_the_environment_takes_filters(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ value | shout }}")
    renderer = Jinja2Renderer(tmp_path)
    renderer.environment.filters["shout"] = str.upper
    assert renderer.render("page.html", {"value": "<five>"}) == "&lt;FIVE&gt;"


@pytest.mark.parametrize(
    "source",
    ['{% extends "bse.html" %}', '{% include "bse.html" %}', "{% include name %}"],
)
def test_a_missing_template_that_another_one_uses_is_named_with_near_names(
    tmp_path: Path, source: str
) -> None:
    (tmp_path / "base.html").write_text("")
    (tmp_path / "page.html").write_text(f"<p>\n{source}")
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        Jinja2Renderer(tmp_path).render("page.html", {"name": "bse.html"})
    assert f"no template 'bse.html' in '{tmp_path}'. Did you mean 'base.html'?" in str(caught.value)
    assert "'page.html', line 2:" in caught.value.__notes__[0]


def test_a_template_cannot_include_what_is_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "page.html").write_text("{% include name %}")
    with pytest.raises(jinja2.TemplateNotFound, match="is refused"):
        Jinja2Renderer(tmp_path / "below").render("page.html", {"name": "../secret"})


def test_a_failure_in_a_parent_template_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text("<p>\n{{ 1 / nothing }}\n{% block body %}{% endblock %}")
    (tmp_path / "page.html").write_text('{% extends "base.html" %}')
    with pytest.raises(ZeroDivisionError) as caught:
        Jinja2Renderer(tmp_path).render("page.html", {"nothing": 0})
    assert "template 'page.html', line 2 of 'base.html':" in caught.value.__notes__[0]


def test_an_adopted_environment_that_chooses_itself_is_left_alone(tmp_path: Path) -> None:
    for name in ("page.html", "page.txt"):
        (tmp_path / name).write_text("{{ value }}")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(tmp_path), autoescape=jinja2.select_autoescape()
    )
    renderer = Jinja2Renderer.adopt(environment)
    assert renderer is not None
    assert renderer.environment is environment
    pages = [renderer.render(name, {"value": "<"}) for name in ("page.html", "page.txt")]
    assert pages == ["&lt;", "<"]


def test_an_adopted_environment_may_read_from_elsewhere() -> None:
    templates = {"page.html": "{{ value }}"}
    renderer = Jinja2Renderer.adopt(jinja2.Environment(loader=jinja2.DictLoader(templates)))
    assert renderer is not None
    assert renderer.render("page.html", {"value": "<"}) == "&lt;"
    with pytest.raises(
        TemplateNotFound, match=r"no template 'pag\.html'\. Did you mean 'page\.html'"
    ):
        renderer.render("pag.html", {})


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.html").write_text("<p>{% block body %}{% endblock %}</p>")
    source = '{% extends "base.html" %}{% block body %}5{% endblock %}'
    (tmp_path / "page.html").write_text(source)
    renderer = Jinja2Renderer(tmp_path)
    renderer.render("page.html", {})
    monkeypatch.setattr(renderer.environment, "compile", None)
    assert renderer.render("page.html", {}) == "<p>5</p>"
