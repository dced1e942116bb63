"""Compiled templates by name, for engines that keep none themselves."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

Template = TypeVar("Template")

#: What differs between two states of a file.
Version = tuple[int, int]


class TemplateCache(Generic[Template]):
    """Compile each template once, or again whenever its file has changed.

    Safe under threads: two that ask for a new template at once may both compile it.

    Args:
        find: returns the file of a name, or None.
        compile: makes the template of a name and its file; what it raises is passed on.
    """

    def __init__(
        self,
        find: Callable[[str], Path | None],
        compile: Callable[[str, Path], Template],
    ) -> None:
        self._find = find
        self._compile = compile
        self._loaded: dict[str, _Loaded[Template]] = {}

    def get(self, name: str, check_file: bool) -> Template | None:
        """Return the template of that name, or None when there is none.

        Args:
            check_file: look whether the file is still the one that was compiled.
        """
        loaded = self._loaded.get(name)
        if loaded is not None and not (check_file and file_version(loaded.path) != loaded.version):
            return loaded.template
        path = self._find(name)
        if path is None:
            return None
        # The version is taken first: a file that changes while it is read is read again.
        version = file_version(path)
        template = self._compile(name, path)
        self._loaded[name] = _Loaded(path, version, template)
        return template


class _Loaded(NamedTuple, Generic[Template]):
    path: Path
    version: Version | None
    template: Template


def file_version(path: str | Path) -> Version | None:
    """Return what changes with a file's content: its time in nanoseconds and size in bytes.

    A file that cannot be read has the version None.
    """
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
