"""The renderer for Jinja2 templates."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_cache import file_version
from brubeck_core.builtin.template_errors import Place
from brubeck_core.builtin.template_files import template_names, template_not_found
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_jinja2._plugin import ENGINE_OPTIONS

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

#: Options of the engine that only a program can give, being objects.
_OBJECTS = ("bytecode_cache", "finalize", "optimized")
_REFUSED = {
    "autoescape": "values are always escaped; write {{ value | safe }} for one that is markup, or "
    "{% autoescape false %} for a part that is not HTML",
    "enable_async": "handlers are plain blocking code, and templates are too",
    "loader": "give directories or packages, or let a template_loader return an environment of "
    "your own",
}


class Jinja2Renderer(FileRenderer):
    """Render Jinja2 templates; every value is escaped.

    Args:
        options: those of `jinja2.Environment`, but for `autoescape`, `loader` and
            `enable_async`. `undefined` may also be a name of one of Jinja2's classes.

    The others are those of `FileRenderer`. Raises `ConfigError` for an unknown option.

    Attributes:
        environment: the `jinja2.Environment`, for filters, tests and globals.
    """

    engine_options = (*(option.name for option in ENGINE_OPTIONS), *_OBJECTS)
    refused_options = _REFUSED
    environment: jinja2.Environment

    def make_engine(self, options: dict[str, Any]) -> None:
        if isinstance(options.get("undefined"), str):
            options["undefined"] = _undefined(options["undefined"])
        options.setdefault("cache_size", -1)
        self.environment = jinja2.Environment(
            loader=_Loader(self), autoescape=True, auto_reload=self.auto_reload, **options
        )

    @classmethod
    def adopt(cls, environment: object) -> Jinja2Renderer | None:
        """Return a renderer around a `jinja2.Environment` of the program's own.

        Jinja2 leaves values unescaped unless it is told otherwise. Here they are escaped, unless
        the environment's `autoescape` is a function such as `jinja2.select_autoescape()`.
        """
        if not isinstance(environment, jinja2.Environment):
            return None
        searched = [Path(path).absolute() for path in getattr(environment.loader, "searchpath", ())]
        renderer = cls(searched, auto_reload=environment.auto_reload)
        escapes = environment.autoescape
        renderer.environment = environment if escapes else environment.overlay(autoescape=True)
        return renderer

    def setup(self, app: Brubeck) -> None:
        super().setup(app)
        self.environment.auto_reload = self.auto_reload

    def load(self, name: str) -> jinja2.Template:
        try:
            return self.environment.get_template(name)
        except jinja2.TemplateNotFound:
            raise self.not_found(name) from None

    def fill(self, template: jinja2.Template, context: Mapping[str, Any]) -> str:
        return template.render(context)

    def not_found(self, name: str) -> TemplateNotFound:
        # The loader of an adopted environment may read from elsewhere.
        names = None if self.directories else self._names
        return template_not_found(name, self.directories, names)

    def place_of(self, error: Exception) -> Place | None:
        if isinstance(error, jinja2.TemplateSyntaxError):
            template = error.name or error.filename or "<template>"
            return Place(template, error.lineno, error.source or "")
        place = None
        for frame, line in traceback.walk_tb(error.__traceback__):
            # Jinja2 puts its templates in place of the code that it made of them.
            if "__jinja_exception__" in frame.f_globals:
                path = Path(frame.f_code.co_filename)
                source = path.read_text("utf-8") if path.is_file() else ""
                place = Place(self.name_of(path), line, source)
        return place

    def _names(self) -> list[str]:
        try:
            return self.environment.list_templates()
        except TypeError:  # its loader cannot tell
            return []


class _Loader(jinja2.BaseLoader):
    """Read the files that a renderer finds."""

    def __init__(self, renderer: FileRenderer) -> None:
        self._renderer = renderer

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        path = self._renderer.find(template)
        if path is None:
            raise _NotFound(template, self._renderer)
        # The version is taken first: a file that changes while it is read is read again.
        version = file_version(path)
        return path.read_text("utf-8"), str(path), lambda: file_version(path) == version

    def list_templates(self) -> list[str]:
        return sorted(set(template_names(self._renderer.directories)))


class _NotFound(jinja2.TemplateNotFound):
    """A template that another one extends or includes is missing."""

    def __init__(self, name: str, renderer: FileRenderer) -> None:
        super().__init__(name)
        self._renderer = renderer

    def __str__(self) -> str:
        return str(template_not_found(str(self.name), self._renderer.directories))


def _undefined(name: str) -> type[jinja2.Undefined]:
    found = getattr(jinja2, name, None)
    if isinstance(found, type) and issubclass(found, jinja2.Undefined):
        return found
    raise ConfigError(
        f"undefined = {name!r} is none of Jinja2's classes: Undefined, StrictUndefined, "
        "ChainableUndefined, DebugUndefined"
    )
