"""Template names and the files behind them: one rule for every renderer that reads files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from brubeck_core.config.suggest import did_you_mean
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.renderer import TemplateNotFound

#: One directory or several.
Directories = str | Path | Sequence[str | Path]

#: A tree this large is not searched further for names that look alike.
_MOST_NAMES = 2_000


def template_directories(directories: Directories) -> tuple[Path, ...]:
    """Return one directory or several as paths."""
    if isinstance(directories, str | Path):
        directories = [directories]
    return tuple(Path(directory) for directory in directories)


def package_directories(packages: str | Sequence[str]) -> tuple[Path, ...]:
    """Return the template directories of packages.

    Args:
        packages: each the name of an importable package, whose templates are in its folder
            ``templates``, or ``"package:folder"`` for another one.

    Raises `ConfigError` when there is no such package or folder.
    """
    if isinstance(packages, str):
        packages = [packages]
    return tuple(_package_directory(package) for package in packages)


def is_safe_name(name: str) -> bool:
    r"""Say whether `name` can only be a file below a template directory.

    Names use `/`. Absolute ones and those with `..`, a backslash, a colon (a Windows drive or
    stream) or a NUL are not safe.
    """
    parts = name.split("/")
    return not any(c in name for c in "\\:\0") and not any(p in {"", ".", ".."} for p in parts)


def find_template(name: str, directories: Sequence[Path]) -> Path | None:
    """Return the file of template `name` in the first directory that has it."""
    if not is_safe_name(name):
        return None
    candidates = (directory / name for directory in directories)
    # os.path.isfile, unlike Path.is_file, says no to a name that no file can have.
    return next((path for path in candidates if os.path.isfile(path)), None)


def template_not_found(
    name: str,
    directories: Sequence[Path],
    names: Callable[[], Iterable[str]] | None = None,
) -> TemplateNotFound:
    """Make the error for template `name`: where it was looked for, and what looks like it.

    Args:
        names: returns those there are, when they are other than the files below `directories`.
    """
    return _Missing(partial(_not_found_text, name, directories, names))


def template_names(directories: Sequence[Path]) -> Iterator[str]:
    """Yield the name of every file below the directories."""
    for directory in directories:
        for folder, _, files in os.walk(directory):
            for file in files:
                yield (Path(folder) / file).relative_to(directory).as_posix()


class _Missing(TemplateNotFound):
    """Looks for names that look alike when it is read; most are caught unread."""

    def __init__(self, text: Callable[[], str]) -> None:
        super().__init__()
        self._text = text

    def __str__(self) -> str:
        return self._text()


def _not_found_text(
    name: str, directories: Sequence[Path], names: Callable[[], Iterable[str]] | None
) -> str:
    if not is_safe_name(name):
        return (
            f"template name {name!r} is refused: a name is a path below a template directory, "
            "with '/' between its parts and without '..', '\\', ':' or NUL"
        )
    searched = ", ".join(
        f"{str(d.absolute())!r}" if d.is_dir() else f"{str(d.absolute())!r} (no such directory)"
        for d in directories
    )
    known = template_names(directories) if names is None else names()
    advice = did_you_mean(name, islice(known, _MOST_NAMES))
    return f"there is no template {name!r}{' in ' if searched else ''}{searched}.{advice}"


def _package_directory(package: str) -> Path:
    name, _, folder = package.partition(":")
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        spec = None
    locations = list(spec.submodule_search_locations or ()) if spec else []
    if not locations:
        raise ConfigError(
            f"packages names {package!r}, but there is no package {name!r} that can be imported"
        )
    candidates = [Path(location, folder or "templates") for location in locations]
    found = next((path for path in candidates if path.is_dir()), None)
    if found is None:
        raise ConfigError(
            f"packages names {package!r}, but {str(candidates[0])!r} is no directory; write "
            f'"{name}:folder" for templates that are in another folder of the package'
        )
    return found
