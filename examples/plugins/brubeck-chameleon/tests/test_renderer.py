"""The renderer keeps what every renderer promises, and what its README does."""

from __future__ import annotations

from pathlib import Path

import pytest
from brubeck_chameleon.renderer import ChameleonRenderer, RenderingFailed
from brubeck_core import TemplateRendering
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_core.testing import TestClient
from brubeck_testkit.renderer import RendererSuite

INCLUDE = '<tal:part metal:use-macro="load: part.html" />'


@pytest.fixture
def write_template(tmp_path: Path):
    def write(name: str, source: str) -> None:
        (tmp_path / name).write_text(source, "utf-8")

    return write


@pytest.fixture
def renderer(tmp_path: Path) -> ChameleonRenderer:
    return ChameleonRenderer(tmp_path)


class TestChameleonRenderer(RendererSuite):
    capabilities = {"includes", "markup"}
    placeholder = "${value}"
    include = ("part.html", INCLUDE)

    @pytest.fixture
    def write_template(self, write_template):
        return write_template

    @pytest.fixture
    def renderer(self, renderer: ChameleonRenderer) -> ChameleonRenderer:
        return renderer


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


@pytest.mark.parametrize("auto_reload", [True, False])
def test_a_changed_template_is_compiled_again_if_it_should(tmp_path, write_template, auto_reload):
    renderer = ChameleonRenderer(tmp_path, auto_reload=auto_reload)
    write_template("page.html", "<p>four</p>")
    assert renderer.render("page.html", {}) == "<p>four</p>"
    write_template("page.html", "<p>take five</p>")
    expected = "<p>take five</p>" if auto_reload else "<p>four</p>"
    assert renderer.render("page.html", {}) == expected


@pytest.mark.parametrize("name", ["../secret.html", "/etc/hosts", "missing.html"])
def test_a_template_loads_no_other_than_templates(renderer, write_template, tmp_path, name):
    (tmp_path.parent / "secret.html").write_text("<p>secret</p>")
    write_template("page.html", f'<p metal:use-macro="load: {name}" />')
    with pytest.raises(TemplateNotFound):
        renderer.render("page.html", {})


def test_a_broken_template_tells_its_line(renderer, write_template):
    write_template("page.html", "<p>\n<b>\n${1 +}\n</b></p>")
    with pytest.raises(Exception, match="syntax") as caught:
        renderer.render("page.html", {})
    assert "line 3" in caught.value.__notes__[0]
    assert ">    3 | ${1 +}" in caught.value.__notes__[0]


def test_an_error_tells_no_values(renderer, write_template):
    write_template("page.html", "<p>${missing}</p>")
    with pytest.raises(RenderingFailed, match='Expression: "missing"') as caught:
        renderer.render("page.html", {"password": "s3cret"})
    assert isinstance(caught.value.__cause__, NameError)
    assert "s3cret" not in "".join([str(caught.value), *caught.value.__notes__])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"trim_attribute_spaces": True}, "Did you mean 'trim_attribute_space'?"),
        ({"mode": "text"}, "values are not escaped"),
        ({"search_path": "/"}, "found by the renderer"),
    ],
)
def test_options_are_checked(options, said):
    with pytest.raises(ConfigError, match=said.replace("?", r"\?")):
        ChameleonRenderer(**options)
