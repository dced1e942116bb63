"""What the parts of the suite share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from brubeck_core.interfaces.concurrency import Concurrency, Queue
from brubeck_testkit.suite import Suite

#: Seconds after which something that ought to happen has not.
PATIENCE = 10.0

#: Seconds in which something that ought not to happen would have.
MOMENT = 0.05


class BackendSuite(Suite, standard=True):
    """One part of the suite."""

    @pytest.fixture
    def backend(self) -> Concurrency:
        raise NotImplementedError("override the fixture `backend` to return the backend")

    @pytest.fixture
    def logged(self, backend: Concurrency) -> Iterator[Queue]:
        """Return a queue of what is logged: the message, and the exception if there is one."""
        entries = backend.queue()

        class Listening(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                error = record.exc_info[1] if record.exc_info else None
                entries.put(f"{record.getMessage()} {error!r}")

        listening = Listening()
        logger = logging.getLogger("brubeck.concurrency")
        logger.addHandler(listening)
        yield entries
        logger.removeHandler(listening)
