"""What this project wants to reach, as ratios within one run: no machine is like another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.results import Results


@dataclass(frozen=True, slots=True)
class Target:
    """One wish and what became of it."""

    wish: str
    found: str
    reached: bool


def targets(results: Results) -> Iterator[Target]:
    """Compare what was measured with what is wanted; what was not measured is left out."""
    yield from _throughput(results)
    yield from _latency(results)
    yield from _dispatch(results)
    yield from _connections(results)


_RATES = (
    ("hello", "gevent", "falcon", 5.0),
    ("hello", "gevent", "starlette", 1.3),
    ("hello", "gevent", "granian", 1.0),
    ("hello", "eventlet", "eventlet-wsgi", 3.0),
    ("hello", "threads", "waitress", 1.5),
    ("mongrel2", "mongrel2-gevent", "mongrel2-bare", 0.75),
)


_BACKENDS = ("gevent", "eventlet", "threads")


def _throughput(results: Results) -> Iterator[Target]:
    for workload, ours, other, wanted in _RATES:
        outcome = results.load.get(workload)
        if outcome is None or not {ours, other} <= set(outcome.rounds):
            continue
        ratio = outcome.ratio(ours, other)
        ours_named, other_named = (name.removeprefix("mongrel2-") for name in (ours, other))
        wish = (
            f"{workload}: {ours_named} answers at least {wanted:g} times as many as {other_named}"
        )
        # A busy machine takes the core away from one more than from another; the time that a
        # request has had of it stays comparable.
        by_cpu = outcome.median(other, "cpu") / outcome.median(ours, "cpu")
        yield Target(wish, f"{ratio:.2f}, by CPU time {by_cpu:.2f}", max(ratio, by_cpu) >= wanted)


def _latency(results: Results) -> Iterator[Target]:
    for workload, outcome in results.load.items():
        ours = {name for name in outcome.rounds if name.removeprefix("mongrel2-") in _BACKENDS}
        if not ours:
            continue
        errors = sum(map(outcome.errors, ours))
        yield Target(f"{workload}: no errors", str(errors), errors == 0)
        if workload != "hello-500":
            continue
        best = outcome.median("gevent", "p99")
        for other in sorted({"falcon", "starlette", "granian"} & set(outcome.rounds)):
            theirs = outcome.median(other, "p99")
            found = f"{best * 1000:.1f} and {theirs * 1000:.1f} ms"
            yield Target(f"{workload}: p99 no worse than {other}'s", found, best <= theirs)


def _dispatch(results: Results) -> Iterator[Target]:
    if not results.dispatch:
        return
    ours, falcon = results.dispatch["brubeck"], results.dispatch["falcon"]
    few, many = min(ours), max(ours)
    found = f"{ours[few] * 1e6:.1f} and {falcon[few] * 1e6:.1f} us"
    yield Target("dispatch: cheaper than Falcon's", found, ours[few] < falcon[few])
    ratio = ours[many] / ours[few]
    wish = f"dispatch: with {many:,} routes at most 1.5 times what {few} cost"
    yield Target(wish, f"{ratio:.2f}", ratio <= 1.5)


def _connections(results: Results) -> Iterator[Target]:
    for kind, bound, found in (
        ("idle connection", 6, results.idle),
        ("sleeping handler", 16, results.sleepers),
    ):
        for count, each in found.get("gevent", {}).items():
            wish = f"memory of an {kind} on gevent: at most {bound} KiB each of {count:,}"
            yield Target(
                wish.replace("an sl", "a sl"), f"{each / 1024:.1f} KiB", each <= bound * 1024
            )
    if results.active is not None:
        alone, beside = (found.p99 * 1000 for found in results.active)
        wish = "one active client beside 10,000 open connections: p99 under 10 ms"
        yield Target(wish, f"{beside:.2f} ms, alone {alone:.2f} ms", beside < 10)
    if results.slowloris is not None:
        slow = results.slowloris
        yield Target(
            "1,000 half-open heads: all cut after 10 s and 2 s more, looked at once a second",
            f"{slow.cut} within {slow.held:.1f} s",
            slow.cut == 1000 and slow.held <= 13,
        )
        ratio = slow.beside.p99 / slow.alone.p99
        yield Target("the p99 of others beside them: at most doubled", f"{ratio:.2f}", ratio <= 2)
    if results.growth is not None:
        mebibytes = results.growth * 100_000 / 2**20
        wish = "memory over 1,000,000 requests: under 1 MiB more per 100,000"
        yield Target(wish, f"{mebibytes:+.3f} MiB", mebibytes < 1)
