"""Tell a person at a terminal what went wrong."""

from __future__ import annotations

import sys

#: The exit status for a mistake in the configuration or in the use of a command.
USAGE = 2


def report(error: Exception) -> int:
    """Print an error of Brubeck to standard error, without a traceback, and return the status.

    A broken plugin's own traceback comes first: it is what its authors need.
    """
    traceback_text: str = getattr(error, "traceback_text", "")
    print(f"{traceback_text}brubeck: {error}", file=sys.stderr)
    return USAGE
