"""Write a project from the files in the folder `templates`.

A file called ``NAME.tmpl`` becomes ``NAME``, with each ``${word}`` in it replaced; every other file
is copied. In paths ``PACKAGE`` stands for the name of the package, and ``dot.`` for a dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from brubeck_core.errors import ConfigError

TEMPLATES = Path(__file__).parent / "templates"

_SUFFIX = ".tmpl"
_placeholder = re.compile(r"\$\{(\w+)\}")


def write_project(target: Path, templates: Iterable[str], values: Mapping[str, str]) -> None:
    """Write the files of some templates below `target`.

    Args:
        target: the directory; it is made if it is not there.
        templates: names of folders, the later one's files in place of the earlier one's.
        values: what to put in place of each ``${word}``.

    Raises `ConfigError`, before anything is written, when a file is there already; and when the
    directory cannot be written.
    """
    files: dict[Path, bytes] = {}
    for template in templates:
        files |= _rendered(TEMPLATES / template, values)
    if target.exists() and not target.is_dir():
        raise ConfigError(f"{target} is there already, and is no directory")
    there = [str(path) for path in files if (target / path).exists()]
    if there:
        raise ConfigError(
            f"{target} has {', '.join(there[:3])}{' and more' if there[3:] else ''} already, and "
            "nothing is overwritten: give another --directory, or move what is there"
        )
    try:
        for path, content in files.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            with (target / path).open("xb") as file:
                file.write(content)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error}") from None


def requirement(distribution: str) -> str:
    """Return the requirement for a distribution of this project, from this version on."""
    core = version("brubeck-core")
    return f"{distribution}>={core},<{int(core.partition('.')[0]) + 1}"


def _rendered(folder: Path, values: Mapping[str, str]) -> dict[Path, bytes]:
    files = {}
    for source in sorted(folder.rglob("*")):
        if source.is_dir():
            continue
        path = "/".join(
            part.replace("PACKAGE", values.get("package", "")).replace("dot.", ".", 1)
            for part in source.relative_to(folder).parts
        )
        content = source.read_bytes()
        if path.endswith(_SUFFIX):
            path = path.removesuffix(_SUFFIX)
            content = _placeholder.sub(lambda found: values[found[1]], content.decode()).encode()
        files[Path(path)] = content
    return files
