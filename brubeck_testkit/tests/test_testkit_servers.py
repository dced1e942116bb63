"""`serving` starts a program, says why it did not start, and stops it."""

import sys
import textwrap

import pytest
from brubeck_testkit.servers import free_port, running, serving

HTTP_SERVER = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]


def test_a_server_answers_and_is_gone_afterwards(tmp_path):
    (tmp_path / "tune.txt").write_text("Take five")
    port = free_port()
    with serving([*HTTP_SERVER, str(port)], port, cwd=tmp_path) as server:
        answer = server.get("/tune.txt")
        assert (answer.status, answer.text) == (200, "Take five")
        assert answer.header("Content-Length") == "9"
    assert server.process.poll() is not None


def test_a_program_that_ends_at_once_is_reported_with_its_output():
    command = [sys.executable, "-c", "raise SystemExit('no stage to play on')"]
    with (
        pytest.raises(RuntimeError, match="status 1:\nno stage to play on"),
        serving(command, free_port()),
    ):
        pass


def test_a_program_that_never_serves_is_given_up():
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    with (
        pytest.raises(RuntimeError, match=r"no server after 0\.1 s"),
        serving(command, free_port(), timeout=0.1),
    ):
        pass


def test_an_application_runs_on_the_backend_and_the_settings_named(tmp_path, backend):
    program = """
        from brubeck_core import Brubeck
        app = Brubeck()
        app.add_route("^/$")(lambda app, request: f"{app.concurrency.name} {app.debug}")
    """
    (tmp_path / "app.py").write_text(textwrap.dedent(program))
    settings = {"CONNECTION": "wsgi", "DEBUG": "true"}
    with running(tmp_path, concurrency=backend, settings=settings) as server:
        assert server.get("/").text == f"{backend} True"
