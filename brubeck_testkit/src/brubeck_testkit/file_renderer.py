"""What renderers of template files promise beside what every renderer does, as tests.

class TestMyRenderer(TemplateFolder, RendererSuite):
    renderer_class = MyRenderer
    placeholder = "{{ value }}"


class TestMyFiles(FileRendererSuite):
    renderer_class = MyRenderer
    placeholder = "{{ value }}"
    option = "trim_blocks"
    broken = "fine\\n{% nonsense %}"
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.app.brubeck import Brubeck
from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.config import Config
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import Renderer, TemplateNotFound
from brubeck_testkit.renderer import WriteTemplate
from brubeck_testkit.suite import Suite, needs


class TemplateFolder:
    """The fixtures of `RendererSuite`, for renderers that take a directory."""

    renderer_class: type[FileRenderer]

    @pytest.fixture
    def write_template(self, tmp_path: Path) -> WriteTemplate:
        """Return a function that writes a file of the test's folder."""

        def write(name: str, source: str) -> None:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")

        return write

    @pytest.fixture
    def renderer(self, tmp_path: Path) -> Renderer:
        """Return a renderer of the test's folder."""
        return self.renderer_class(tmp_path)


class FlatTyre:
    """A value that cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("flat tyre")


class FileRendererSuite(TemplateFolder, Suite, standard=True):
    """For classes that derive from `FileRenderer`, or take the same arguments.

    The capabilities: ``"options"``, it has options of its own, one of them `option`;
    ``"places"``, its errors say which line failed; ``"adopts"``, it can work with what
    `environment` returns.
    """

    renderer_class: type[FileRenderer]
    #: What prints the context's `value` in this engine's templates.
    placeholder: str
    #: The name of an option.
    option: str
    #: A template of several lines that cannot be compiled, because of its second.
    broken: str

    def environment(self, directory: Path) -> object:
        """Return an environment of the engine's own, made as its manual says."""
        raise NotImplementedError("override `environment`")

    def test_the_first_directory_wins(self, tmp_path: Path, write_template: WriteTemplate) -> None:
        for name in ("mine/a", "theirs/a", "theirs/b"):
            write_template(name, f"this is {name}")
        renderer = self.renderer_class([tmp_path / "mine", str(tmp_path / "theirs")])
        assert [render(renderer, name) for name in "ab"] == ["this is mine/a", "this is theirs/b"]

    def test_packages_have_templates_too(
        self, tmp_path: Path, write_template: WriteTemplate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("mine/a", "brubeck_shop/templates/a", "brubeck_shop/pages/b"):
            write_template(name, f"this is {name}")
        monkeypatch.syspath_prepend(tmp_path)
        packages = ["brubeck_shop", "brubeck_shop:pages"]
        renderer = self.renderer_class(tmp_path / "mine", packages=packages)
        assert [render(renderer, name) for name in "ab"] == [
            "this is mine/a",
            "this is brubeck_shop/pages/b",
        ]

    def test_relative_directories_are_below_the_applications(
        self, tmp_path: Path, write_template: WriteTemplate
    ) -> None:
        write_template("pages/page.html", "five")
        renderer = self.renderer_class("pages")
        set_up(renderer, tmp_path)
        assert render(renderer) == "five"

    @pytest.mark.parametrize(
        ("auto_reload", "debug", "reloads"),
        [(True, False, True), (False, True, False), (None, True, True), (None, False, False)],
    )
    def test_a_changed_template_is_compiled_again(
        self,
        tmp_path: Path,
        write_template: WriteTemplate,
        auto_reload: bool | None,
        debug: bool,
        reloads: bool,
    ) -> None:
        renderer = self.renderer_class(tmp_path, auto_reload=auto_reload)
        set_up(renderer, tmp_path, debug=debug)
        pages: list[str] = []
        for text in ("four", "five", "six!"):
            write_template("page.html", text)
            os.utime(tmp_path / "page.html", ns=(0, len(pages)))
            pages.append(render(renderer))
        assert pages == (["four", "five", "six!"] if reloads else ["four"] * 3)

    def test_a_removed_template_is_missing(
        self, tmp_path: Path, write_template: WriteTemplate
    ) -> None:
        renderer = self.renderer_class(tmp_path, auto_reload=True)
        write_template("page.html", "five")
        render(renderer)
        (tmp_path / "page.html").unlink()
        with pytest.raises(TemplateNotFound):
            render(renderer)

    def test_a_missing_template_names_the_directories(self, tmp_path: Path) -> None:
        here, nowhere = tmp_path / "here", tmp_path / "nowhere"
        here.mkdir()
        with pytest.raises(TemplateNotFound) as caught:
            render(self.renderer_class([here, nowhere]))
        assert f"'{here}', '{nowhere}' (no such directory)" in str(caught.value)

    def test_a_loader_makes_a_renderer_when_it_is_called(
        self, tmp_path: Path, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", "five")
        load = self.renderer_class.loader(tmp_path, auto_reload=True)
        assert render(load()) == "five"

    def test_a_loader_needs_a_directory(self) -> None:
        with pytest.raises(ValueError, match="needs a directory"):
            self.renderer_class.loader(None)

    @needs("options")
    def test_a_misspelt_option_is_an_error_with_the_right_one(self, tmp_path: Path) -> None:
        misspelt: dict[str, Any] = {self.option[:-1]: "five"}
        with pytest.raises(ConfigError, match=f"Did you mean '{self.option}'"):
            self.renderer_class(tmp_path, **misspelt)

    @needs("places")
    def test_a_failure_tells_template_line_and_context(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", f"one\ntwo\n<b>{self.placeholder}</b>\nfour\n")
        with pytest.raises(RuntimeError, match="flat tyre") as caught:
            renderer.render("page.html", {"value": FlatTyre()})
        said = "\n".join(caught.value.__notes__)
        assert "'page.html', line 3:" in said
        assert f"> 3 | <b>{self.placeholder}</b>" in " ".join(said.split())
        assert "value (FlatTyre)" in said

    @needs("places")
    def test_a_broken_template_tells_its_line(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", self.broken)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - of the engine's own type
            render(renderer)
        said = "\n".join(caught.value.__notes__)
        assert "'page.html', line 2:" in said
        assert f"| {self.broken.splitlines()[1]}" in said

    def test_a_broken_template_is_there(
        self, renderer: Renderer, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", self.broken)
        assert renderer.has_template("page.html")

    def test_many_render_at_once(self, renderer: Renderer, write_template: WriteTemplate) -> None:
        write_template("page.html", f"<p>{self.placeholder}</p>" * 50)

        def rendered(number: int) -> str:
            return renderer.render("page.html", {"value": number})

        with ThreadPoolExecutor(8) as pool:
            pages = list(pool.map(rendered, range(200)))
        assert pages == [f"<p>{number}</p>" * 50 for number in range(200)]

    @needs("adopts")
    def test_an_environment_of_the_engine_is_adopted_and_escapes(
        self, tmp_path: Path, write_template: WriteTemplate
    ) -> None:
        write_template("page.html", f"<p>{self.placeholder}</p>")
        renderer = self.renderer_class.adopt(self.environment(tmp_path))
        assert renderer is not None
        set_up(renderer, tmp_path)
        page = render(renderer, value="<script>")
        assert page == "<p>&lt;script&gt;</p>"

    @needs("adopts")
    @pytest.mark.parametrize("name", ["pag.html", "../page.html", "/page.html", "page.html\0"])
    def test_an_adopted_environment_is_as_strict_about_names(
        self, tmp_path: Path, write_template: WriteTemplate, name: str
    ) -> None:
        write_template("page.html", "five")
        write_template("below/page.html", "four")
        renderer = self.renderer_class.adopt(self.environment(tmp_path / "below"))
        assert renderer is not None
        assert renderer.has_template(name) is False
        with pytest.raises(TemplateNotFound):
            render(renderer, name)

    def test_what_is_no_environment_of_the_engine_is_not_adopted(self) -> None:
        assert self.renderer_class.adopt(object()) is None


def render(renderer: Renderer, template: str = "page.html", **context: Any) -> str:
    """Render a template; a newline that an engine adds or keeps at its end does not count."""
    return renderer.render(template, context).strip()


def set_up(renderer: Renderer, directory: Path, **settings: object) -> None:
    """Make an application that has this renderer."""
    given: Mapping[str, object] = {"connection": "local", "renderer": renderer, **settings}
    Brubeck(config=Config(directory).with_overrides(given, "the test kit"))
