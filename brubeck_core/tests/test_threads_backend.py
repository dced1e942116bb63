"""The threads backend keeps the promises of every backend."""

from __future__ import annotations

import pytest
from brubeck_core.builtin.threads import Threads
from brubeck_testkit.concurrency import ConcurrencySuite
from brubeck_testkit.plugin import require_backend

require_backend("threads")


class TestThreads(ConcurrencySuite):
    @pytest.fixture
    def backend(self) -> Threads:
        return Threads()
