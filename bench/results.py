"""Everything that one run found out."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.client import Measurement
from bench.connections import Slowloris
from bench.load import Outcome

#: Peer, then how many there were, to bytes or seconds each.
Each = dict[str, dict[int, float]]


@dataclass
class Results:
    """What is empty or None was not measured."""

    load: dict[str, Outcome] = field(default_factory=dict)
    dispatch: Each = field(default_factory=dict)
    idle: Each = field(default_factory=dict)
    sleepers: Each = field(default_factory=dict)
    #: One active client alone, and beside idle connections.
    active: tuple[Measurement, Measurement] | None = None
    slowloris: Slowloris | None = None
    #: Bytes per request.
    growth: float | None = None
