"""A Mongo server for tests: `mongod` where it is installed, else nx-27017 from PyPI.

from brubeck_testkit.services.mongo import mongo_server as mongo_server  # in conftest.py

def test_mine(mongo_server):
    store = MyStore(mongo_server.url)
"""

from __future__ import annotations

import importlib.util
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import HOST, Server, free_port, serving

#: Of databases: each test has one to itself.
_numbers = count(1)


class MongoServer:
    """A server on a port of this machine, which keeps its data and its port when stopped.

    Args:
        folder: where its data is.
        port: where it serves.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._command = _command(folder, port)
        self._folder = folder
        self._running = ExitStack()
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """Return its address, as clients take it."""
        return f"mongodb://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it, or let a paused one go on, and wait until it serves.

        Raises `RuntimeError`, with what it printed, when it does not.
        """
        if self._server is None:
            program = serving(self._command, self.port, cwd=self._folder)
            self._server = self._running.enter_context(program)
        else:
            self._server.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it and break its connections; `start` brings it back with its data."""
        if self._server is not None:
            self._server.process.send_signal(signal.SIGCONT)
            self._server = None
            self._running.close()

    def pause(self) -> None:
        """Let it keep its connections and answer none, until it is started."""
        if self._server is not None:
            self._server.process.send_signal(signal.SIGSTOP)


@contextmanager
def serving_mongo() -> Iterator[MongoServer]:
    """Start a server without any data on a free port of this machine, and stop it at the end.

    Where there is no program for it, the calling test is skipped, or fails in continuous
    integration; the report shows what to install.
    """
    with tempfile.TemporaryDirectory(prefix="mongo-") as folder:
        server = MongoServer(Path(folder), free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[MongoServer]:
    """Return the Mongo server of this test session."""
    with serving_mongo() as server:
        yield server


@pytest.fixture
def mongo_url(mongo_server: MongoServer) -> Iterator[str]:
    """Return the address of a database on the server, empty when a test begins.

    A test may stop the server; it runs again for the next one.
    """
    mongo_server.start()
    yield f"{mongo_server.url}/test{next(_numbers)}"
    mongo_server.start()


def _command(folder: Path, port: int) -> list[str]:
    if importlib.util.find_spec("nx_27017") is None or shutil.which("mongod"):
        mongod = require_program("mongod", install="pip install nx-27017")
        return [mongod, "--bind_ip", HOST, "--port", str(port), "--dbpath", str(folder)]
    program = [sys.executable, "-m", "nx_27017.nx_27017", "--host", HOST, "--port", str(port)]
    files = [("--data-dir", "data"), ("--log-file", "log"), ("--pid-file", "pid")]
    return program + [word for option, name in files for word in (option, str(folder / name))]
