"""Run code in a fresh interpreter: for what a test process has long imported or patched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def run_python(
    code: str,
    *,
    env: Mapping[str, str] | None = None,
    path: Iterable[str | Path] = (),
    cwd: str | Path | None = None,
    args: Sequence[str] = (),
    timeout: float = 60.0,
) -> subprocess.CompletedProcess[str]:
    """Run `code` in a fresh interpreter and return what it printed and how it ended.

    Args:
        code: the program.
        env: further environment variables. Those of this process are passed on, except
            ``BRUBECK_*``, so that no setting of the tester reaches the test.
        path: directories to put first on the module search path.
        cwd: where to run it.
        args: the program's arguments.
        timeout: seconds after which the interpreter is killed and
            `subprocess.TimeoutExpired` raised.
    """
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        env=clean_environment(env, path),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def clean_environment(
    env: Mapping[str, str] | None = None, path: Iterable[str | Path] = ()
) -> dict[str, str]:
    """Return the environment that `run_python` gives, for tests that start processes."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("BRUBECK_")}
    search = [str(directory) for directory in path]
    if inherited.get("PYTHONPATH"):
        search.append(inherited["PYTHONPATH"])
    if search:
        inherited["PYTHONPATH"] = os.pathsep.join(search)
    return inherited | dict(env or {})
