"""Write the results down: a page of tables, and plots."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.dispatch import NAMES
from bench.field import PEERS
from bench.load import Outcome
from bench.plot import bars
from bench.results import Each, Results
from bench.servers import ROOT
from bench.targets import targets

FOLDER = ROOT / "docs" / "benchmarks"

_PACKAGES = (
    "gevent",
    "eventlet",
    "httptools",
    "granian",
    "uvicorn",
    "uvloop",
    "starlette",
    "falcon",
    "flask",
    "gunicorn",
    "tornado",
    "waitress",
    "jinja2",
)
_PLOTTED = ("hello", "hello-500", "json", "page")


def write(results: Results, folder: Path = FOLDER) -> None:
    """Write README.md and a plot per workload into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _PLOTTED:
        if name in results.load:
            (folder / f"{name}.svg").write_text(_plot(results.load[name]))
    (folder / "README.md").write_text("\n".join(_page(results)) + "\n")


def target_lines(results: Results) -> list[str]:
    """Return the table of what was wanted and what was reached."""
    rows = [
        (target.wish, target.found, "yes" if target.reached else "**no**")
        for target in targets(results)
    ]
    return _table(("wanted", "found", "reached"), rows)


def _page(results: Results) -> Iterator[str]:
    yield _HEAD.format(
        day=date.today().isoformat(),
        python=platform.python_version(),
        cores=os.cpu_count(),
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        versions=", ".join(f"{name} {version(name)}" for name in _PACKAGES),
    )
    yield from target_lines(results)
    for name, outcome in results.load.items():
        yield f"\n## {outcome.workload.title}\n"
        yield from _load_table(outcome)
        if name in _PLOTTED:
            yield f"\n![Requests per second]({name}.svg)"
    if results.dispatch:
        yield _DISPATCH
        names = {"brubeck": "Brubeck", "falcon": "Falcon", "flask": "Flask"}
        yield from _each_table(results.dispatch, "routes", 1e6, "us", names, NAMES)
    labels = {name: peer.label for name, peer in PEERS.items()}
    for title, each in ((_IDLE, results.idle), (_SLEEPERS, results.sleepers)):
        if each:
            yield title
            yield from _each_table(each, "open", 1 / 1024, "KiB", labels, tuple(each))


def _load_table(outcome: Outcome) -> list[str]:
    first = next(iter(outcome.rounds))
    rows = []
    for name in sorted(outcome.rounds, key=lambda name: -outcome.median(name, "rate")):
        rates = [found.rate for found in outcome.rounds[name]]
        rows.append(
            (
                PEERS[name].label,
                f"{median(rates):,.0f}",
                f"{min(rates):,.0f}-{max(rates):,.0f}",
                f"{outcome.ratio(name, first):.2f}",
                f"{outcome.median(name, 'p50') * 1000:.1f}",
                f"{outcome.median(name, 'p99') * 1000:.1f}",
                f"{outcome.median(name, 'cpu') * 1e6:.1f}",
                str(outcome.errors(name)),
            )
        )
    speeds = ", ".join(f"{seconds * 1000:.0f}" for seconds in outcome.calibration)
    return [
        *_table(
            ("", "requests/s", "min-max", "ratio", "p50 ms", "p99 ms", "us CPU", "errors"), rows
        ),
        f"\nA fixed loop of Python took {speeds} ms before the rounds.",
    ]


def _each_table(
    each: Each, what: str, factor: float, unit: str, labels: dict[str, str], names: Sequence[str]
) -> list[str]:
    counts = sorted({count for found in each.values() for count in found})
    rows = [
        (
            labels[name],
            *(
                f"{each[name][count] * factor:,.1f} {unit}" if count in each[name] else ""
                for count in counts
            ),
        )
        for name in names
    ]
    return _table(("", *(f"{count:,} {what}" for count in counts)), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def _plot(outcome: Outcome) -> str:
    names = sorted(outcome.rounds, key=lambda name: -outcome.median(name, "rate"))
    values = [(PEERS[name].label, [found.rate for found in outcome.rounds[name]]) for name in names]
    return bars(f"{outcome.workload.title}: requests per second", values, "Brubeck")


_HEAD = """\
# Benchmarks

Written by `nox -s bench` on {day}: {system}, {cores} cores, Python {python}; {versions}.

The server is alone on one core, the client (wrk, keep-alive) on another, everything is on
loopback. Peers take turns within each round, and a row is the median of its rounds; *ratio* is
against the first peer of the field, *us CPU* is what a request costs the server's processes,
which is the steadiest of the figures. Only ratios within one table mean anything elsewhere, and
one below 1.3 is a tie. Every application answers the same; they are in `bench/peers`, each with
access logs off. gevent.pywsgi has TCP_NODELAY set, without which it is far slower.

wrk sends the same head all the time, and Brubeck's server knows a head that comes again: polling
clients, probes and proxies send such. Where every request has a head of its own, the workload
says so. Behind Mongrel2 it is the handler that is measured: Mongrel2 shares the client's core.

## Wanted and reached
"""
_DISPATCH = """
## In process

One request through the WSGI callable, without a server; the last of the routes is asked for.
The best of many alternating rounds.
"""
_IDLE = """
## Idle connections

Memory (PSS) that an open connection takes between two requests.
"""
_SLEEPERS = """
## Sleeping handlers

Memory (PSS) that a request takes whose handler sleeps, with its connection.
"""
