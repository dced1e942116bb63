"""What ``brubeck run TARGET`` names: a directory, its settings, a file or a module."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from brubeck_core.config.files import BRUBECK_TOML
from brubeck_core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Target:
    """Where an application is.

    Args:
        directory: has the configuration, and is put first on the module search path.
        name: ``"module"`` or ``"module:name"``; None when the configuration says it, or when it
            is to be found.
        settings: the name of the file with the settings, in that directory.
    """

    directory: Path
    name: str | None = None
    settings: str = BRUBECK_TOML

    def enter(self) -> None:
        """Put the directory first on the module search path, where ``python file.py`` has it."""
        directory = str(self.directory)
        if sys.path[:1] != [directory]:
            sys.path.insert(0, directory)


def locate(text: str | None = None) -> Target:
    """Return what a target given on the command line means.

    Args:
        text: a directory, ``file.toml`` with settings, ``file.py``, ``file.py:name``, ``module``,
            ``module:name``, or None for the current directory.

    Raises `ConfigError` when it names a file or directory that is not there.
    """
    here = Path.cwd()
    if text is None:
        return Target(here)
    if text.endswith(".toml"):
        settings = _existing(here / text)
        return Target(settings.parent, settings=settings.name)
    path, _, name = text.partition(":")
    if path.endswith(".py"):
        return _file(here / path, name)
    directory = here / path
    if directory.is_dir() and not name and not _is_package_only(directory):
        return Target(directory.resolve())
    if "/" in path or "\\" in path or path in (".", "..") or not path:
        raise ConfigError(
            f"there is no directory {text!r}; name a directory, file.toml, file.py, file.py:name "
            "or module:name"
        )
    return Target(here, text)


def _file(path: Path, name: str) -> Target:
    path = _existing(path)
    module, directory = path.stem, path.parent
    # A file in a package is imported as a part of it, or else its relative imports would fail.
    while (directory / "__init__.py").is_file():
        module, directory = f"{directory.name}.{module}", directory.parent
    return Target(directory, f"{module}:{name}" if name else module)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ConfigError(f"there is no file {path}")
    return path.resolve()


def _is_package_only(directory: Path) -> bool:
    return (directory / "__init__.py").is_file() and not (directory / BRUBECK_TOML).is_file()
