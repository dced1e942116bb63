"""The renderer for Chameleon's page templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brubeck_chameleon._plugin import ENGINE_OPTIONS
from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_cache import TemplateCache
from brubeck_core.builtin.template_errors import Place
from chameleon import PageTemplateFile
from chameleon.exc import RenderError, TemplateError

#: Options of the engine that only a program can give, being objects.
_OBJECTS = ("default_expression", "extra_builtins", "on_error_handler", "tokenizer", "translate")
_REFUSED = {
    "auto_reload": "it is an argument of the renderer, which looks at the files itself",
    "loader_class": "templates are found by the renderer; give directories or packages",
    "mode": "in text mode values are not escaped",
    "search_path": "templates are found by the renderer; give directories or packages",
}


class ChameleonRenderer(FileRenderer):
    """Render Chameleon's page templates; every value is escaped.

    Args:
        options: those of `chameleon.PageTemplate`, but for the ones that find templates and
            `mode`.

    The others are those of `FileRenderer`. Raises `ConfigError` for an unknown option.
    """

    engine_options = (*(option.name for option in ENGINE_OPTIONS), *_OBJECTS)
    refused_options = _REFUSED

    def make_engine(self, options: dict[str, Any]) -> None:
        self.options = {"encoding": "utf-8", **options}
        self._cache = TemplateCache(self.find, self._compile)

    def load(self, name: str) -> PageTemplateFile:
        """Return the template, compiled. Raises `TemplateNotFound`."""
        template = self._cache.get(name, self.auto_reload)
        if template is None:
            raise self.not_found(name)
        return template

    def fill(self, template: PageTemplateFile, context: Mapping[str, Any]) -> str:
        try:
            return template.render(**context)
        except RenderError as error:
            # Chameleon raises a copy whose text shows the values of the context.
            original = error.__context__
            if not isinstance(original, Exception):
                raise
            original.chameleon = error  # type: ignore[attr-defined]
            raise original from None

    def place_of(self, error: Exception) -> Place | None:
        if isinstance(error, TemplateError):
            path, line = Path(error.filename), error.location[0]
        else:
            formatter: Any = type(error.chameleon).__str__  # type: ignore[attr-defined]
            _, line, _, file, _ = formatter._errors[0]
            path = Path(file)
        source = path.read_text("utf-8") if path.is_file() else ""
        return Place(self.name_of(path), line, source)

    def _compile(self, name: str, path: Path) -> PageTemplateFile:
        template = _Template(path, self)
        template.cook_check()
        return template


class _Template(PageTemplateFile):
    """A template whose ``load:`` finds others as the renderer does, and nowhere else."""

    def __init__(self, path: Path, renderer: ChameleonRenderer) -> None:
        self._renderer = renderer
        super().__init__(str(path), auto_reload=False, **renderer.options)

    def _builtins(self) -> dict[str, Any]:
        return super()._builtins() | {"__loader": self._load_other}

    def _load_other(self, name: str) -> PageTemplateFile:
        return self._renderer.load(name.strip())
