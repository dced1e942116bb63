"""Applications behind a fake Mongrel2, and a real one for the tests that need it."""

from __future__ import annotations

import http.client
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.app.brubeck import Brubeck
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_mongrel2 import Mongrel2Connection
from brubeck_mongrel2.operations import init
from brubeck_mongrel2.server.config import Handler, Server
from brubeck_mongrel2.server.layout import Layout
from brubeck_mongrel2.server.process import Mongrel2Process
from brubeck_testkit.interpreter import clean_environment
from brubeck_testkit.mongrel2 import FakeMongrel2
from brubeck_testkit.plugin import require_unpatched
from brubeck_testkit.programs import require_program


class Behind:
    """An application that runs behind a Mongrel2, on the backend of this test session."""

    def __init__(
        self, concurrency: Concurrency, routes: Sequence[Any], *addresses: Any, **options: Any
    ):
        self.concurrency = concurrency
        settings = options.pop("settings", {})
        self.connection = Mongrel2Connection(*addresses, **options)
        self.app = Brubeck(self.connection, routes, concurrency=concurrency, **settings)
        self.app.start()
        self._task = concurrency.spawn(self.connection.serve, self.app)

    def stop(self, timeout: float = 5.0) -> None:
        """Stop as a signal would; may be called twice."""
        self.connection.stop(timeout)
        task, self._task = self._task, None
        if task is not None:
            task.result(timeout + 5.0)

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until `condition()` is true. Raises `TimeoutError` after ten seconds."""
        for _ in range(1000):
            if condition():
                return
            self.concurrency.sleep(0.01)
        raise TimeoutError("what the test waited for did not happen")


@pytest.fixture
def serve(concurrency: Concurrency) -> Iterator[Callable[..., Behind]]:
    """Run applications: ``serve(routes, pull, pub, **options)``."""
    running: list[Behind] = []

    def start(routes: Sequence[Any], *addresses: Any, **options: Any) -> Behind:
        running.append(Behind(concurrency, routes, *addresses, **options))
        return running[-1]

    yield start
    for behind in running:
        behind.stop(0.5)


@pytest.fixture
def fake(serve: Callable[..., Behind]) -> Iterator[Callable[..., FakeMongrel2]]:
    """Run an application behind a fake Mongrel2: ``fake(routes, **options)``.

    Options that `FakeMongrel2` has go there, the others to the connection. The application is
    the attribute `behind` of what it returns.
    """
    with ExitStack() as stack:

        def start(
            routes: Sequence[Any],
            protocol: str = "json",
            sender: str = "fake-1",
            flow_control: bool = False,
            **options: Any,
        ) -> FakeMongrel2:
            server = stack.enter_context(
                FakeMongrel2(protocol=protocol, sender=sender, flow_control=flow_control)
            )
            server.behind = serve(routes, server.pull_addr, server.pub_addr, **options)
            stack.callback(server.behind.stop, 0.5)
            return server

        yield start


@dataclass(frozen=True, slots=True)
class RealServer:
    """A running Mongrel2 and its only handler row."""

    layout: Layout
    server: Server
    handler: Handler
    process: Mongrel2Process

    def connect(self) -> socket.socket:
        """Open a client's connection."""
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=10)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as the paths of sockets have to be."""
    path = Path(tempfile.mkdtemp(prefix="m2-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def real_mongrel2(folder: Path) -> Iterator[Callable[..., RealServer]]:
    """Start the real server with options of `new_config`."""
    require_program("mongrel2", install="apt-get install mongrel2-core")
    with ExitStack() as stack:

        def start(**options: Any) -> RealServer:
            root = folder / "site"
            addresses = {
                "pull_addr": f"ipc://{folder}/pull",
                "pub_addr": f"ipc://{folder}/pub",
                "port": free_port(),
            }
            server = init(root, **(addresses | options)).server()
            handler = server.hosts[0].routes["/"]
            assert isinstance(handler, Handler)
            layout = Layout(root)
            process = stack.enter_context(Mongrel2Process(layout.config, server))
            return RealServer(layout, server, handler, process)

        yield start


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


PROGRAM = """
import atexit, os, sys
from brubeck_core import Brubeck
from brubeck_core.http.websocket import accept_websocket

answered = 0
clients = set()
woken = None
waiting = 0

def name(application, message):
    global answered
    answered += 1
    clients.add(message.conn_id)
    return f"{os.getpid()} {message.query}"

def slow(application, message):
    application.concurrency.sleep(0.005)
    return name(application, message)

def hold(application, message):
    global waiting, woken
    woken = woken or application.concurrency.event()
    waiting += 1
    woken.wait(60)
    return "news"

def wake(application, message):
    woken.set()
    return ""

def swallow(application, message):
    return str(sum(map(len, message.stream)))

def converse(ws):
    for message in ws:
        ws.send(f"{os.getpid()} {message}")

app = Brubeck(handler_tuples=[
    ("^/converse", lambda application, message: accept_websocket(message, converse)),
    ("^/slow", slow),
    ("^/hold", hold),
    ("^/waiting", lambda application, message: str(waiting)),
    ("^/wake", wake),
    ("^/swallow", swallow),
    ("^/", name),
])

@atexit.register
def note():
    with open("answered", "a") as file:
        file.write(f"{os.getpid()} {answered} {len(clients)}\\n")
"""


class Site:
    """A real server, and `brubeck run` behind it."""

    def __init__(self, server, folder, backend, *arguments, **options):
        self.server = server
        self.folder = folder
        (folder / "web.py").write_text(PROGRAM)
        variables = {
            "BRUBECK_APP": "web:app",
            "BRUBECK_CONCURRENCY": backend,
            "BRUBECK_CONNECTION": "mongrel2",
            "BRUBECK_CONNECTION__MONGREL2__PULL": server.handler.send_spec,
            "BRUBECK_CONNECTION__MONGREL2__PUB": server.handler.recv_spec,
        }
        for option, value in options.items():
            variables[f"BRUBECK_CONNECTION__MONGREL2__{option.upper()}"] = value
        command = [sys.executable, "-m", "brubeck_core", "run", str(folder), *arguments]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=clean_environment(variables), stdout=log, stderr=log
            )

    def another(self, backend, *arguments, **options):
        """Start it once more behind the same server; to be ended by whoever asks."""
        return Site(self.server, self.folder, backend, *arguments, **options)

    def log(self):
        return (self.folder / "log").read_text()

    def wait_for(self, condition, seconds=30.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.log()
            assert self.process.poll() is None, self.log()
            time.sleep(0.02)

    def ask(self, path="/", method="GET", body=None, headers=None):
        with closing(self.client(60)) as client:
            client.request(method, path, body, headers or {}, encode_chunked=bool(headers))
            return client.getresponse().read().decode()

    def client(self, timeout):
        return http.client.HTTPConnection("127.0.0.1", self.server.server.port, timeout=timeout)

    def workers(self, count):
        """Wait until so many workers answer, and return their numbers."""
        found = set()

        def answered():
            found.add(int(self.ask().split()[0]))
            return len(found) >= count

        self.wait_for(answered)
        return found

    def end(self):
        """End it as a person would; return how many requests and clients each worker has had."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0, self.log()
        answered = self.folder / "answered"
        lines = answered.read_text().splitlines()
        answered.unlink()
        numbers = [tuple(map(int, line.split())) for line in lines]
        return {worker: (requests, clients) for worker, requests, clients in numbers}

    def kill(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@pytest.fixture
def site(real_mongrel2, tmp_path):
    """Start a server and an application: ``site(backend, *arguments, config={}, **options)``."""
    require_unpatched()
    started = []

    def start(backend, *arguments, config=None, **options):
        pytest.importorskip(f"brubeck_{backend}" if backend != "threads" else "threading")
        server = real_mongrel2(**(config or {}))
        if options.get("upload_dir"):
            options["upload_dir"] = str(server.layout.root / "tmp")
        started.append(Site(server, tmp_path, backend, *arguments, **options))
        return started[-1]

    yield start
    for one in started:
        one.kill()
