"""The application that the tests of a connection ask, and its connection at work."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from typing import Any

from brubeck_core.app.brubeck import Brubeck
from brubeck_core.http.request import Request
from brubeck_core.http.response import Response
from brubeck_core.interfaces.concurrency import Task
from brubeck_core.interfaces.connection import Connection
from brubeck_core.testing import Answer
from brubeck_testkit.applications import bare_config
from brubeck_testkit.connection.asking import PATIENCE, Ask

#: The largest body that the application takes, in bytes.
MAX_BODY = 100_000

ALL_BYTES = bytes(range(256))


class Stage:
    """An application on a connection, with a route for each thing that may go wrong."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.app = Brubeck(
            connection,
            [
                ("^/echo(?:/.*)?$", echo),
                ("^/body$", body),
                ("^/answer$", answer),
                ("^/nothing$", nothing),
                ("^/stream$", stream),
                ("^/fail$", fail),
                ("^/wait$", self.wait),
            ],
            config=bare_config(),
            log_level="CRITICAL",
            limits={"max_body": MAX_BODY},
        )
        self._began = self.app.concurrency.event()
        self._gate = self.app.concurrency.event()
        self.app.start()

    def serve(self, ask: Ask) -> Task[None]:
        """Serve in the background, and return the task of it once a request is answered."""
        task = self.app.concurrency.spawn(self.connection.serve, self.app)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                ask("GET", "/nothing")
                return task
            except (ConnectionRefusedError, FileNotFoundError):
                if task.done() or time.monotonic() > deadline:
                    task.result(0)
                    raise
                self.app.concurrency.sleep(0.005)

    def hold(self, ask: Ask) -> Task[Answer]:
        """Send a request that is answered after `release`; return once its handler has begun."""
        task = self.app.concurrency.spawn(ask, "GET", "/wait")
        assert self._began.wait(PATIENCE), "the request did not arrive"
        return task

    def release(self) -> None:
        """Let the handler go on that holds a request."""
        self._gate.set()

    def let_end(self, task: Task[Answer]) -> None:
        """Release a request, and wait for its end, also when its connection has gone."""
        self.release()
        try:
            task.result(PATIENCE)
        except (OSError, http.client.HTTPException):
            pass

    def wait(self, app: Brubeck, request: Request) -> tuple[str, int]:
        """Say that the request is here, and answer when the gate opens."""
        self._began.set()
        return ("waited", 200) if self._gate.wait(PATIENCE) else ("waited in vain", 503)


def echo(app: Brubeck, request: Request) -> dict[str, Any]:
    """Answer with what arrived before the body."""
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": dict(request.headers),
    }


def body(app: Brubeck, request: Request) -> bytes:
    """Answer with the body."""
    return request.body


def answer(app: Brubeck, request: Request) -> Response:
    """Answer with all that an answer may have."""
    fields = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/")]
    return Response(ALL_BYTES, 201, fields)


def nothing(app: Brubeck, request: Request) -> Response:
    """Answer without a body."""
    return Response(b"", 204)


def stream(app: Brubeck, request: Request) -> Iterator[str]:
    """Answer piece by piece."""
    yield from ("one", " two", "", " three", " four five")


def fail(app: Brubeck, request: Request) -> str:
    """Fail."""
    raise RuntimeError("flat tyre")
