"""Tests that start real programs: a server, a database, a browser."""

from __future__ import annotations

import os
import shutil

import pytest


def require_program(name: str, *, install: str) -> str:
    """Return the path of the program `name`, which the calling test is about to start.

    Args:
        name: the command, such as ``"mongrel2"``.
        install: the command line that brings it, such as ``"apt-get install mongrel2-core"``.

    Where it is missing the test is skipped and the report shows `install`; in continuous
    integration (the environment variable ``CI`` is set) the test fails instead, so that nothing
    goes untested unnoticed.
    """
    path = shutil.which(name)
    if path is not None:
        return path
    advice = f"this test starts the program {name!r}, which is not installed; run: {install}"
    if os.environ.get("CI"):
        pytest.fail(advice, pytrace=False)
    pytest.skip(advice)
