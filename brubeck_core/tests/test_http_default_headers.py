"""Header fields that every answer has unless somebody says otherwise."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from brubeck_core import Brubeck, HTTPError, JSONMessageHandler, Response, WebMessageHandler
from brubeck_core.errors import ConfigError
from brubeck_core.http.default_headers import default_headers, is_page
from brubeck_core.http.request import Request
from brubeck_core.http.security import HEADER_SETTINGS, Security, content_policy, forbid_storing
from brubeck_core.testing import TestClient

NOSNIFF = {"X-Content-Type-Options": "nosniff"}
OF_PAGES = {
    **NOSNIFF,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
}
ALL = {*OF_PAGES, "Strict-Transport-Security"}


def added(answer: Any) -> dict[str, str]:
    """Return the fields of `answer` that this is about; each has to be there once."""
    found = [(name, value) for name, value in answer.headers if name.title() in ALL]
    assert len({name.lower() for name, _ in found}) == len(found)
    return dict(found)


def client_of(target: Any, transport: Any = "direct", **security: Any) -> TestClient:
    app = Brubeck(connection="local", handler_tuples=[("^/$", target)], security=security)
    return TestClient(app, transport)


class Page(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("<p>Take five")
        return self.render()


class Framed(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("x", {"content-security-policy": "frame-ancestors *"})
        return self.render()


class Data(JSONMessageHandler):
    def get(self) -> Any:
        return self.render(200)


class Leaving(WebMessageHandler):
    def get(self) -> Any:
        return self.redirect("/elsewhere")


def pieces() -> Iterator[str]:
    yield "<p>"
    yield "Take five"


def with_policy(application: Any, message: Any) -> Response:
    response = Response(pieces())
    response.add_header("Content-Security-Policy", "default-src 'none'")
    return response


def fail(application: Any, message: Any) -> Any:
    raise RuntimeError("told to")


ONE = Response("the same object each time")

#: What answers, what the client accepts, and the fields that are added.
ADDED: list[tuple[str, Any, str, dict[str, str]]] = [
    ("a page", Page, "*/*", OF_PAGES),
    ("a page of a function", lambda application, message: "text", "*/*", OF_PAGES),
    ("a page in pieces", lambda application, message: pieces(), "*/*", OF_PAGES),
    ("a page of XHTML", lambda a, m: Response("x", content_type="application/xhtml+xml"), "*/*", OF_PAGES),
    ("a page whose type is written otherwise", lambda a, m: Response("x", 200, {"content-type": "TEXT/HTML"}), "*/*", OF_PAGES),
    ("JSON", Data, "*/*", NOSNIFF),
    ("text", lambda a, m: Response("x", content_type="text/plain"), "*/*", NOSNIFF),
    ("octets", lambda a, m: b"x", "*/*", NOSNIFF),
    ("no content", lambda a, m: Response(b"", 204), "*/*", NOSNIFF),
    ("a redirect", Leaving, "*/*", NOSNIFF),
    ("an error page", fail, "text/html", OF_PAGES),
    ("an error for programs", fail, "application/json", NOSNIFF),
    ("a handler's own policy", Framed, "*/*", {**OF_PAGES, "Content-Security-Policy": None}),
    ("a policy beside our Content-Type", with_policy, "*/*", {**OF_PAGES, "Content-Security-Policy": "default-src 'none'"}),
]  # fmt: skip


@pytest.mark.parametrize("transport", ["direct", "wsgi"])
@pytest.mark.parametrize(
    ("target", "accept", "expected"), [case[1:] for case in ADDED], ids=[case[0] for case in ADDED]
)
def test_what_an_answer_has(
    transport: Any, target: Any, accept: str, expected: dict[str, str | None]
) -> None:
    answer = client_of(target, transport).get("/", headers={"Accept": accept})
    wanted = {name: value for name, value in expected.items() if value is not None}
    found = added(answer)
    if None in expected.values():
        assert found.pop("content-security-policy") == "frame-ancestors *"
    assert found == wanted


@pytest.mark.parametrize("name", ["Content-Type", "X-Own"])
def test_fields_that_are_lists_will_do(name: str) -> None:
    def answer(application: Any, message: Any) -> Response:
        response = Response(b"x")
        response.headers[:] = [[name, "text/html"]]  # type: ignore[list-item]
        return response

    expected = OF_PAGES if name == "Content-Type" else NOSNIFF
    assert added(client_of(answer).get("/")) == expected


@pytest.mark.parametrize("target", [fail, Page])
def test_switched_off_is_off_on_error_pages_too(target: Any) -> None:
    client = client_of(target, **dict.fromkeys(HEADER_SETTINGS, "off"))
    for method, path in (("GET", "/"), ("GET", "/nothing"), ("DELETE", "/")):
        assert added(client.request(method, path, headers={"Accept": "text/html"})) == {}


@pytest.mark.parametrize("path", ["/", "/nothing"])
def test_the_answer_to_head_has_what_that_to_get_has(path: str) -> None:
    client = client_of(Page)
    fields = {"Accept": "text/html"}
    assert added(client.head(path, headers=fields)) == added(client.get(path, headers=fields))


def test_an_answer_that_is_used_again_has_each_field_once() -> None:
    client = client_of(lambda application, message: ONE)
    assert added(client.get("/")) == added(client.get("/")) == OF_PAGES


@pytest.mark.parametrize(
    ("security", "changed"),
    [
        ({"x_content_type_options": "off"}, {"X-Content-Type-Options": None}),
        ({"referrer_policy": "OFF"}, {"Referrer-Policy": None}),
        ({"referrer_policy": "no-referrer"}, {"Referrer-Policy": "no-referrer"}),
        ({"cross_origin_opener_policy": ""}, {"Cross-Origin-Opener-Policy": None}),
        ({"content_security_policy": "off"}, {"Content-Security-Policy": None}),
        (
            {"content_security_policy": content_policy()},
            {"Content-Security-Policy": content_policy()},
        ),
    ],
)
def test_each_can_be_changed_and_switched_off(
    security: dict[str, str], changed: dict[str, str | None]
) -> None:
    expected = {name: value for name, value in (OF_PAGES | changed).items() if value is not None}
    assert added(client_of(Page, **security).get("/")) == expected


@pytest.mark.parametrize(
    ("scheme", "setting", "expected"),
    [
        ("https", "max-age=31536000", "max-age=31536000"),
        ("http", "max-age=31536000", None),
        ("https", "off", None),
    ],
)
@pytest.mark.parametrize("body", ["a page", b"octets"])
def test_strict_transport_is_for_https_and_for_those_who_ask(
    body: Any, scheme: str, setting: str, expected: str | None
) -> None:
    complete = default_headers(Security(strict_transport_security=setting))
    response = complete(Request(scheme=scheme), Response(body).finish("GET"))
    assert response.header("strict-transport-security") == expected


def test_what_must_not_go_into_a_header_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigError, match=r"security\.referrer_policy"):
        client_of(Page, referrer_policy="a\r\nSet-Cookie: b").get("/")


def test_a_refused_start_is_refused_again() -> None:
    client = client_of(Page, referrer_policy="a\nb")
    for _ in range(2):
        with pytest.raises(ConfigError):
            client.get("/")


def test_a_refusal_has_them_too() -> None:
    def refuse(application: Any, message: Any) -> Any:
        raise HTTPError(418)

    assert added(client_of(refuse).get("/", headers={"Accept": "text/html"})) == OF_PAGES


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html", True),
        ("Text/HTML; charset=utf-8", True),
        ("application/xhtml+xml", True),
        ("text/plain", False),
        ("application/json", False),
        ("", False),
    ],
)
def test_what_is_a_page(content_type: str, expected: bool) -> None:
    assert is_page(content_type) is expected


# -- helpers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({}, "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"),
        (
            {"img_src": "'self' data:", "frame_ancestors": "'none'"},
            "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; img-src 'self' data:",
        ),
        (
            {"upgrade_insecure_requests": ""},
            "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'; upgrade-insecure-requests",
        ),
    ],
)  # fmt: skip
def test_a_strict_policy(sources: dict[str, str], expected: str) -> None:
    assert content_policy(**sources) == expected


@pytest.mark.parametrize("value", ["'self'; script-src *", "'self', data:"])
def test_a_policy_within_a_policy_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="img-src"):
        content_policy(img_src=value)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, "no-store"), ({"cache-control": "private, max-age=5"}, "private, max-age=5")],
)
def test_an_answer_for_one_person_is_not_stored(headers: dict[str, str], expected: str) -> None:
    response = Response("mine", headers=headers)
    forbid_storing(response)
    assert response.header("cache-control") == expected


@pytest.mark.parametrize("transport", ["direct", "wsgi"])
def test_what_is_refused_before_dispatch_has_them_too(transport):
    app = Brubeck(connection="local", limits={"max_body": 10})
    answer = TestClient(app, transport).post("/", body=b"x" * 11)
    assert answer.status == 413
    assert answer.header("X-Content-Type-Options") == "nosniff"
