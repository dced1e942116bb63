"""The application is a clean WSGI callable (PEP 3333), and other servers can serve it."""

import io
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from brubeck_core import Brubeck, WebMessageHandler
from brubeck_testkit.servers import free_port, serving

HELLO = Path(__file__).parent.parent / "examples" / "hello"
FORM = "application/x-www-form-urlencoded"


class Everything(WebMessageHandler):
    def get(self):
        self.set_cookie("a", "1")
        self.set_cookie("b", "2")
        self.set_body("Take five")
        return self.render()

    def post(self):
        self.set_body(self.get_argument("song", "none"))
        return self.render()

    def delete(self):
        self.set_body("")
        return self.render(204)

    def put(self):
        raise RuntimeError("flat tyre")


def stream(application, message):
    return iter([b"Take", b"", "five"])


def lint(app: Callable) -> Callable:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of paste's own imports
        from paste.lint import middleware
    return middleware(app)


@pytest.fixture
def app():
    app = Brubeck(connection="local", handler_tuples=[(r"^/$", Everything)], log_level="CRITICAL")
    app.add_route_rule(r"^/stream$", stream)
    return app


@pytest.mark.parametrize("check", [validator, lint], ids=["wsgiref.validate", "paste.lint"])
@pytest.mark.parametrize(
    ("method", "path", "body", "status", "expected"),
    [
        ("GET", "/", b"", "200 OK", b"Take five"),
        ("HEAD", "/", b"", "200 OK", b""),
        ("POST", "/", b"song=Blue+Rondo", "200 OK", b"Blue Rondo"),
        ("DELETE", "/", b"", "204 No Content", b""),
        ("OPTIONS", "/", b"", "200 OK", b""),
        ("GET", "/stream", b"", "200 OK", b"Takefive"),
        ("HEAD", "/stream", b"", "200 OK", b""),
    ],
)
def test_answers_keep_to_the_protocol(app, check, method, path, body, status, expected):
    assert call(check(app), method, path, body) == (status, expected)


@pytest.mark.parametrize("check", [validator, lint], ids=["wsgiref.validate", "paste.lint"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("TRACE", "/", "405"), ("GET", "/nowhere", "404"), ("PUT", "/", "500")],
)
def test_errors_keep_to_the_protocol(app, check, method, path, status):
    assert call(check(app), method, path)[0].startswith(status)


def call(app, method: str, path: str, body: bytes = b"") -> tuple[str, bytes]:
    """Call a WSGI application as a server does, and return the status line and the body."""
    environ = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path}
    environ["QUERY_STRING"] = ""
    if body:
        environ |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": FORM}
    setup_testing_defaults(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    statuses = []

    def start_response(status, headers, exc_info=None):
        statuses.append(status)
        return lambda data: None

    chunks = app(environ, start_response)
    try:
        content = b"".join(chunks)
    finally:
        chunks.close()
    return statuses[0], content


GUNICORN = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", "127.0.0.1:{port}"]
WAITRESS = [sys.executable, "-m", "waitress", "--listen", "127.0.0.1:{port}"]


@pytest.mark.parametrize(
    ("command", "backend"),
    [
        ([*GUNICORN, "app:app"], "threads"),
        ([*GUNICORN, "--threads", "4", "app:app"], "threads"),
        ([*GUNICORN, "--worker-class", "gevent", "app:app"], "gevent"),
        ([*WAITRESS, "app:app"], "threads"),
    ],
    ids=["gunicorn", "gunicorn-threads", "gunicorn-gevent", "waitress"],
)
def test_other_servers_serve_the_application(command, backend):
    port = free_port()
    arguments = [part.format(port=port) for part in command]
    with serving(arguments, port, env={"BRUBECK_CONCURRENCY": backend}, cwd=HELLO) as server:
        assert server.get("/").text == "Take five"
        assert server.get("/nowhere").status == 404
        assert f"<dt>concurrency<dd>{backend}" in server.get("/facts").text
