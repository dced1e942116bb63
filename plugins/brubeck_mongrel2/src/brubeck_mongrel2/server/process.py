"""Run the real server in the foreground, and end it properly."""

from __future__ import annotations

import resource
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from brubeck_core.errors import BrubeckError

if TYPE_CHECKING:
    from types import TracebackType

    from brubeck_mongrel2.server.config import Server

#: Seconds a server may take to listen. It tries ten times, a second apart, to bind an address.
START_TIMEOUT = 15.0
#: Seconds a server may take to end after it was told to.
STOP_TIMEOUT = 5.0
_LOOK_AGAIN = 0.02
_LOG_LINES = 8


class Mongrel2Error(BrubeckError):
    """The server could not be started, or ended by itself."""


class Mongrel2Process:
    """A running server; as a context manager it is stopped at the end.

    Args:
        config: the sqlite file.
        server: the server in it to run. It needs an empty chroot and the setting
            `server.daemonize` 0, as `brubeck mongrel2 init` writes them, to stay a child of ours.
    """

    def __init__(self, config: Path, server: Server) -> None:
        self._config = config
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process is not None  # it was started
        return self._process.pid

    def start(self) -> None:
        """Start the server and return when it accepts connections.

        Raises `Mongrel2Error` with the last it said if it ends, or is not there in time.
        """
        program = find_program()
        if self._accepts():
            raise Mongrel2Error(
                f"something listens at {self._server.bind_addr}:{self._server.port} already"
            )
        log = Path(self._server.error_log)
        log_size = log.stat().st_size if log.exists() else 0
        # Before it has read where its log is, the server writes to its standard error.
        with tempfile.TemporaryFile() as output:
            with _file_limit_raised():
                self._process = subprocess.Popen(
                    [program, str(self._config), self._server.uuid],
                    cwd=self._config.parent,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            deadline = time.monotonic() + START_TIMEOUT
            while not self._accepts():
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    output.seek(0)
                    said = output.read() + _read_from(log, log_size)
                    raise Mongrel2Error(f"Mongrel2 did not start; it says:\n{_tail(said)}")
                time.sleep(_LOOK_AGAIN)

    def poll(self) -> int | None:
        """Return the exit status if the server has ended, else None."""
        assert self._process is not None  # it was started
        return self._process.poll()

    def stop(self, timeout: float = STOP_TIMEOUT) -> None:
        """End the server: politely, then at once, then by force; remove what it left behind."""
        process, self._process = self._process, None
        if process is None:
            return
        for tell in (process.terminate, process.terminate, process.kill):
            if process.poll() is None:
                tell()
                try:
                    process.wait(timeout)
                except subprocess.TimeoutExpired:
                    continue
        Path(self._server.pid_file).unlink(missing_ok=True)

    def _accepts(self) -> bool:
        address = (connect_address(self._server.bind_addr), self._server.port)
        try:
            socket.create_connection(address, timeout=1.0).close()
        except OSError:
            return False
        return True


def find_program() -> str:
    """Return the path of the server. Raises `Mongrel2Error` when it is not installed."""
    program = shutil.which("mongrel2")
    if program is None:
        raise Mongrel2Error(
            "the program mongrel2 is not installed; on Debian run: apt-get install mongrel2-core"
        )
    return program


def connect_address(bind_addr: str) -> str:
    """Return the address to reach a server at that was bound to `bind_addr`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind_addr, bind_addr)


def _read_from(path: Path, start: int) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        file.seek(start)
        return file.read()


def _tail(said: bytes) -> str:
    return "\n".join(said.decode(errors="replace").splitlines()[-_LOG_LINES:])


@contextmanager
def _file_limit_raised() -> Iterator[None]:
    """Let a child have as many connections as the system allows this user.

    Not in the child itself, between fork and exec: eventlet warns of Python code there.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
