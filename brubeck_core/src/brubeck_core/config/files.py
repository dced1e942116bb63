"""Settings from ``brubeck.toml`` and from ``[tool.brubeck]`` of ``pyproject.toml``."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from brubeck_core.config.layers import Values, flatten
from brubeck_core.config.schema import SELECTIONS
from brubeck_core.errors import ConfigError

BRUBECK_TOML = "brubeck.toml"
PYPROJECT_TOML = "pyproject.toml"


def read_brubeck_toml(directory: Path, name: str = BRUBECK_TOML) -> Values:
    """Return the settings of ``brubeck.toml`` in `directory`; none when there is no such file.

    Args:
        directory: where the file is.
        name: of another file that takes its place.

    Raises `ConfigError` when it cannot be read, is not TOML, or holds wrong settings.
    """
    return flatten(_read(directory / name), lambda key: f"{name}, key {key}")


def read_pyproject(directory: Path) -> Values:
    """Return the settings of ``[tool.brubeck]`` in the ``pyproject.toml`` of `directory`.

    Raises as `read_brubeck_toml` does.
    """
    tool = _read(directory / PYPROJECT_TOML).get("tool")
    table = tool.get("brubeck") if isinstance(tool, dict) else None
    if table is None:
        return {}
    if not isinstance(table, dict):
        raise ConfigError(f"{PYPROJECT_TOML}, key tool.brubeck: it has to be a table")
    return flatten(table, lambda key: f"{PYPROJECT_TOML}, key tool.brubeck.{key}")


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8, as TOML has to be: {error}") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        advice = _text_and_table(text)
        raise ConfigError(f"{path} is not valid TOML: {error}.{advice}") from error


def _text_and_table(text: str) -> str:
    """Explain how to select and to set options in one file, if that is what went wrong."""
    for kind in SELECTIONS:
        short = re.search(rf"""^[ \t]*{kind}[ \t]*=[ \t]*["']([^"'\n]*)["']""", text, re.M)
        table = re.search(rf"^[ \t]*\[[ \t]*((?:tool\.brubeck\.)?{kind})[ \t]*[.\]]", text, re.M)
        dotted = re.search(rf"^[ \t]*({kind})[ \t]*\.", text, re.M)
        header = table or dotted
        if short and header:
            name, path = short[1], header[1]
            return (
                f"\n{kind} is both a text and a table there, and TOML has only one of them. "
                f"To select and to set options in one file, write:\n\n"
                f'    [{path}]\n    use = "{name}"\n\n    [{path}.{name}]\n    ...'
            )
    return ""
