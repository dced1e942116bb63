"""The renderer for Tornado's templates."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_errors import Place
from brubeck_core.errors import ConfigError
from brubeck_tornado._plugin import ENGINE_OPTIONS
from brubeck_tornado.loader import FileLoader
from tornado.template import BaseLoader, ParseError, Template

#: Options of the engine that only a program can give, being objects.
_OBJECTS = ("namespace",)
_REFUSED = {
    "autoescape": "values are always escaped; write {% raw value %} for one that is markup, or "
    "{% autoescape None %} in a template that is not HTML",
}
_WHITESPACE = ("all", "single", "oneline")

#: The comment behind each line of the code that Tornado makes: template and line.
_ORIGIN = re.compile(r"  # (?P<template>[^#]+):(?P<line>\d+)(?: \(via .*\))?$", re.MULTILINE)


class TornadoRenderer(FileRenderer):
    """Render Tornado's templates; every value is escaped.

    Args:
        whitespace: ``"all"`` keeps it; ``"single"`` and ``"oneline"`` collapse it. By default
            that of .html and .js templates is collapsed.
        namespace: names that every template has.

    The others are those of `FileRenderer`. Raises `ConfigError` for an unknown option.

    Attributes:
        environment: the loader, a `tornado.template.BaseLoader`.
    """

    engine_options = (*(option.name for option in ENGINE_OPTIONS), *_OBJECTS)
    refused_options = _REFUSED
    environment: BaseLoader

    def make_engine(self, options: dict[str, Any]) -> None:
        if options.get("whitespace") not in (None, *_WHITESPACE):
            raise ConfigError(
                f"whitespace = {options['whitespace']!r} is none of {', '.join(_WHITESPACE)}"
            )
        self.environment = FileLoader(self, **options)

    @classmethod
    def adopt(cls, environment: object) -> TornadoRenderer | None:
        """Return a renderer around a loader of the program's own."""
        if not isinstance(environment, BaseLoader):
            return None
        root = getattr(environment, "root", None)
        renderer = cls([] if root is None else [root])
        renderer.environment = environment
        return renderer

    def load(self, name: str) -> Template:
        try:
            return self.environment.load(name)
        except (KeyError, OSError, UnicodeError):
            # The ways in which Tornado's own loaders say that there is no such template.
            if self.find(name) is None and name not in getattr(self.environment, "dict", ()):
                raise self.not_found(name) from None
            raise

    def fill(self, template: Template, context: Mapping[str, Any]) -> str:
        return template.generate(**context).decode()

    def place_of(self, error: Exception) -> Place | None:
        if isinstance(error, ParseError):
            return self._place(error.filename or "<string>", error.lineno)
        if isinstance(error, SyntaxError):
            return self._origin(error.text or "")
        place = None
        for frame, line in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.endswith(".generated.py"):
                code = frame.f_globals["__loader__"].get_source("").splitlines()
                place = self._origin(code[line - 1]) or place
        return place

    def _origin(self, line: str) -> Place | None:
        found = _ORIGIN.search(line)
        return self._place(found["template"], int(found["line"])) if found else None

    def _place(self, template: str, line: int) -> Place:
        path: Path | None = self.find(template)
        return Place(template, line, "" if path is None else path.read_text("utf-8"))
