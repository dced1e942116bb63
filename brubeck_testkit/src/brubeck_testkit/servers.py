"""Start a program that serves HTTP, talk to it over real sockets, and stop it."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brubeck_core.testing import Answer
from brubeck_testkit.interpreter import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HOST = "127.0.0.1"
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """A program that serves on a port of this machine."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Answer:
        """Send one request on a connection of its own and return the whole answer.

        Raises `OSError`, `TimeoutError` among them, when there is none in `timeout` seconds.
        """
        return ask(self.port, method, path, body=body, headers=headers, timeout=timeout)

    def get(self, path: str) -> Answer:
        """Send GET for `path`."""
        return self.request("GET", path)

    def output(self) -> str:
        """Return what the program has printed so far, errors included."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self, timeout: float = 15.0) -> int:
        """Ask the program to end, and return its exit status.

        After `timeout` seconds it is killed and `subprocess.TimeoutExpired` is raised.
        """
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def ask(
    port: int,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 30.0,
) -> Answer:
    """Send one request to a port of this machine, on a connection of its own.

    Nothing but a missing Host and the length of the body is added to `headers`. Raises `OSError`,
    `TimeoutError` among them, when there is no answer in `timeout` seconds.
    """
    given = {"Host": f"{HOST}:{port}", **(headers or {})}
    if body:
        given.setdefault("Content-Length", str(len(body)))
    with closing(http.client.HTTPConnection(HOST, port, timeout=timeout)) as connection:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return Answer(answer.status, answer.reason, answer.getheaders(), answer.read())


def free_port() -> int:
    """Return a port of this machine that nothing listened on a moment ago."""
    with closing(socket.create_server((HOST, 0))) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: Sequence[str],
    port: int,
    *,
    env: Mapping[str, str] | None = None,
    path: Sequence[str | Path] = (),
    cwd: str | Path | None = None,
    timeout: float = 30.0,
) -> Iterator[Server]:
    """Start `command`, wait until it accepts connections on `port`, and stop it at the end.

    Args:
        command: the program and its arguments.
        port: where it serves.
        env: further environment variables; see `brubeck_testkit.interpreter.run_python`.
        path: directories to put first on its module search path.
        cwd: where to run it.
        timeout: seconds it may take to serve.

    Raises `RuntimeError`, with what it printed, when it ends or takes too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "output.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command],
                env=clean_environment(env, path),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = Server(port, process, log)
        try:
            _wait_until_serving(server, timeout)
            yield server
        finally:
            server.stop()


@contextmanager
def running(
    target: str | Path,
    *,
    concurrency: str = "threads",
    settings: Mapping[str, str] | None = None,
    port: int | None = None,
    cwd: str | Path | None = None,
    timeout: float = 30.0,
) -> Iterator[Server]:
    """Start an application by ``brubeck run TARGET``, and stop it at the end.

    Args:
        target: a folder with an application, or what else ``brubeck run`` takes.
        concurrency: the backend it runs on.
        settings: further settings, by their names in the environment without ``BRUBECK_``, such as
            ``{"QUERYSET": "redis"}``.
        port: where it serves; a free one unless told. Served is `HOST`, by connection ``wsgi``
            unless the settings select another.
        cwd: where to run it: what a person who types the command would be in.
        timeout: seconds it may take to serve.
    """
    port = port or free_port()
    said = {"CONCURRENCY": concurrency, "CONNECTION__WSGI__BIND": f"{HOST}:{port}"}
    env = {f"BRUBECK_{name}": value for name, value in (said | dict(settings or {})).items()}
    command = [sys.executable, "-m", "brubeck_core", "run", str(target)]
    with serving(command, port, env=env, cwd=cwd, timeout=timeout) as server:
        yield server


def _wait_until_serving(server: Server, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not _accepts(server.port):
        if server.process.poll() is not None:
            status = server.process.returncode
            raise RuntimeError(f"the server ended with status {status}:\n{server.output()}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"no server after {timeout:g} s:\n{server.output()}")
        time.sleep(_POLL)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
