"""How the tests of a connection send it a request."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from contextlib import closing
from typing import Protocol

from brubeck_core.testing import Answer

#: Seconds after which something that ought to happen has not.
PATIENCE = 10.0


class Ask(Protocol):
    """What the fixture `ask` is: send one request and return the whole answer.

    `target` is the percent-encoded path, with the query string if there is one.
    """

    def __call__(
        self, method: str, target: str, headers: Mapping[str, str] = ..., body: bytes = ...
    ) -> Answer: ...


def ask_http(port: int, host: str = "127.0.0.1") -> Ask:
    """Return an `ask` for a connection that serves HTTP/1.1 there."""

    def ask(
        method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        with closing(http.client.HTTPConnection(host, port, timeout=PATIENCE)) as client:
            client.request(method, target, body or None, dict(headers or {}))
            reply = client.getresponse()
            return Answer(reply.status, reply.reason, reply.getheaders(), reply.read())

    return ask
