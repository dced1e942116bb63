"""The first tier: which plugins are installed, read from entry points, importing none of them."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from brubeck_core.plugin.kinds import API_VERSION, GROUP_PREFIX
from brubeck_core.plugin.trace import trace


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry point of a distribution: the promise of a plugin.

    Args:
        kind: ``"renderer"``, or whatever stands before the first dot.
        name: ``"jinja2"``.
        distribution: the distribution that has it, such as ``"brubeck-jinja2"``.
        version: that distribution's version.
        value: the module behind it, ``"brubeck_jinja2._plugin"``.
        api_version: the number of the group it is in.
        summary: the distribution's one-line description.
    """

    kind: str
    name: str
    distribution: str
    version: str
    value: str
    api_version: int = API_VERSION
    summary: str = ""

    @property
    def id(self) -> str:
        """Return the entry point's name, ``"renderer.jinja2"``."""
        return f"{self.kind}.{self.name}"

    @property
    def label(self) -> str:
        """Return how messages call it, ``"brubeck-jinja2 1.0 (renderer.jinja2)"``."""
        return f"{self.distribution} {self.version} ({self.id})"

    def is_from(self, distribution: str) -> bool:
        """Say whether `distribution` has it, whichever way its name is written (PEP 503)."""
        return _normal(self.distribution) == _normal(distribution)


class PluginIndex:
    """The entries of all installed distributions, several of one name included."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(sorted(entries, key=lambda e: (e.kind, e.name, e.distribution)))

    @classmethod
    def installed(cls) -> PluginIndex:
        """Return the index of this process; read once for each state of `sys.path`."""
        return _read(tuple(sys.path))

    def find(self, kind: str, name: str) -> tuple[Entry, ...]:
        """Return the entries of that kind and name that this version of Brubeck can load."""
        return tuple(e for e in self.of_kind(kind) if e.name == name)

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """Return the entries of a kind that this version of Brubeck can load."""
        return tuple(e for e in self.entries if e.kind == kind and e.api_version == API_VERSION)

    def for_other_api(self, kind: str, name: str) -> tuple[Entry, ...]:
        """Return the entries of that kind and name for other versions of the plugin API."""
        return tuple(
            e
            for e in self.entries
            if (e.kind, e.name) == (kind, name) and e.api_version != API_VERSION
        )


@lru_cache(maxsize=1)
def _read(path: tuple[str, ...]) -> PluginIndex:
    index = PluginIndex(_entries())
    trace(f"read the entry points: {len(index.entries)} plugins installed")
    return index


def _entries() -> Iterator[Entry]:
    """Yield the entries of every distribution on the path.

    Read one distribution at a time rather than by `importlib.metadata.entry_points`, which one
    damaged distribution makes fail for all.
    """
    seen: set[str] = set()
    for distribution in importlib.metadata.distributions():
        try:
            points = [p for p in distribution.entry_points if _api_version(p.group) is not None]
        except Exception as error:  # whatever the parser meets in a damaged file
            trace(f"skipped a distribution with damaged entry points: {error!r}")
            continue
        if not points:
            continue
        name, version, summary = _about(distribution)
        if _normal(name) in seen:
            continue  # an older one, shadowed by an earlier directory of sys.path
        seen.add(_normal(name))
        for point in points:
            kind, _, plugin = point.name.partition(".")
            value = point.value.partition("[")[0].strip()
            api_version = _api_version(point.group) or 0
            yield Entry(kind, plugin, name, version, value, api_version, summary)


def _api_version(group: str) -> int | None:
    number = group.removeprefix(GROUP_PREFIX)
    return int(number) if group != number and re.fullmatch(r"[0-9]{1,9}", number) else None


def _about(distribution: importlib.metadata.Distribution) -> tuple[str, str, str]:
    """Return name, version and summary, however damaged the metadata is."""
    try:
        about = distribution.metadata
        name, version, summary = (
            about[key] if key in about else ""  # noqa: SIM401 - not every version has `get`
            for key in ("Name", "Version", "Summary")
        )
    except Exception:  # whatever the parser meets in a damaged file
        name = version = summary = ""
    return name or "unknown", version or "unknown", summary


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
