"""Say each step of loading plugins, when ``BRUBECK_TRACE_PLUGINS=1`` asks for it."""

from __future__ import annotations

import os
import sys
import time

from brubeck_core.config.convert import TRUE
from brubeck_core.config.environment import TRACE_PLUGINS

_began = time.monotonic()


def trace(step: str) -> None:
    """Print one step to standard error, with the milliseconds since the first import."""
    if os.environ.get(TRACE_PLUGINS, "").lower() in TRUE:
        elapsed = (time.monotonic() - _began) * 1000
        print(f"brubeck plugins [{elapsed:7.1f} ms] {step}", file=sys.stderr)
