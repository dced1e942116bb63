"""Mako's lookup, strict about names and exact about changes."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_cache import Version, file_version
from mako.exceptions import TopLevelLookupException
from mako.lookup import TemplateLookup
from mako.template import Template


class Lookup(TemplateLookup):  # type: ignore[misc]
    """A `TemplateLookup` that finds the files that a renderer finds, and no others.

    Args:
        renderer: finds files, and words the error for what is missing.
        options: those of `TemplateLookup`.
    """

    def __init__(self, renderer: FileRenderer, **options: Any) -> None:
        super().__init__(**options)
        self._renderer = renderer
        self._versions: dict[str, tuple[Path, Version | None]] = {}

    def get_template(self, uri: str) -> Template:
        """Return a template by its URI; templates write it from the root or relative to them.

        Raises `TopLevelLookupException` for one that is missing, or outside the directories.
        """
        # Mako takes a file's time in whole seconds, and misses what changes twice within one.
        known = self._versions.get(uri)
        if known is None or self.filesystem_checks:
            current = self._version(uri)
            if current is None:
                return super().get_template(uri)
            if current != known:
                self._collection.pop(uri, None)
                self._versions[uri] = current
        return super().get_template(uri)

    def _version(self, uri: str) -> tuple[Path, Version | None] | None:
        """Return what stands behind a URI now; None for a template that was put here by hand."""
        name = posixpath.normpath(uri.lstrip("/"))
        path = self._renderer.find(name)
        if path is not None:
            return path, file_version(path)
        if uri in self._collection and uri not in self._versions:
            return None
        self._collection.pop(uri, None)
        self._versions.pop(uri, None)
        raise TopLevelLookupException(self._renderer.not_found(name))
