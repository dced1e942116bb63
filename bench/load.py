"""The rounds: peers take turns, so that a slow minute of the machine is everybody's."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from bench.client import Measurement, Workload, check, measure
from bench.field import PEERS
from bench.servers import Running, running

_WARM_UP = 1

Turn = tuple[str, Running]


@dataclass
class Outcome:
    """All rounds of all peers under one workload."""

    workload: Workload
    rounds: dict[str, list[Measurement]]
    #: Seconds that a fixed loop of Python took before each round: how fast the machine was.
    calibration: list[float] = field(default_factory=list)

    def median(self, peer: str, what: str) -> float:
        """Return the median of a field of a peer's measurements."""
        values: list[float] = [getattr(found, what) for found in self.rounds[peer]]
        return median(values)

    def ratio(self, peer: str, other: str) -> float:
        """Return how many times as many requests as `other` a peer answers, as medians."""
        return self.median(peer, "rate") / self.median(other, "rate")

    def errors(self, peer: str) -> int:
        """Count the requests of a peer that went wrong."""
        return sum(found.errors for found in self.rounds[peer])


def compare(workload: Workload, names: Sequence[str], rounds: int, seconds: int) -> Outcome:
    """Load the peers in turns, `workload.turns` of them in each round.

    Raises `RuntimeError` when one does not answer as it has to.
    """
    outcome = Outcome(workload, {name: [] for name in names})
    with ExitStack() as stack:
        environment = {"BENCH_ROUTES": str(workload.routes)}
        servers = [stack.enter_context(running(PEERS[name], environment)) for name in names]
        for server in servers:
            check(server, workload)
            measure(server, workload, _WARM_UP)
        for number in range(rounds * workload.turns):
            outcome.calibration.append(calibrate())
            say(f"round {number + 1}: calibration {outcome.calibration[-1] * 1000:.0f} ms")
            for name, server in _turns(list(zip(names, servers, strict=True)), number):
                found = measure(server, workload, seconds)
                outcome.rounds[name].append(found)
                say(
                    f"  {server.peer.label:38} {found.rate:9,.0f}/s  p50 {found.p50 * 1e3:6.2f} ms"
                    f"  p99 {found.p99 * 1e3:7.2f} ms  {found.cpu * 1e6:6.1f} us CPU"
                    f"  {found.errors} errors"
                )
    return outcome


def calibrate() -> float:
    """Return how many seconds a fixed piece of work takes now."""
    started = time.perf_counter()
    total = 0
    for number in range(1_000_000):
        total += number % 7
    return time.perf_counter() - started


def say(text: str) -> None:
    """Tell how it goes, at once."""
    print(text, flush=True)


def _turns(items: list[Turn], number: int) -> Iterator[Turn]:
    """Begin with another one in every round: nobody always follows the same neighbour."""
    start = number % len(items)
    yield from items[start:]
    yield from items[:start]
