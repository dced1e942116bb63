"""Template names and the files behind them: one rule for every renderer that reads files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from brubeck_core.config.suggest import did_you_mean
from brubeck_core.interfaces.renderer import TemplateNotFound

#: A tree this large is not searched further for names that look alike.
_MOST_NAMES = 2_000


def template_directories(directories: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    """Return one directory or several as paths."""
    if isinstance(directories, str | Path):
        directories = [directories]
    return tuple(Path(directory) for directory in directories)


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


def template_not_found(name: str, directories: Sequence[Path]) -> TemplateNotFound:
    """Make the error for template `name`: where it was looked for, and what looks like it."""
    if not is_safe_name(name):
        return TemplateNotFound(
            f"template name {name!r} is refused: a name is a path below a template directory, "
            "with '/' between its parts and without '..', '\\', ':' or NUL"
        )
    searched = ", ".join(
        f"{str(d)!r}" if d.is_dir() else f"{str(d)!r} (there is no such directory)"
        for d in directories
    )
    advice = did_you_mean(name, islice(_names(directories), _MOST_NAMES))
    return TemplateNotFound(
        f"there is no template {name!r} in {searched or 'no directory at all'}.{advice}"
    )


def _names(directories: Sequence[Path]) -> Iterator[str]:
    for directory in directories:
        for folder, _, files in os.walk(directory):
            for file in files:
                yield (Path(folder) / file).relative_to(directory).as_posix()
