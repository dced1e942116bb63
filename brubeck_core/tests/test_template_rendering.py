"""Handlers that render templates, and what they answer when something fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from brubeck_core import Brubeck, HTTPError, TemplateRendering, WebMessageHandler
from brubeck_core.builtin.string_renderer import StringRenderer
from brubeck_core.testing import Answer, TestClient

#: Templates by name. The one for errors is put there by the tests that need it.
TEMPLATES = {
    "page.html": "<p>Take $value</p>",
    "broken.html": "fine\n100 $",
    "feed.xml": "<feed>$value</feed>",
}
ERRORS = "error $error_code: $error_message $detail"


class Page(TemplateRendering):
    def get(self, name: str) -> Any:
        return self.render_template(name, value=self.get_argument("value", "five"))


class Status(TemplateRendering):
    def get(self, status: str) -> Any:
        raise HTTPError(int(status), "<no song>")


class Created(TemplateRendering):
    def post(self) -> Any:
        return self.render_template("page.html", 201, value=5)


class Feed(TemplateRendering):
    def get(self) -> Any:
        self.set_header("content-type", "application/atom+xml")
        return self.render_template("feed.xml", value=5)


def as_function(application: Brubeck, message: object) -> str:
    return application.render_template("page.html", value="<five>")


def make_app(folder: Path, errors: str | None = ERRORS, **settings: Any) -> Brubeck:
    for name, source in {**TEMPLATES, **({"errors.html": errors} if errors else {})}.items():
        (folder / name).write_text(source)
    return Brubeck(
        connection="local",
        renderer=StringRenderer(folder),
        handler_tuples=[
            ("^/page/(.+)$", Page),
            (r"^/status/(\d+)$", Status),
            ("^/created$", Created),
            ("^/feed$", Feed),
            ("^/function$", as_function),
        ],
        **settings,
    )


def get(app: Brubeck, path: str, accept: str | None = "text/html") -> Answer:
    return TestClient(app).get(path, headers={"Accept": accept} if accept else {})


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/page/page.html", 200, "<p>Take five</p>"),
        ("GET", "/page/page.html?value=<b>", 200, "<p>Take &lt;b&gt;</p>"),
        ("POST", "/created", 201, "<p>Take 5</p>"),
        ("GET", "/function", 200, "<p>Take &lt;five&gt;</p>"),
    ],
)
def test_a_template_is_the_answer(
    tmp_path: Path, method: str, path: str, status: int, text: str
) -> None:
    answer = TestClient(make_app(tmp_path)).request(method, path)
    assert (answer.status, answer.text) == (status, text)
    assert answer.header("content-type") == "text/html; charset=utf-8"


def test_a_content_type_that_the_handler_sets_is_kept(tmp_path: Path) -> None:
    answer = get(make_app(tmp_path), "/feed")
    assert answer.all_headers("content-type") == ["application/atom+xml"]


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/status/404", 404, "error 404: Not found &lt;no song&gt;"),
        ("/status/503", 503, "error 503: Service Unavailable &lt;no song&gt;"),
        ("/created", 405, "error 405: Method not allowed "),
        ("/page/missing.html", 500, "error 500: Server error "),
        ("/page/broken.html", 500, "error 500: Server error "),
        ("/page/../secret", 500, "error 500: Server error "),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "*/*", None])
def test_the_error_template_answers_for_errors(
    tmp_path: Path, path: str, status: int, text: str, accept: str | None
) -> None:
    answer = get(make_app(tmp_path), path, accept)
    assert (answer.status, answer.text.lower()) == (status, text.lower())
    assert answer.header("content-type") == "text/html; charset=utf-8"


def test_a_program_gets_problem_details(tmp_path: Path) -> None:
    answer = get(make_app(tmp_path), "/status/404", "application/json")
    assert answer.header("content-type") == "application/problem+json"
    assert json.loads(answer.text)["detail"] == "<no song>"


@pytest.mark.parametrize(
    "errors",
    [None, "$missing", "100 $", "$error_code$"],
    ids=["none", "fails", "broken", "broken too"],
)
@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/status/404", 404, "&lt;no song&gt;"),
        ("/page/missing.html", 500, "500"),
        ("/page/broken.html", 500, "500"),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", None])
def test_without_an_error_template_that_works_there_is_a_plain_page(
    tmp_path: Path, errors: str | None, path: str, status: int, said: str, accept: str | None
) -> None:
    answer = get(make_app(tmp_path, errors), path, accept)
    assert answer.status == status
    assert answer.text.startswith("<!doctype html>")
    assert said in answer.text
    assert "Traceback" not in answer.text
    assert answer.header("content-length") == str(len(answer.body))


def test_the_next_request_is_answered_as_ever(tmp_path: Path) -> None:
    client = TestClient(make_app(tmp_path, errors="100 $"))
    statuses = [client.get(f"/page/{name}").status for name in ("page.html", "broken.html") * 2]
    assert statuses == [200, 500, 200, 500]


@pytest.mark.parametrize("errors", [ERRORS, "100 $", None])
def test_debug_mode_shows_what_failed_whatever_the_error_template_leaves_out(
    tmp_path: Path, errors: str | None
) -> None:
    answer = get(make_app(tmp_path, errors, debug=True), "/page/broken.html")
    assert answer.status == 500
    assert "While rendering the template &#x27;broken.html&#x27;" in answer.text
    assert "Its context: value (str)." in answer.text


def test_debug_mode_shows_why_the_error_template_failed(tmp_path: Path) -> None:
    answer = get(make_app(tmp_path, "$nothing", debug=True), "/status/404")
    assert answer.status == 404
    assert "&lt;no song&gt;" in answer.text
    assert "&#x27;errors.html&#x27; uses $nothing" in answer.text


def test_debug_mode_uses_the_error_template_for_errors_that_are_told(tmp_path: Path) -> None:
    answer = get(make_app(tmp_path, debug=True), "/status/404")
    assert answer.text.startswith("error 404")


def test_a_failing_error_template_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    get(make_app(tmp_path, "100 $"), "/status/404")
    [record] = caplog.records
    assert record.exc_info is not None
    assert "errors.html" in str(record.exc_info[1])


def test_the_originals_order_of_bases_is_allowed(tmp_path: Path) -> None:
    class Both(WebMessageHandler, TemplateRendering):
        def get(self, name: str) -> Any:
            return self.render_template("page.html", value=name)

    app = make_app(tmp_path)
    app.add_route_rule("^/both/(.+)$", Both)
    assert get(app, "/both/five").text == "<p>Take five</p>"
    assert TestClient(app).post("/both/five").text == "error 405: Method not allowed "
