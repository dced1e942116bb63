"""How a serving process logs when its program has not said so."""

from __future__ import annotations

import logging

_FORMAT = "%(asctime)s %(levelname)s %(name)s[%(process)d]: %(message)s"


def configure_logging(level: int | str) -> None:
    """Log to standard error, unless the program has set up logging already."""
    logging.basicConfig(level=level, format=_FORMAT)
