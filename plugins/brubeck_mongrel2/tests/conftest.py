"""A real Mongrel2, for the tests that need one."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from brubeck_mongrel2.operations import init
from brubeck_mongrel2.server.config import Handler, Server
from brubeck_mongrel2.server.layout import Layout
from brubeck_mongrel2.server.process import Mongrel2Process
from brubeck_testkit.programs import require_program


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
