"""Tornado's loader for several directories, strict about names and exact about changes."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_cache import Version, file_version
from tornado.template import BaseLoader, Template


class FileLoader(BaseLoader):
    """Load the files that a renderer finds.

    A template that extends or includes others is compiled together with them, so a change of any
    file makes all be compiled again.

    Args:
        renderer: finds files, words the error for what is missing, and knows whether to look for
            changes.
        options: those of `BaseLoader`.
    """

    def __init__(self, renderer: FileRenderer, **options: Any) -> None:
        super().__init__(**options)
        self._renderer = renderer
        self._versions: dict[Path, Version | None] = {}

    def load(self, name: str, parent_path: str | None = None) -> Template:
        """Load a template. Raises `TemplateNotFound`."""
        with self.lock:
            if parent_path is None and self._renderer.auto_reload and self._has_changes():
                self.reset()
            return super().load(name, parent_path)

    def reset(self) -> None:
        """Forget all compiled templates."""
        with self.lock:
            super().reset()
            self._versions = {}

    def resolve_path(self, name: str, parent_path: str | None = None) -> str:
        """Return the name of a template that another one names relative to itself."""
        if parent_path is None:
            return name
        return posixpath.normpath(posixpath.join(posixpath.dirname(parent_path), name))

    def _create_template(self, name: str) -> Template:
        path = self._renderer.find(name)
        if path is None:
            raise self._renderer.not_found(name)
        # The version is taken first: a file that changes while it is read is read again.
        self._versions[path] = file_version(path)
        return Template(path.read_text("utf-8"), name=name, loader=self)

    def _has_changes(self) -> bool:
        return any(file_version(path) != version for path, version in self._versions.items())
