"""A Mongo server for tests: `mongod` where it is installed, else nx-27017 from PyPI.

from brubeck_testkit.services.mongo import mongo_server as mongo_server  # in conftest.py

def test_mine(mongo_server):
    store = MyStore(mongo_server.url)
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import HOST, Server, free_port, serving


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
        """Start it, unless it runs, and wait until it serves."""
        if self._server is None:
            program = serving(self._command, self.port, cwd=self._folder)
            self._server = self._running.enter_context(program)

    def stop(self) -> None:
        """End it, unless it is stopped, as if the machine had gone."""
        if self._server is not None:
            self.resume()
            self._running.close()
            self._server = None

    def pause(self) -> None:
        """Let it answer nothing, as if it hung: connections stay open."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it answer again, also what it was asked meanwhile."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._server is not None and self._server.process.poll() is None:
            os.kill(self._server.process.pid, number)


@contextmanager
def running_mongo() -> Iterator[MongoServer]:
    """Start a server without any data, and stop it at the end.

    Without a program for it, the calling test is skipped, and fails in continuous integration.
    """
    with tempfile.TemporaryDirectory() as folder:
        server = MongoServer(Path(folder), free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[MongoServer]:
    """Return a running server that all tests share: use a database of your own on it."""
    with running_mongo() as server:
        yield server


def _command(folder: Path, port: int) -> list[str]:
    if importlib.util.find_spec("nx_27017") is None or shutil.which("mongod"):
        mongod = require_program("mongod", install="pip install nx-27017")
        return [mongod, "--bind_ip", HOST, "--port", str(port), "--dbpath", str(folder)]
    program = [sys.executable, "-m", "nx_27017.nx_27017", "--host", HOST, "--port", str(port)]
    files = [("--data-dir", "data"), ("--log-file", "log"), ("--pid-file", "pid")]
    return program + [word for option, name in files for word in (option, str(folder / name))]
