"""A server on a free port of loopback, on the backend that the tests run on."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from brubeck_core.http.limits import Limits
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_wsgi.addresses import Address
from brubeck_wsgi.http1.server import HTTPServer
from brubeck_wsgi.http1.settings import ServerSettings


class Running:
    """A server in the background, and the requests its handler has seen."""

    def __init__(self, server: HTTPServer, port: int, seen: list[Request]) -> None:
        self.server = server
        self.port = port
        self.seen = seen

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def exchange(self, *pieces: bytes, half_close: bool = False) -> bytes:
        """Send the pieces and return all that comes back until the server closes."""
        with self.connect() as sock:
            try:
                for piece in pieces:
                    sock.sendall(piece)
                if half_close:
                    sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the server has heard enough
            return read_all(sock)


def read_all(sock: socket.socket) -> bytes:
    received = []
    try:
        while data := sock.recv(65536):
            received.append(data)
    except ConnectionResetError:
        pass
    return b"".join(received)


def greet(request: Request) -> Response:
    body = request.body
    return Response(f"{request.method} {request.path} {len(body)}", content_type="text/plain")


@pytest.fixture
def start_server(concurrency: Concurrency) -> Iterator[Callable[..., Running]]:
    """Return a function that starts a server for a handler, and stop them all at the end."""
    started: list[tuple[HTTPServer, Any]] = []

    def start(
        handler: Callable[[Request], Response] = greet,
        limits: Limits | None = None,
        addresses: Sequence[Address] = (Address("127.0.0.1", 0),),
        **settings: Any,
    ) -> Running:
        seen: list[Request] = []

        def dispatch(request: Request) -> Response:
            seen.append(request)
            return handler(request).finish(request.method)

        server = HTTPServer(dispatch, concurrency, ServerSettings(**settings), limits or Limits())
        port = next(iter(server.open(addresses).ports), 0)
        started.append((server, concurrency.spawn(server.serve)))
        return Running(server, port, seen)

    yield start
    for server, task in started:
        server.stop(1.0)
        task.result(5.0)
