"""The gevent backend keeps the promises of every backend."""

from __future__ import annotations

import pytest
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_testkit.concurrency import ConcurrencySuite
from brubeck_testkit.plugin import require_backend

require_backend("gevent")


class TestGevent(ConcurrencySuite):
    capabilities = {"interrupts"}

    @pytest.fixture
    def backend(self, concurrency: Concurrency) -> Concurrency:
        return concurrency
