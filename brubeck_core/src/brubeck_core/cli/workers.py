"""``brubeck run --workers N``: this process starts others that serve."""

from __future__ import annotations

import sys

from brubeck_core.config import Config
from brubeck_core.errors import ConfigError
from brubeck_core.workers.logs import configure_logging
from brubeck_core.workers.supervisor import Supervisor


def supervise(config: Config) -> int:
    """Start the workers that the configuration asks for, and return the exit status at the end.

    Each runs the command line of this process, and finds out that it is a worker by itself.

    Raises `ConfigError` for a number that makes no sense.
    """
    workers = config.setting("workers")
    if workers.value < 0:
        raise ConfigError(
            f"{workers.describe('workers')}: it has to be 0, to serve without a supervisor, or "
            "the number of processes"
        )
    configure_logging(config.get("log_level"))
    # All of it, the options of the interpreter too.
    return Supervisor([sys.executable, *sys.orig_argv[1:]], workers.value).run()
