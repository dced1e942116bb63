"""The renderer for Mako templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_errors import Place
from brubeck_mako._plugin import ENGINE_OPTIONS
from brubeck_mako.lookup import Lookup
from mako.exceptions import (
    CompileException,
    RichTraceback,
    SyntaxException,
    TopLevelLookupException,
)
from mako.lookup import TemplateLookup
from mako.template import Template

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

#: Options of the engine that only a program can give, being objects.
_OBJECTS = (
    "buffer_filters",
    "error_handler",
    "future_imports",
    "include_error_handler",
    "lexer_cls",
    "modulename_callable",
    "module_writer",
    "preprocessor",
)
_REFUSED = {
    "default_filters": "values are always escaped; write ${value | n} for one that is markup",
    "filesystem_checks": "it is called auto_reload here",
    "format_exceptions": "errors are answered by the application; debug = true shows them",
    "output_encoding": "templates are rendered as text, and sent as UTF-8",
}
#: How `mako.filters` escapes; a list, as Mako writes it.
_ESCAPED = ["h"]


class MakoRenderer(FileRenderer):
    """Render Mako templates; every value is escaped.

    Args:
        options: those of `mako.lookup.TemplateLookup`, but for `default_filters`,
            `filesystem_checks`, `format_exceptions`, `output_encoding` and those of its cache.

    The others are those of `FileRenderer`. Raises `ConfigError` for an unknown option.

    Attributes:
        environment: the `TemplateLookup`.
    """

    engine_options = (*(option.name for option in ENGINE_OPTIONS), *_OBJECTS)
    refused_options = _REFUSED
    environment: TemplateLookup

    def make_engine(self, options: dict[str, Any]) -> None:
        self.environment = Lookup(self, default_filters=_ESCAPED, **options)
        self._follow()

    @classmethod
    def adopt(cls, environment: object) -> MakoRenderer | None:
        """Return a renderer around a `TemplateLookup` of the program's own.

        Mako leaves values unescaped unless it is told otherwise. Here they are escaped, unless
        the lookup's `default_filters` are set.
        """
        if not isinstance(environment, TemplateLookup):
            return None
        if environment.template_args["default_filters"] is None:
            environment.template_args["default_filters"] = _ESCAPED
            _compile_again(environment)
        searched = [Path(path).absolute() for path in environment.directories]
        renderer = cls(searched, auto_reload=environment.filesystem_checks)
        renderer.environment = environment
        return renderer

    def setup(self, app: Brubeck) -> None:
        super().setup(app)
        self._follow()

    def load(self, name: str) -> Template:
        try:
            return self.environment.get_template(name)
        except TopLevelLookupException:
            raise self.not_found(name) from None

    def fill(self, template: Template, context: Mapping[str, Any]) -> str:
        text: str = template.render_unicode(**context)
        return text

    def place_of(self, error: Exception) -> Place | None:
        if isinstance(error, CompileException | SyntaxException):
            return Place(self.name_of(error.filename or "<template>"), error.lineno, error.source)
        for record in reversed(RichTraceback(error, error.__traceback__).records):
            _, _, _, _, template, line, _, source = record
            if template is not None:
                return Place(self.name_of(template), line, source)
        return None

    def _follow(self) -> None:
        self.environment.directories = [directory.as_posix() for directory in self.directories]
        self.environment.filesystem_checks = self.auto_reload


def _compile_again(lookup: TemplateLookup) -> None:
    """Compile what a program has put into its lookup once more, escaping this time."""
    for uri, template in list(lookup._collection.items()):
        if template.default_filters == ["str"]:
            lookup.put_string(uri, template.source)
