"""The renderer keeps what every renderer promises, and what its README does."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from brubeck_chameleon.renderer import ChameleonRenderer
from brubeck_core import TemplateRendering
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_core.testing import TestClient
from brubeck_testkit.file_renderer import FileRendererSuite, TemplateFolder
from brubeck_testkit.renderer import RendererSuite


class TestChameleonRenderer(TemplateFolder, RendererSuite):
    renderer_class = ChameleonRenderer
    capabilities = {"includes", "markup"}
    placeholder = "${value}"
    include = ("part.html", '<tal:part metal:use-macro="load: part.html" />')


class TestChameleonFiles(FileRendererSuite):
    renderer_class = ChameleonRenderer
    capabilities = {"options", "places"}
    placeholder = "${value}"
    option = "trim_attribute_space"
    broken = "<p>\n${1 +}\n</p>"


class Hello(TemplateRendering):
    def get(self):
        return self.render_template("hello.html", names=self.get_arguments("name"))


def test_an_application_renders_with_it(make_app, tmp_path: Path):
    page = '<ul><tal:all repeat="name names"><li>Hello, ${name}!</li></tal:all></ul>'
    (tmp_path / "hello.html").write_text(page)
    settings = {"use": "chameleon", "chameleon": {"directories": [str(tmp_path)]}}
    client = TestClient(make_app(renderer=settings, handler_tuples=[("^/$", Hello)]))
    answer = client.get("/?name=Ann&name=<Bob>")
    assert answer.text == "<ul><li>Hello, Ann!</li><li>Hello, &lt;Bob&gt;!</li></ul>"


@pytest.mark.parametrize("name", ["../secret.html", "/etc/hosts", "missing.html"])
def test_a_template_loads_no_other_than_templates(tmp_path: Path, name: str):
    (tmp_path / "secret.html").write_text("<p>secret</p>")
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "page.html").write_text(f'<p metal:use-macro="load: {name}" />')
    with pytest.raises(TemplateNotFound):
        ChameleonRenderer(templates).render("page.html", {})


def test_an_error_tells_no_values(tmp_path: Path):
    (tmp_path / "page.html").write_text("<p>${missing}</p>")
    context = {"password": "".join(["top", "secret"])}
    with pytest.raises(NameError, match="missing") as caught:
        ChameleonRenderer(tmp_path).render("page.html", context)
    assert "topsecret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mode": "text"}, "values are not escaped"),
        ({"search_path": "/"}, "found by the renderer"),
    ],
)
def test_options_are_checked(options, said):
    with pytest.raises(ConfigError, match=said):
        ChameleonRenderer(**options)
