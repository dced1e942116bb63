"""The real Mongrel2, with one row for handlers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from brubeck_mongrel2.operations import init
from brubeck_mongrel2.server.layout import Layout
from brubeck_mongrel2.server.process import Mongrel2Process
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import free_port


@dataclass(frozen=True, slots=True)
class RunningMongrel2:
    """Where clients and handlers find the server."""

    port: int
    pull: str
    pub: str


@contextmanager
def real_mongrel2() -> Iterator[RunningMongrel2]:
    """Run the server for the time of the context; skip, or in CI fail, where it is missing."""
    require_program("mongrel2", install="apt-get install mongrel2-core")
    # The paths of sockets have to be short.
    folder = Path(tempfile.mkdtemp(prefix="m2-"))
    try:
        found = RunningMongrel2(free_port(), f"ipc://{folder}/pull", f"ipc://{folder}/pub")
        root = folder / "site"
        config = init(root, pull_addr=found.pull, pub_addr=found.pub, port=found.port)
        with Mongrel2Process(Layout(root).config, config.server()):
            yield found
    finally:
        shutil.rmtree(folder)
