"""Run the benchmarks: ``python -m bench``, or ``nox -s bench``."""

from __future__ import annotations

import argparse
import shutil
import sys

from bench import connections, report
from bench.connections import raise_file_limit
from bench.dispatch import dispatch_costs
from bench.field import PEERS
from bench.load import compare, say
from bench.results import Results
from bench.workloads import TAKING_PART, WORKLOADS

#: What is measured besides the workloads.
OTHERS = ("dispatch", "idle", "sleepers", "active", "slowloris", "growth")


def main() -> None:
    """Measure, tell what was reached and, after a whole run, write it down."""
    arguments = _arguments()
    if shutil.which("wrk") is None or shutil.which("taskset") is None:
        sys.exit("wrk and taskset are needed: apt-get install wrk util-linux")
    raise_file_limit()
    results = Results()
    writing = arguments.write or not (arguments.quick or arguments.only or arguments.peers)
    parts = arguments.only or [*WORKLOADS, *OTHERS]
    if shutil.which("mongrel2") is None and "mongrel2" in parts:
        say("without mongrel2, which is not installed: apt-get install mongrel2-core")
        parts.remove("mongrel2")
    for part in parts:
        say(f"== {part}")
        if part in WORKLOADS:
            workload = WORKLOADS[part]
            names = [name for name in TAKING_PART[part] if name in (arguments.peers or PEERS)]
            seconds = arguments.seconds or workload.seconds
            rounds, seconds = (1, 1) if arguments.quick else (arguments.rounds, seconds)
            results.load[part] = compare(workload, names, rounds, seconds)
        else:
            _measure_other(part, results, arguments.quick)
        if writing:
            report.write(results)
    print("\n".join(report.target_lines(results)))
    if writing:
        say(f"written to {report.FOLDER}")


def _measure_other(part: str, results: Results, quick: bool) -> None:
    counts = (1000,) if quick else (5000, 9000)
    if part == "dispatch":
        results.dispatch = dispatch_costs((10, 1000) if quick else (10, 1000, 10_000))
    elif part == "idle":
        results.idle = connections.idle_memory(
            ("gevent", "eventlet", "threads", "pywsgi", "eventlet-wsgi", "starlette", "tornado"),
            counts,
        )
    elif part == "sleepers":
        results.sleepers = connections.sleeper_memory(
            ("gevent", "eventlet", "pywsgi", "eventlet-wsgi", "starlette", "tornado"), counts
        )
    elif part == "active":
        results.active = connections.active_beside_idle("gevent", counts[-1] + 1000, 5)
    elif part == "slowloris":
        results.slowloris = connections.slowloris("gevent", 1000, 10.0)
    else:
        points = connections.memory_over_requests("gevent", 50_000 if quick else 1_000_000)
        results.growth = connections.slope(points)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, and fewer of all")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each workload (3)")
    parser.add_argument("--write", action="store_true", help="write down a part of it, too")
    parser.add_argument("--seconds", type=int, help="of a round, instead of the workload's own")
    parser.add_argument(
        "--only", nargs="+", choices=[*WORKLOADS, *OTHERS], metavar="PART", help="only these parts"
    )
    parser.add_argument("--peers", nargs="+", choices=PEERS, help="only these peers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
