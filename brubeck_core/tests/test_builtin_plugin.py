"""The core has a reference of every kind, found like any plugin."""

from __future__ import annotations

from importlib.metadata import distribution

from brubeck_core.plugin.kinds import GROUP, KINDS


def test_every_kind_has_a_reference() -> None:
    names = distribution("brubeck-core").entry_points.select(group=GROUP).names
    assert {name.partition(".")[0] for name in names} == set(KINDS)
