"""What `import brubeck_core` and the launcher bring along, and what the import costs."""

import re
from pathlib import Path

import pytest
from brubeck_core.plugin.kinds import GROUP
from brubeck_testkit.distributions import fake_distribution
from brubeck_testkit.interpreter import run_python

HELLO = Path(__file__).parent.parent / "examples" / "hello"

#: Modules that must not be there before the backend has patched, and what no import should pay.
DENIED = {
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
}
#: The budget is 60 ms on a quiet machine; a busy one gets three times as much.
BUDGET = 3 * 0.060

MODULES = ["brubeck_core", "brubeck_core.bootstrap", "brubeck_core.plugin"]


@pytest.mark.parametrize("module", MODULES)
def test_an_import_brings_nothing_that_must_wait(module):
    assert modules_after(f"import {module}, sys; print(*sys.modules)") & DENIED == set()


#: A backend that shows what is imported when it is told to patch, and ends the process there.
SPY = """
    import os
    import sys

    from brubeck_core.builtin.threads import Threads


    class Spy(Threads):
        name = "spy"
        needs_patch = True

        def is_patched(self):
            return False

        def patch(self):
            print(*sys.modules, flush=True)
            os._exit(0)
"""
REGISTRATION = """
    from brubeck_core.plugin import ConcurrencyRegistration, hookimpl


    @hookimpl
    def brubeck_register_concurrency():
        yield ConcurrencyRegistration("spy", "spy:Spy")
"""


def test_the_launcher_patches_before_it_imports_what_must_wait(tmp_path):
    site = fake_distribution(
        tmp_path,
        "brubeck-spy",
        entry_points={GROUP: {"concurrency.spy": "spy_plugin"}},
        modules={"spy.py": SPY, "spy_plugin.py": REGISTRATION},
    )
    launch = "from brubeck_core.bootstrap import main; main()"
    arguments = ["run", str(HELLO), "--concurrency", "spy"]
    modules = modules_after(launch, args=arguments, path=[site])
    assert "spy" in modules
    assert modules & {*DENIED, "app"} == set()


def test_the_core_is_imported_within_its_budget():
    """The best of three: the first may read from a cold disk."""
    seconds = min(import_seconds("brubeck_core") for _ in range(3))
    print(f"import brubeck_core took {seconds * 1000:.1f} ms")
    assert seconds < BUDGET


def modules_after(code: str, **options) -> set[str]:
    done = run_python(code, **options)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def import_seconds(module: str) -> float:
    """Add up what `-X importtime` says `module` and what it imports cost, in seconds."""
    report = run_python(f"import {module}", env={"PYTHONPROFILEIMPORTTIME": "1"}).stderr
    line = next(line for line in report.splitlines() if re.search(rf"\| {module}$", line))
    return int(line.split("|")[1]) / 1_000_000
