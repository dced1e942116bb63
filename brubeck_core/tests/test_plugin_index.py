"""Reading which plugins are installed, without importing any."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from brubeck_core.plugin.index import Entry, PluginIndex
from brubeck_testkit.distributions import InstallDistribution
from brubeck_testkit.interpreter import run_python

V1 = "brubeck.plugins.v1"


def test_an_entry_knows_its_distribution(install_distribution: InstallDistribution) -> None:
    install_distribution(
        "brubeck-shout",
        "2.5",
        entry_points={V1: {"renderer.shout": "shout_plugin"}},
        summary="Templates in capitals.",
    )
    (entry,) = PluginIndex.installed().find("renderer", "shout")
    assert entry == Entry(
        "renderer", "shout", "brubeck-shout", "2.5", "shout_plugin", 1, "Templates in capitals."
    )
    assert entry.id == "renderer.shout"
    assert entry.label == "brubeck-shout 2.5 (renderer.shout)"
    assert entry.is_from("Brubeck_Shout")


def test_nothing_is_imported(install_distribution: InstallDistribution) -> None:
    install_distribution(
        "brubeck-bomb",
        entry_points={V1: {"renderer.bomb": "bomb_plugin"}},
        modules={"bomb_plugin.py": "raise SystemExit('imported')"},
    )
    assert PluginIndex.installed().find("renderer", "bomb")
    assert "bomb_plugin" not in sys.modules


def test_two_distributions_of_one_name_are_both_kept(
    install_distribution: InstallDistribution,
) -> None:
    for name in ("brubeck-b", "brubeck-a"):
        install_distribution(name, entry_points={V1: {"cache.disk": "x"}})
    found = PluginIndex.installed().find("cache", "disk")
    assert [entry.distribution for entry in found] == ["brubeck-a", "brubeck-b"]


def test_a_distribution_twice_on_the_path_counts_once(
    install_distribution: InstallDistribution,
) -> None:
    for version in ("1.0", "2.0"):
        install_distribution("brubeck-a", version, entry_points={V1: {"cache.disk": "x"}})
    (entry,) = PluginIndex.installed().find("cache", "disk")
    assert entry.version == "2.0", "the one found first"


def test_other_versions_of_the_api_are_told_apart(
    install_distribution: InstallDistribution,
) -> None:
    install_distribution(
        "brubeck-a",
        entry_points={
            "brubeck.plugins.v2": {"cache.disk": "x"},
            "brubeck.plugins.vx": {"a.b": "c"},
        },
    )
    index = PluginIndex.installed()
    assert index.find("cache", "disk") == ()
    assert [entry.api_version for entry in index.for_other_api("cache", "disk")] == [2]
    assert not [entry for entry in index.entries if entry.name == "b"]


def test_the_index_follows_the_path(
    tmp_path: Path, install_distribution: InstallDistribution, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PluginIndex.installed() is PluginIndex.installed()
    site = install_distribution("brubeck-a", entry_points={V1: {"cache.disk": "x"}})
    assert PluginIndex.installed().find("cache", "disk")
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p != str(site)])
    assert not PluginIndex.installed().find("cache", "disk")


def test_damaged_distributions_do_no_harm(install_distribution: InstallDistribution) -> None:
    site = install_distribution("brubeck-a", entry_points={V1: {"cache.disk": "x"}})
    (site / "brubeck_a-1.0.dist-info" / "METADATA").unlink()
    other = install_distribution("brubeck-b")
    garbage = b"[brubeck.plugins.v1]\nno equals sign\n\xff\xfe"
    (other / "brubeck_b-1.0.dist-info" / "entry_points.txt").write_bytes(garbage)
    (entry,) = PluginIndex.installed().find("cache", "disk")
    assert (entry.distribution, entry.version) == ("unknown", "unknown")
    assert PluginIndex.installed().find("concurrency", "threads")


def test_the_steps_are_traced_when_asked() -> None:
    code = "from brubeck_core.plugin.index import PluginIndex; PluginIndex.installed()"
    assert "read the entry points" in run_python(code, env={"BRUBECK_TRACE_PLUGINS": "1"}).stderr
    assert run_python(code).stderr == ""
