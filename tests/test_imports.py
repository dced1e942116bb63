"""What `import brubeck_core` brings along, and what it costs, in an interpreter of its own."""

import re
import subprocess
import sys

import pytest

#: Modules that must not be there before the backend has patched, and what no import should pay.
DENIED = [
    "asyncio",
    "brubeck_eventlet",
    "brubeck_gevent",
    "brubeck_wsgi",
    "click",
    "eventlet",
    "gevent",
    "http.client",
    "ssl",
    "zmq",
]
#: The budget is 60 ms on a quiet machine; a busy one gets three times as much.
BUDGET = 3 * 0.060


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize(
    "module", ["brubeck_core", "brubeck_core.bootstrap", "brubeck_core.plugin"]
)
def test_an_import_brings_nothing_that_must_wait(module):
    done = run("-c", f"import {module}, sys; print(*sys.modules)")
    assert set(done.stdout.split()) & set(DENIED) == set()


def test_the_core_is_imported_within_its_budget():
    """The best of three: the first may read from a cold disk."""
    seconds = min(import_seconds("brubeck_core") for _ in range(3))
    print(f"import brubeck_core took {seconds * 1000:.1f} ms")
    assert seconds < BUDGET


def import_seconds(module: str) -> float:
    """Add up what `-X importtime` says `module` and what it imports cost, in seconds."""
    report = run("-X", "importtime", "-c", f"import {module}").stderr
    line = next(line for line in report.splitlines() if re.search(rf"\| {module}$", line))
    return int(line.split("|")[1]) / 1_000_000
