"""The connection for tests, from within the process."""

from __future__ import annotations

import threading
from urllib.parse import unquote

import pytest
from brubeck_core.app.brubeck import Brubeck
from brubeck_core.builtin.local_connection import LocalConnection
from brubeck_core.errors import ConfigError
from brubeck_core.handlers.web import WebMessageHandler
from brubeck_core.http.request import Request
from brubeck_core.testing import Answer
from brubeck_testkit.connection import Ask, ConnectionSuite


class TestLocalConnection(ConnectionSuite):
    @pytest.fixture
    def connection(self) -> LocalConnection:
        return LocalConnection()

    @pytest.fixture
    def ask(self, connection: LocalConnection) -> Ask:
        def ask(method, target, headers=None, body=b""):
            path, _, query = target.partition("?")
            response = connection.request(Request(method, unquote(path), query, headers, body))
            content = b"".join(response.chunks())
            return Answer(response.status, response.reason, response.headers, content)

        return ask


class TakeFive(WebMessageHandler):
    def get(self) -> object:
        return f"Take {self.get_argument('n')}"


@pytest.fixture
def connection() -> LocalConnection:
    return LocalConnection()


@pytest.fixture
def app(connection: LocalConnection) -> Brubeck:
    return Brubeck(connection, [("^/$", TakeFive)])


def test_a_request_is_answered(app: Brubeck, connection: LocalConnection) -> None:
    app.start()
    response = connection.request(Request("GET", "/", "n=5"))
    assert (response.status, response.body) == (200, b"Take 5")


def test_a_request_before_the_start_says_what_to_do(connection: LocalConnection) -> None:
    with pytest.raises(ConfigError, match=r"app\.start\(\)"):
        connection.request(Request())


def test_serve_returns_after_stop(app: Brubeck, connection: LocalConnection) -> None:
    app.start()
    serving = threading.Thread(target=connection.serve, args=(app,), daemon=True)
    serving.start()
    connection.stop()
    connection.stop()
    serving.join(10)
    assert not serving.is_alive()


def test_it_says_where_it_serves(connection: LocalConnection) -> None:
    assert connection.describe() == "within this process"
