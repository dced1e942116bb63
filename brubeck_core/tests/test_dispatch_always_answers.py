"""Whatever goes wrong, there is exactly one complete answer."""

# ruff: noqa: E501

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from brubeck_core import Brubeck, HTTPError, JSONMessageHandler, Response, WebMessageHandler
from brubeck_core.http.limits import Limits
from brubeck_core.testing import TestClient

SECRET = "the secret of the failure"


class Boom(Exception):
    """Raised by the handlers of these tests."""


def boom(*args: Any, **kwargs: Any) -> Any:
    raise Boom(SECRET)


def handler(base: type[WebMessageHandler] = WebMessageHandler, **methods: Any) -> Any:
    def get(self: Any) -> Any:
        self.set_body("fine")
        return self.render()

    return type("Handler", (base,), {"get": get, **methods})


def make_app(*routes: tuple[str, Any], **settings: Any) -> Brubeck:
    return Brubeck(connection="local", handler_tuples=routes, **settings)


def returns(value: Any) -> Any:
    return handler(get=lambda self: value)


FAILURES: list[tuple[str, Any]] = [
    ("the constructor", handler(__init__=boom)),
    ("initialize", handler(initialize=boom)),
    ("prepare", handler(prepare=boom)),
    ("the method", handler(get=boom)),
    ("on_finish", handler(on_finish=boom)),
    ("render", handler(render=boom)),
    ("error itself", handler(get=boom, error=boom)),
    ("render_error", handler(get=boom, render_error=boom)),
    ("the user look-up", handler(get=lambda self: str(self.current_user), get_current_user=boom)),
    ("a JSON handler", handler(JSONMessageHandler, get=boom)),
    ("a function", boom),
    ("leaving the process", handler(get=lambda self: exit(3))),
    ("no return", returns(None)),
    ("a number", returns(5)),
    ("a tuple of one", returns(("x",))),
    ("a status that is none", returns(("x", "200"))),
    ("an object", returns(object())),
    ("JSON that is none", returns({"a": object()})),
    ("not-a-number in JSON", returns({"a": float("nan")})),
    ("wrong arguments", handler(get=lambda self, extra: "x")),
    ("CR LF in a header", handler(get=lambda self: Response("x", 200, {"X": "a\r\nB: c"}))),
    ("LF in a header name", handler(get=lambda self: Response("x", 200, {"X\nY": "a"}))),
    ("NUL in a header", handler(get=lambda self: (self.set_header("X", "a\0"), self.render()))),
    ("CR LF in a reason", handler(get=lambda self: Response("x", 200, None, "OK\r\nA: b"))),
    ("CR LF in a redirect", handler(get=lambda self: self.redirect("/x\r\nA: b"))),
    ("LF in a cookie", handler(get=lambda self: self.set_cookie("a", "b\nc"))),
    ("`;` in a cookie path", handler(get=lambda self: self.set_cookie("a", "b", path="/;x"))),
    ("text beyond latin-1 in a header", handler(get=lambda self: Response("x", 200, {"X": "Ж"}))),
    ("signing without a secret", handler(get=lambda self: self.set_cookie("a", "b", secret=None))),
    ("reading without a secret", handler(get=lambda self: self.get_cookie("a", secret=""))),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "brubeck")


@pytest.mark.parametrize("transport", ["direct", "wsgi"])
@pytest.mark.parametrize(("what", "target"), FAILURES, ids=[name for name, _ in FAILURES])
def test_a_failure_is_a_complete_500(what: str, target: Any, transport: Any) -> None:
    client = TestClient(make_app(("^/$", target), ("^/fine$", handler())), transport)
    for accept in ("text/html", "application/json", "*/*", None):
        answer = client.get("/", headers={"Accept": accept} if accept else None)
        assert answer.status == 500
        assert SECRET not in answer.text
        assert "Traceback" not in answer.text
        assert answer.header("content-length") == str(len(answer.body))
        assert answer.header("a") is None
    assert client.get("/fine").text == "fine"


@pytest.mark.parametrize(("what", "target"), FAILURES, ids=[name for name, _ in FAILURES])
def test_in_debug_mode_the_page_has_the_traceback(what: str, target: Any) -> None:
    client = TestClient(make_app(("^/", target), debug=True))
    answer = client.get("/", headers={"Accept": "text/html"})
    assert answer.status == 500
    assert answer.header("content-type") in ("text/html; charset=utf-8", "application/json")
    assert "Traceback" in answer.text or "JSON" in what


def test_the_traceback_is_escaped() -> None:
    def get(self: Any) -> Any:
        raise Boom("<script>alert(1)</script>")

    client = TestClient(make_app(("^/", handler(get=get)), debug=True))
    assert "<script>" not in client.get("/", headers={"Accept": "text/html"}).text


def test_on_finish_runs_after_a_failure() -> None:
    calls: list[str] = []
    target = handler(get=boom, on_finish=lambda self: calls.append("on_finish"))
    assert TestClient(make_app(("^/", target))).get("/").status == 500
    assert calls == ["on_finish"]


def test_what_ends_the_task_is_let_through() -> None:
    def get(self: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TestClient(make_app(("^/", handler(get=get)))).get("/")


@pytest.mark.parametrize(
    ("accept", "content_type", "words"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8", "<h1>404 Not found</h1>"),
        ("application/json", "application/problem+json", '"status": 404'),
        ("application/problem+json", "application/problem+json", '"title": "Not found"'),
        ("*/*", "text/plain; charset=utf-8", "404 Not found\n"),
        (None, None, ""),
    ],
)  # fmt: skip
def test_errors_are_negotiated(accept: str | None, content_type: str | None, words: str) -> None:
    headers = {"Accept": accept} if accept else None
    for app in (make_app(), make_app(("^/", handler(get=lambda self: self.render_error(404))))):
        answer = TestClient(app).get("/<b>", headers=headers)
        assert answer.status == 404
        assert answer.header("content-type") == content_type
        assert words in answer.text
        assert "<b>" not in answer.text
        if content_type:
            assert answer.header("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("raiser", ["class", "function"])
def test_an_http_error_is_answered_as_it_says(raiser: str) -> None:
    def refuse(*args: Any) -> Any:
        raise HTTPError(409, "It is <taken>.", {"X-Why": "taken"})

    target = handler(get=refuse) if raiser == "class" else refuse
    answer = TestClient(make_app(("^/", target))).get("/", headers={"Accept": "text/html"})
    assert (answer.status, answer.header("x-why")) == (409, "taken")
    assert "It is &lt;taken&gt;." in answer.text


METHODS: list[tuple[str, str, int, str | None]] = [
    ("POST", "/class", 405, "GET, HEAD, OPTIONS"),
    ("PATCH", "/class", 405, "GET, HEAD, OPTIONS"),
    ("BREW", "/class", 405, "GET, HEAD, OPTIONS"),
    ("OPTIONS", "/class", 200, "GET, HEAD, OPTIONS"),
    ("HEAD", "/class", 200, None),
    ("DELETE", "/function", 405, "GET, POST, HEAD, OPTIONS"),
    ("OPTIONS", "/function", 200, "GET, POST, HEAD, OPTIONS"),
    ("HEAD", "/function", 200, None),
    ("OPTIONS", "/nowhere", 404, None),
    ("HEAD", "/nowhere", 404, None),
]


@pytest.mark.parametrize(("method", "path", "status", "allow"), METHODS)
def test_methods(method: str, path: str, status: int, allow: str | None) -> None:
    app = make_app(("^/class$", handler()))
    app.add_route("^/function$", method=["GET", "POST"])(lambda application, message: "fine")
    answer = TestClient(app).request(method, path)
    assert answer.status == status
    assert answer.header("allow") == allow
    if method == "HEAD" and status == 200:
        assert (answer.header("content-length"), answer.body) == ("4", b"")


def test_head_of_a_handler_class_that_is_routed_for_get_only() -> None:
    app = make_app()
    app.add_route_rule("^/a$", handler(), "GET")
    assert TestClient(app).head("/a").status == 200


def test_functions_of_one_pattern_share_its_route() -> None:
    app = make_app()
    app.add_route("^/x$", method="GET")(lambda application, message: "got")
    app.add_route("^/x$", method="POST")(lambda application, message: "posted")
    client = TestClient(app)
    assert (client.get("/x").text, client.post("/x").text) == ("got", "posted")
    assert client.put("/x").header("allow") == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("value", "status", "content_type", "body"),
    [
        ("text", 200, "text/html; charset=utf-8", b"text"),
        (b"bytes", 200, "application/octet-stream", b"bytes"),
        ({"a": "ä"}, 200, "application/json", '{"a":"ä"}'.encode()),
        ([1, 2], 200, "application/json", b"[1,2]"),
        (("made", 201), 201, "text/html; charset=utf-8", b"made"),
        (({"a": 1}, 202, {"X-A": "b"}), 202, "application/json", b'{"a":1}'),
        (("", 204), 204, None, b""),
        (iter(["a", b"b"]), 200, "text/html; charset=utf-8", b"ab"),
        (Response("own", 418), 418, "text/html; charset=utf-8", b"own"),
    ],
)
def test_what_a_handler_may_return(
    value: Any, status: int, content_type: str | None, body: bytes
) -> None:
    answer = TestClient(make_app(("^/", lambda application, message: value))).get("/")
    assert (answer.status, answer.header("content-type"), answer.body) == (
        status,
        content_type,
        body,
    )


Send = Callable[[TestClient], Any]

TOO_MUCH: list[tuple[str, Send, int]] = [
    ("a body", lambda client: client.post("/", body=b"x" * 1001), 413),
    ("form fields", lambda client: client.post("/", form={str(n): "x" for n in range(21)}), 413),
    ("query fields", lambda client: client.get("/?" + "&".join(f"{n}=x" for n in range(21))), 413),
    ("header fields", lambda client: client.get("/", headers={f"X-{n}": "x" for n in range(40)}), 431),
    ("a header field", lambda client: client.get("/", headers={"X": "x" * 600}), 431),
    ("cookies", lambda client: client.get("/", headers={"Cookie": "a=" + "b" * 300}), 431),
    ("nested JSON", lambda client: client.post("/", body="[" * 9 + "]" * 9, headers={"Content-Type": "application/json"}), 400),
]  # fmt: skip


@pytest.mark.parametrize("transport", ["direct", "wsgi"])
@pytest.mark.parametrize(("what", "send", "status"), TOO_MUCH, ids=[row[0] for row in TOO_MUCH])
def test_too_much_is_refused(what: str, send: Send, status: int, transport: Any) -> None:
    def read(application: Any, message: Any) -> str:
        parts = (message.arguments, message.cookies, message.headers)
        return repr(message.json() if "json" in message.media_type else parts)

    limits = {
        "max_body": 1000,
        "max_headers": 30,
        "max_header_size": 500,
        "max_form_fields": 20,
        "max_cookie_size": 200,
        "max_json_depth": 8,
    }
    assert send(TestClient(make_app(("^/", read), limits=limits), transport)).status == status


@pytest.mark.parametrize(
    ("what", "send", "status"),
    [
        ("a query that is not UTF-8", lambda client: client.get("/?a=%FF"), 400),
        ("a form that is not UTF-8", lambda client: client.post("/", form=None, body=b"a=%FF", headers={"Content-Type": "application/x-www-form-urlencoded"}), 400),
        ("a multipart form without boundary", lambda client: client.post("/", body=b"x", headers={"Content-Type": "multipart/form-data"}), 400),
    ],
)  # fmt: skip
def test_undecodable_input_is_400(what: str, send: Send, status: int) -> None:
    app = make_app(("^/", lambda application, message: repr(message.arguments)))
    assert send(TestClient(app)).status == status


def test_a_bad_content_length_is_400_on_wsgi() -> None:
    client = TestClient(make_app(("^/", handler())), "wsgi")
    for length in ("-5", "abc", "1_0", "٣"):
        assert client.get("/", headers={"Content-Length": length}).status == 400


def test_the_default_limits_are_those_of_the_class() -> None:
    assert make_app().limits == Limits()
