"""The renderer for `string.Template` files: `$name`, `${name}`, and `$$` for a dollar sign."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_cache import TemplateCache
from brubeck_core.errors import BrubeckError


class StringRenderer(FileRenderer):
    """Fill in UTF-8 files with values that are always escaped for HTML text and quoted attributes.

    The arguments are those of `FileRenderer`.
    """

    def make_engine(self, options: dict[str, Any]) -> None:
        self._cache = TemplateCache(self.find, _parse)

    def load(self, name: str) -> _Named:
        template = self._cache.get(name, self.auto_reload)
        if template is None:
            raise self.not_found(name)
        return template

    def fill(self, template: _Named, context: Mapping[str, Any]) -> str:
        try:
            return template.parsed.substitute(_Escaped(context))
        except _MissingValue as missing:
            raise BrubeckError(
                f"template {template.name!r} uses ${missing.args[0]}, which its context does not "
                "have"
            ) from None


class _Named(NamedTuple):
    name: str
    parsed: Template


def _parse(name: str, path: Path) -> _Named:
    template = Template(path.read_text("utf-8"))
    try:
        template.substitute(defaultdict(str))
    except ValueError as error:
        raise BrubeckError(
            f"template {name!r} ({path}) is broken: {error}; write $$ for a dollar sign"
        ) from None
    return _Named(name, template)


class _MissingValue(Exception):
    """A template asks for a name that the context does not have."""


class _Escaped(dict[str, str]):
    """The context, with only those values converted and escaped that the template asks for."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        super().__init__()
        self._context = context

    def __missing__(self, name: str) -> str:
        if name not in self._context:
            raise _MissingValue(name)
        return html.escape(str(self._context[name]))
