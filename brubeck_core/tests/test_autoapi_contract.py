"""AutoAPI over the querysets of the core."""

from __future__ import annotations

import pytest
from brubeck_core.builtin.memory_queryset import MemoryQueryset
from brubeck_testkit.autoapi import AutoAPISuite


class TestMemoryAutoAPI(AutoAPISuite):
    @pytest.fixture
    def queryset(self) -> MemoryQueryset:
        return MemoryQueryset()
