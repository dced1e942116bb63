"""The promises about requests, answers, the end and addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.concurrency import Task
from brubeck_core.interfaces.connection import Connection
from brubeck_testkit.connection.asking import PATIENCE, Ask
from brubeck_testkit.connection.stage import ALL_BYTES, MAX_BODY, Stage
from brubeck_testkit.suite import Suite, needs

OCTETS = {"Content-Type": "application/octet-stream"}

#: What the operating system says where nobody listens.
NOBODY = r"(?i)refused|no such file"


class ConnectionSuite(Suite, standard=True):
    """Override the fixtures `connection` and `ask`.

    The capability ``"address"`` is for connections that listen on an address of their own;
    override the fixture `rival`. ``"limits"`` is for those that read bodies themselves, and so
    have to refuse what is larger than the application's limits.
    """

    @pytest.fixture
    def connection(self) -> Connection:
        raise NotImplementedError("override the fixture `connection` to return the connection")

    @pytest.fixture
    def ask(self, connection: Connection) -> Ask:
        """Return a function that sends a request through the connection while it serves."""
        raise NotImplementedError("override the fixture `ask`; see brubeck_testkit.connection.Ask")

    @pytest.fixture
    def rival(self, connection: Connection) -> Connection:
        """Return a second connection that is to serve on the address of the first."""
        raise NotImplementedError("override the fixture `rival`")

    @pytest.fixture
    def stage(self, connection: Connection) -> Stage:
        return Stage(connection)

    @pytest.fixture
    def serving(self, stage: Stage, ask: Ask) -> Iterator[Task[None]]:
        """Serve until the test ends; return the task that does."""
        task = stage.serve(ask)
        yield task
        stage.release()
        if not task.done():
            stage.connection.stop(PATIENCE)
        task.result(PATIENCE)

    # -- requests -----------------------------------------------------------------------

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
    def test_the_method_arrives(self, serving: Task[None], ask: Ask, method: str) -> None:
        assert ask(method, "/echo").json()["method"] == method

    @pytest.mark.parametrize(
        ("target", "path", "query"),
        [
            ("/echo/take/five", "/echo/take/five", ""),
            ("/echo/caf%C3%A9", "/echo/café", ""),
            ("/echo/a%2Fb%20c", "/echo/a/b c", ""),
            ("/echo?n=5&n=4", "/echo", "n=5&n=4"),
            ("/echo?q=%26%3D", "/echo", "q=%26%3D"),
        ],
    )
    def test_the_address_arrives(
        self, serving: Task[None], ask: Ask, target: str, path: str, query: str
    ) -> None:
        seen = ask("GET", target).json()
        assert (seen["path"], seen["query"]) == (path, query)

    def test_header_fields_arrive(self, serving: Task[None], ask: Ask) -> None:
        fields = {"X-Tune": "Take five", "Accept": "text/html;q=0.5", "Cookie": "a=1; b=2"}
        seen = ask("GET", "/echo", fields).json()["headers"]
        assert {name: seen.get(name.lower()) for name in fields} == fields

    @pytest.mark.parametrize(
        "body", [ALL_BYTES, b"\r\n\r\n", b"x" * MAX_BODY], ids=["every byte", "lines", "long"]
    )
    def test_the_body_arrives(self, serving: Task[None], ask: Ask, body: bytes) -> None:
        assert ask("POST", "/body", OCTETS, body).body == body

    @needs("limits")
    def test_a_body_beyond_the_limit_is_refused(self, serving: Task[None], ask: Ask) -> None:
        assert ask("POST", "/body", OCTETS, b"x" * (MAX_BODY + 1)).status == 413
        assert ask("POST", "/body", OCTETS, b"x").body == b"x"

    # -- answers ------------------------------------------------------------------------

    def test_the_status_arrives(self, serving: Task[None], ask: Ask) -> None:
        assert ask("GET", "/answer").status == 201

    def test_fields_of_one_name_stay_apart(self, serving: Task[None], ask: Ask) -> None:
        assert ask("GET", "/answer").all_headers("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]

    def test_every_byte_of_the_answer_arrives(self, serving: Task[None], ask: Ask) -> None:
        assert ask("GET", "/answer").body == ALL_BYTES

    def test_an_answer_without_a_body_has_none(self, serving: Task[None], ask: Ask) -> None:
        answer = ask("GET", "/nothing")
        assert (answer.status, answer.body) == (204, b"")

    def test_the_answer_to_head_has_no_body(self, serving: Task[None], ask: Ask) -> None:
        answer = ask("HEAD", "/answer")
        assert (answer.header("Content-Length"), answer.body) == ("256", b"")

    def test_a_streamed_answer_arrives_whole(self, serving: Task[None], ask: Ask) -> None:
        assert ask("GET", "/stream").body == b"one two three four five"

    def test_an_unknown_path_is_not_found(self, serving: Task[None], ask: Ask) -> None:
        assert ask("GET", "/nowhere").status == 404

    def test_a_failing_handler_is_an_error_of_that_request_alone(
        self, serving: Task[None], ask: Ask
    ) -> None:
        assert ask("GET", "/fail").status == 500
        assert ask("GET", "/body").status == 200

    def test_requests_are_answered_side_by_side(
        self, serving: Task[None], stage: Stage, ask: Ask
    ) -> None:
        held = stage.hold(ask)
        assert ask("GET", "/stream").status == 200
        stage.release()
        assert held.result(PATIENCE).status == 200

    # -- the end ------------------------------------------------------------------------

    def test_serve_returns_after_stop(self, serving: Task[None], connection: Connection) -> None:
        assert serving.done() is False
        connection.stop(PATIENCE)
        serving.result(PATIENCE)

    def test_stop_may_be_called_twice(self, serving: Task[None], connection: Connection) -> None:
        connection.stop(PATIENCE)
        connection.stop(PATIENCE)
        serving.result(PATIENCE)

    def test_a_request_in_flight_is_answered_while_it_stops(
        self, serving: Task[None], stage: Stage, ask: Ask
    ) -> None:
        held = stage.hold(ask)
        stopping = stage.app.concurrency.spawn(stage.connection.stop, PATIENCE)
        stage.release()
        assert held.result(PATIENCE).status == 200
        stopping.result(PATIENCE)
        serving.result(PATIENCE)

    def test_it_waits_no_longer_than_it_is_told(
        self, serving: Task[None], stage: Stage, ask: Ask
    ) -> None:
        held = stage.hold(ask)
        stage.connection.stop(0.05)
        serving.result(PATIENCE / 2)
        stage.let_end(held)

    # -- addresses ----------------------------------------------------------------------

    def test_it_says_in_one_line_where_it_serves(self, connection: Connection) -> None:
        where = connection.describe()
        assert where.strip()
        assert where.splitlines() == [where]

    @needs("address")
    def test_it_opens_nothing_before_it_serves(self, stage: Stage, ask: Ask) -> None:
        with pytest.raises(OSError, match=NOBODY):
            ask("GET", "/nothing")

    @needs("address")
    def test_it_leaves_nothing_open(
        self, serving: Task[None], ask: Ask, connection: Connection
    ) -> None:
        connection.stop(PATIENCE)
        serving.result(PATIENCE)
        with pytest.raises(OSError, match=NOBODY):
            ask("GET", "/nothing")

    @needs("address")
    def test_an_address_in_use_is_a_mistake_of_the_configuration(
        self, serving: Task[None], stage: Stage, rival: Connection
    ) -> None:
        attempt = stage.app.concurrency.spawn(rival.serve, stage.app)
        with pytest.raises(ConfigError):
            attempt.result(PATIENCE)
