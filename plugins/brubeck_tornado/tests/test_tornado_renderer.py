"""The renderer for Tornado's templates keeps every promise of a renderer, and its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_testkit.file_renderer import FileRendererSuite, TemplateFolder
from brubeck_testkit.renderer import RendererSuite
from brubeck_tornado import TornadoRenderer
from tornado.template import DictLoader, Loader


class TestTornadoRenderer(TemplateFolder, RendererSuite):
    renderer_class = TornadoRenderer
    capabilities = {"includes"}
    placeholder = "{{ value }}"
    include = ("part.html", '{% include "part.html" %}')


class TestTornadoFiles(FileRendererSuite):
    renderer_class = TornadoRenderer
    capabilities = {"adopts", "options", "places"}
    placeholder = "{{ value }}"
    option = "whitespace"
    broken = "<p>\n{% for song in %}\n</p>"

    def environment(self, directory: Path) -> object:
        return Loader(str(directory))


@pytest.mark.parametrize(
    ("option", "value", "because"),
    [
        ("autoescape", None, "always escaped"),
        ("whitespace", "double", "all, single, oneline"),
    ],
)
def test_an_option_is_refused(tmp_path: Path, option: str, value: object, because: str) -> None:
    with pytest.raises(ConfigError, match=f"{option}.*{because}"):
        TornadoRenderer(tmp_path, **{option: value})


@pytest.mark.parametrize(
    ("options", "source", "expected"),
    [
        ({}, "a  b", "a b"),
        ({"whitespace": "all"}, "a  b", "a  b"),
        ({"namespace": {"shout": str.upper}}, "{{ shout('<a>') }}", "&lt;A&gt;"),
    ],
)
def test_options_reach_the_engine(
    tmp_path: Path, options: dict[str, object], source: str, expected: str
) -> None:
    (tmp_path / "page.html").write_text(source)
    assert TornadoRenderer(tmp_path, **options).render("page.html", {}) == expected


def test_a_value_may_be_bytes(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ value }}")
    page = TornadoRenderer(tmp_path).render("page.html", {"value": "<café>".encode()})
    assert page == "&lt;café&gt;"


@pytest.mark.parametrize("base", ["base.html", "../base.html"])
def test_templates_name_others_relative_to_themselves(tmp_path: Path, base: str) -> None:
    for folder in (".", "songs"):
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        (path / "base.html").write_text(f"{folder} {{% block body %}}{{% end %}}")
    source = f'{{% extends "{base}" %}}{{% block body %}}five{{% end %}}'
    (tmp_path / "songs" / "page.html").write_text(source)
    page = TornadoRenderer(tmp_path).render("songs/page.html", {})
    assert page == ("songs five" if base == "base.html" else ". five")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret"])
def test_a_template_cannot_include_what_is_outside(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "page.html").write_text(f'{{% include "{name}" %}}')
    with pytest.raises(TemplateNotFound, match="is refused"):
        TornadoRenderer(tmp_path / "below").render("page.html", {})


def test_a_failure_in_a_parent_template_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text("<p>\n{{ 1 / nothing }}\n{% block body %}{% end %}")
    (tmp_path / "page.html").write_text('{% extends "base.html" %}')
    with pytest.raises(ZeroDivisionError) as caught:
        TornadoRenderer(tmp_path).render("page.html", {"nothing": 0})
    assert "template 'page.html', line 2 of 'base.html':" in caught.value.__notes__[0]


def test_an_expression_that_is_no_python_tells_its_line(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>\n{{ 1 + }}\n")
    with pytest.raises(SyntaxError) as caught:
        TornadoRenderer(tmp_path).render("page.html", {})
    assert "'page.html', line 2:" in caught.value.__notes__[0]


def test_a_change_of_a_parent_reaches_those_that_extend_it(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{% extends "base.html" %}')
    renderer = TornadoRenderer(tmp_path, auto_reload=True)
    for text in ("four", "five!"):
        (tmp_path / "base.html").write_text(text)
        assert renderer.render("page.html", {}) == text


def test_an_adopted_loader_may_read_from_elsewhere() -> None:
    renderer = TornadoRenderer.adopt(DictLoader({"page.html": "{{ value }}"}))
    assert renderer is not None
    assert renderer.render("page.html", {"value": "<"}) == "&lt;"
    with pytest.raises(TemplateNotFound, match=r"no template 'pag\.html'"):
        renderer.render("pag.html", {})


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.html").write_text("<p>{% block body %}{% end %}</p>")
    (tmp_path / "page.html").write_text('{% extends "base.html" %}{% block body %}5{% end %}')
    renderer = TornadoRenderer(tmp_path)
    renderer.render("page.html", {})
    monkeypatch.setattr(renderer.environment, "_create_template", None)
    assert renderer.render("page.html", {}) == "<p>5</p>"
