"""The renderer for `string.Template` files: `$name`, `${name}`, and `$$` for a dollar sign."""

from __future__ import annotations

import html
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from brubeck_core.builtin.template_files import (
    find_template,
    template_directories,
    template_not_found,
)
from brubeck_core.errors import BrubeckError
from brubeck_core.interfaces.renderer import Renderer


class StringRenderer(Renderer):
    """Fill in UTF-8 files with values that are always escaped for HTML text and quoted attributes.

    Args:
        directories: where templates are; the first directory that has the name wins.

    A changed file is read again; nothing needs a restart.
    """

    def __init__(self, directories: str | Path | Sequence[str | Path] = "templates") -> None:
        self._directories = template_directories(directories)
        self._loaded: dict[str, _Loaded] = {}

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        template = self._load(name)
        try:
            return template.substitute(_Escaped(context))
        except _MissingValue as missing:
            raise BrubeckError(
                f"template {name!r} uses ${missing.args[0]}, which its context does not have"
            ) from None

    def has_template(self, name: str) -> bool:
        return find_template(name, self._directories) is not None

    def _load(self, name: str) -> Template:
        loaded = self._loaded.get(name)
        if loaded is not None and _version(loaded.path) == loaded.version:
            return loaded.template
        path = find_template(name, self._directories)
        if path is None:
            raise template_not_found(name, self._directories)
        # The version is taken first: a file that changes while it is read is read again.
        version = _version(path)
        template = _parse(name, path)
        self._loaded[name] = _Loaded(path, version, template)
        return template


class _Loaded(NamedTuple):
    path: Path
    version: tuple[int, int] | None
    template: Template


def _version(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _parse(name: str, path: Path) -> Template:
    template = Template(path.read_text("utf-8"))
    try:
        template.substitute(defaultdict(str))
    except ValueError as error:
        raise BrubeckError(
            f"template {name!r} ({path}) is broken: {error}; write $$ for a dollar sign"
        ) from None
    return template


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
