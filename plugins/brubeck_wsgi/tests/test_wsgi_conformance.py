"""The connection keeps what every connection promises."""

from __future__ import annotations

import pytest
from brubeck_testkit.connection import Ask, ConnectionSuite, ask_http
from brubeck_testkit.servers import free_port
from brubeck_wsgi import WSGIConnection


class TestWSGIConnection(ConnectionSuite):
    capabilities = {"address", "limits"}

    @pytest.fixture
    def port(self) -> int:
        return free_port()

    @pytest.fixture
    def connection(self, port: int) -> WSGIConnection:
        return WSGIConnection(port=port)

    @pytest.fixture
    def rival(self, port: int) -> WSGIConnection:
        return WSGIConnection(port=port)

    @pytest.fixture
    def ask(self, port: int) -> Ask:
        return ask_http(port)
