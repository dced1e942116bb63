"""The renderer for Mustache templates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_cache import TemplateCache
from brubeck_core.builtin.template_errors import Place
from brubeck_core.builtin.template_files import (
    find_template,
    template_names,
    template_not_found,
)
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_mustache._plugin import ENGINE_OPTIONS
from brubeck_mustache.engine import Engine, MustacheTemplate, place_in
from pystache import Renderer as Pystache

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

_REFUSED = {
    "escape": "values are always escaped; write {{{value}}} for one that is markup",
    "search_dirs": "it is called directories here",
}
_MISSING_TAGS = ("ignore", "strict")


class MustacheRenderer(FileRenderer):
    """Render Mustache templates by pystache; every ``{{value}}`` is escaped.

    A template's name is that of its file, with the extension or without: ``"success"`` is
    ``success.mustache``. What ``{{> name}}`` includes is found in the same way.

    Args:
        options: those of `pystache.Renderer`, but for `escape` and `search_dirs`.

    The others are those of `FileRenderer`. Raises `ConfigError` for an unknown option.

    Attributes:
        environment: the `pystache.Renderer`; set what is to differ before the first rendering.
    """

    error_template = "errors"
    engine_options = tuple(option.name for option in ENGINE_OPTIONS)
    refused_options = _REFUSED
    environment: Pystache

    def make_engine(self, options: dict[str, Any]) -> None:
        if options.get("missing_tags") not in (None, *_MISSING_TAGS):
            raise ConfigError(
                f"missing_tags = {options['missing_tags']!r} is none of {', '.join(_MISSING_TAGS)}"
            )
        options.setdefault("file_encoding", "utf-8")
        options.setdefault("string_encoding", "utf-8")
        self.environment = Pystache(**options)
        self._templates = TemplateCache(self.find, self._compile)
        self._follow()

    @classmethod
    def adopt(cls, environment: object) -> MustacheRenderer | None:
        """Return a renderer around a `pystache.Renderer` of the program's own."""
        if not isinstance(environment, Pystache):
            return None
        renderer = cls([Path(path).absolute() for path in environment.search_dirs])
        renderer.environment = environment
        return renderer

    def setup(self, app: Brubeck) -> None:
        super().setup(app)
        self._follow()

    def load(self, name: str) -> MustacheTemplate:
        template = self._templates.get(name, self.auto_reload)
        if template is None:
            raise self.not_found(name)
        return template

    def fill(self, template: MustacheTemplate, context: Mapping[str, Any]) -> str:
        return template.render(self._engine, context)

    def place_of(self, error: Exception) -> Place | None:
        return place_in(error)

    def find(self, name: str) -> Path | None:
        """Return the file of a template that is named with its extension or without."""
        with_extension = find_template(name + self._extension(), self.directories)
        return with_extension or super().find(name)

    def not_found(self, name: str) -> TemplateNotFound:
        def names() -> list[str]:
            files = template_names(self.directories)
            return [file.removesuffix(self._extension()) for file in files]

        return template_not_found(name, self.directories, names)

    @cached_property
    def _engine(self) -> Engine:
        return Engine(self.environment, lambda name: self._templates.get(name, self.auto_reload))

    def _compile(self, name: str, path: Path) -> MustacheTemplate:
        environment = self.environment
        text = path.read_bytes().decode(environment.file_encoding, environment.decode_errors)
        return MustacheTemplate(name, text)

    def _extension(self) -> str:
        extension = self.environment.file_extension
        return f".{extension}" if extension else ""

    def _follow(self) -> None:
        self.environment.search_dirs = [str(directory) for directory in self.directories]
