"""Installed distributions that are made up: to test how plugins are found and loaded."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pytest


class InstallDistribution(Protocol):
    """What the fixture `install_distribution` is: `fake_distribution` that also installs."""

    def __call__(
        self,
        name: str,
        version: str = "1.0",
        *,
        entry_points: Mapping[str, Mapping[str, str]] | None = None,
        modules: Mapping[str, str] | None = None,
        summary: str = "",
    ) -> Path: ...


def fake_distribution(
    tmp_path: Path,
    name: str,
    version: str = "1.0",
    *,
    entry_points: Mapping[str, Mapping[str, str]] | None = None,
    modules: Mapping[str, str] | None = None,
    summary: str = "",
) -> Path:
    """Write a distribution as an installer would, and return the directory to put on the path.

    Args:
        tmp_path: where; each distribution gets a directory of its own below it.
        name: of the distribution, such as ``"brubeck-shout"``.
        version: its version.
        entry_points: by group, such as ``{"brubeck.plugins.v1": {"renderer.shout": "shout"}}``.
        modules: sources by file name, such as ``{"shout.py": "..."}``; they are dedented.
        summary: its one-line description.
    """
    escaped = re.sub(r"[-_.]+", "_", name)
    site = tmp_path / f"{escaped}-{version}"
    info = site / f"{escaped}-{version}.dist-info"
    info.mkdir(parents=True)
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    if summary:
        about += f"Summary: {summary}\n"
    (info / "METADATA").write_text(about, encoding="utf-8")
    (info / "entry_points.txt").write_text(_ini(entry_points or {}), encoding="utf-8")
    for file, source in (modules or {}).items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(dedent(source), encoding="utf-8")
    return site


def fake_installation(tmp_path: Path, project: Path) -> list[Path]:
    """Make up an editable installation of a project, and return what goes on the path.

    Args:
        tmp_path: where to write the metadata.
        project: the folder with its `pyproject.toml`, and its packages below `src`.
    """
    table = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    site = fake_distribution(
        tmp_path, table["name"], table["version"], entry_points=table.get("entry-points")
    )
    (metadata,) = site.glob("*.dist-info/METADATA")
    metadata.write_text(
        f"Metadata-Version: 2.4\nName: {table['name']}\nVersion: {table['version']}\n"
        f"Summary: {table.get('description', '')}\nLicense-Expression: {table.get('license', '')}\n"
        f"Requires-Python: {table.get('requires-python', '')}\n\n{table['name']}\n",
        encoding="utf-8",
    )
    return [project / "src", site]


@contextmanager
def installing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InstallDistribution]:
    """Install made-up distributions in this process; the fixture `install_distribution`.

    Modules that the test imports are forgotten afterwards, so that the next test may make up
    others of the same names.
    """
    before = set(sys.modules)

    def install(name: str, version: str = "1.0", **contents: object) -> Path:
        site = fake_distribution(tmp_path, name, version, **contents)  # type: ignore[arg-type]
        monkeypatch.syspath_prepend(site)
        importlib.invalidate_caches()
        return site

    yield install
    for module in set(sys.modules) - before:
        origin = getattr(sys.modules[module], "__file__", None) or ""
        if origin.startswith(str(tmp_path)):
            del sys.modules[module]


def _ini(groups: Mapping[str, Mapping[str, str]]) -> str:
    return "\n".join(
        f"[{group}]\n" + "\n".join(f"{name} = {value}" for name, value in entries.items())
        for group, entries in groups.items()
    )
