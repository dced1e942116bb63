"""A PostgreSQL server for tests, from the system.

Import the fixture in a `conftest`:

from brubeck_testkit.services.postgres import postgres_server as postgres_server

def test_mine(postgres_server):
    store = MyStore(postgres_server.create_database())
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import HOST, free_port

_INSTALL = "apt-get install --no-install-recommends postgresql"
_USER = "brubeck"
_PASSWORD = "take-five"
_POLL = 0.02

# What is committed has to outlive the server, but not the machine.
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "150",
}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return the PostgreSQL server of this test session; use a database of your own on it."""
    with serving_postgres() as server:
        yield server


@contextmanager
def serving_postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server on a free port of this machine, and stop it at the end.

    It asks for passwords, and sorts text as people do, not by code points, unless it is told.
    Where there is no server program, the calling test is skipped, or fails in continuous
    integration; the report shows what to install.
    """
    programs = _find_programs()
    # The server's user has to get there; folders of pytest are for the tester alone.
    folder = Path(tempfile.mkdtemp(prefix="brubeck-postgres-", dir="/tmp"))
    try:
        server = PostgresServer(programs, free_port(), folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class PostgresServer:
    """A PostgreSQL server, which keeps its data and its port when it stops.

    Attributes:
        port: where it serves.
        user, password: of its superuser.
    """

    user = _USER
    password = _PASSWORD

    def __init__(self, programs: Path, port: int, folder: Path) -> None:
        self.port = port
        self._programs = programs
        self._data = folder / "data"
        self._log = folder / "log.txt"
        self._names = (f"database_{number}" for number in count(1))
        self._process: subprocess.Popen[bytes] | None = None
        self._serves = False
        # PostgreSQL refuses to run as root.
        self._account = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        self._init(folder / "password")

    def url(self, database: str) -> str:
        """Return the address of a database: ``postgresql://user:password@host:port/database``."""
        return f"postgresql://{_USER}:{_PASSWORD}@{HOST}:{self.port}/{database}"

    def create_database(self) -> str:
        """Make an empty database, and return its address."""
        name = next(self._names)
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, sql: str, database: str = "postgres") -> str:
        """Run statements of SQL, and return what psql prints: values alone."""
        target = f"host={HOST} port={self.port} user={_USER} dbname={database}"
        done = subprocess.run(
            [self._programs / "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, target],
            env={**os.environ, "PGPASSWORD": _PASSWORD},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr}")
        return done.stdout.strip()

    def start(self, timeout: float = 30.0) -> None:
        """Start the server, or let a paused one go on, and wait until it takes connections.

        One that serves is left alone. Raises `RuntimeError`, with what it printed, when it does
        not in `timeout` seconds.
        """
        if self._serves:
            return
        if self._process is None:
            settings = {**_SETTINGS, "port": str(self.port)}
            options = [part for item in settings.items() for part in ("-c", "=".join(item))]
            with self._log.open("wb") as output:
                self._process = subprocess.Popen(
                    self._as_user([str(self._programs / "postgres"), "-D", str(self._data)])
                    + options,
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
        else:
            self._signal(signal.SIGCONT)
        deadline = time.monotonic() + timeout
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                printed = self._log.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"no PostgreSQL server on port {self.port}:\n{printed}")
            time.sleep(_POLL)
        self._serves = True

    def stop(self) -> None:
        """Stop the server, and break its connections."""
        self._serves = False
        if self._process is not None:
            self._signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def pause(self) -> None:
        """Let the server keep its connections and answer none, until it is started."""
        self._serves = False
        self._signal(signal.SIGSTOP)

    def _signal(self, number: int) -> None:
        """Send a signal to the server, and to the processes that serve its connections."""
        if self._process is None or self._process.poll() is not None:
            return
        parent = str(self._process.pid)
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                found = re.search(r"^PPid:\t(\d+)$", status.read_text(), re.MULTILINE)
                if found is not None and found.group(1) == parent:
                    os.kill(int(status.parent.name), number)
            except (FileNotFoundError, ProcessLookupError):
                pass  # it has just ended
        self._process.send_signal(number)

    def _accepts(self) -> bool:
        command = [str(self._programs / "pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
        return subprocess.run(command, timeout=10, check=False).returncode == 0

    def _init(self, password: Path) -> None:
        password.write_text(_PASSWORD, encoding="ascii")
        done = subprocess.run(
            self._as_user(
                [
                    str(self._programs / "initdb"),
                    *("-D", str(self._data)),
                    *("-U", _USER, "-A", "scram-sha-256", "--pwfile", str(password)),
                    *("-E", "UTF8", "--locale", "C", "--locale-provider", "icu"),
                    *("--icu-locale", "en", "--no-sync", "--no-instructions"),
                ]
            ),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stdout}{done.stderr}")

    def _as_user(self, command: list[str]) -> list[str]:
        """Return a command that runs another as an unprivileged user, and becomes it."""
        if self._account is None:
            return command
        uid, gid = self._account.pw_uid, self._account.pw_gid
        return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *command]


def _find_programs() -> Path:
    """Return the folder of the newest server; Debian has it outside the search path."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: float(path.parents[1].name), default=None)
    if newest is not None:
        return newest.parent
    return Path(require_program("postgres", install=_INSTALL)).resolve().parent
