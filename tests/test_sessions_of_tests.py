"""`BRUBECK_TEST_CONCURRENCY` prepares a process of tests for a backend.

Pages are driven from a process that nothing has patched, and serve on every backend by themselves:
they run with the tests on threads. A run that left all of them out would look like a good one.
"""

import os
import subprocess
import sys

import pytest

TEST = """
from brubeck_core import patching
from brubeck_testkit.plugin import require_unpatched

def test_what_serves_on_every_backend_itself():
    require_unpatched()

def test_the_backend():
    assert patching.active() == {backend!r}
"""


@pytest.mark.parametrize(
    ("backend", "outcome"),
    [
        (None, "2 passed"),
        ("threads", "2 passed"),
        ("gevent", "1 passed, 1 skipped"),
        ("eventlet", "1 passed, 1 skipped"),
    ],
)
def test_what_serves_on_every_backend_runs_once(backend, outcome, tmp_path):
    test = tmp_path / "test_serving.py"
    test.write_text(TEST.format(backend=backend))
    chosen = {"BRUBECK_TEST_CONCURRENCY": backend} if backend else {}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "brubeck", "-p", "no:cacheprovider", str(test)],
        env=os.environ | chosen,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert f" {outcome} in " in done.stdout, done.stdout + done.stderr
