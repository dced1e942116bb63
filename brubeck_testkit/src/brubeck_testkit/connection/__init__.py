"""What every connection promises, as tests.

class TestMyConnection(ConnectionSuite):
    @pytest.fixture
    def connection(self):
        return MyConnection(port=free_port())

    @pytest.fixture
    def ask(self, connection):
        return ask_http(connection.port)
"""

from brubeck_testkit.connection.asking import Ask, ask_http
from brubeck_testkit.connection.suite import ConnectionSuite

__all__ = ["Ask", "ConnectionSuite", "ask_http"]
