"""What pages of other sites may not ask for."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from brubeck_core import Brubeck, JSONMessageHandler, WebMessageHandler
from brubeck_core.errors import ConfigError
from brubeck_core.http.cross_site import is_cross_site
from brubeck_core.http.csrf import is_token_of, make_token
from brubeck_core.http.request import Request
from brubeck_core.testing import Answer, TestClient

HERE = "http://localhost:6767"
FOREIGN = "https://evil.example"
TRUSTED = "https://pay.example"
FORM = "application/x-www-form-urlencoded"
#: As the framework's sessions make them.
SESSION = "s" * 43
OTHER_SESSION = "o" * 43

#: Scheme, Host and further fields, and what they tell of where the request comes from.
TOLD: list[tuple[str, str, str, dict[str, str], bool | None]] = [
    ("the same origin", "https", "a.example", {"Sec-Fetch-Site": "same-origin"}, False),
    ("by hand", "https", "a.example", {"Sec-Fetch-Site": "none"}, False),
    ("the same site", "https", "a.example", {"Sec-Fetch-Site": "same-site"}, True),
    ("another site", "https", "a.example", {"Sec-Fetch-Site": "cross-site"}, True),
    ("a value of tomorrow", "https", "a.example", {"Sec-Fetch-Site": "same-planet"}, True),
    ("two values", "https", "a.example", {"Sec-Fetch-Site": "same-origin, cross-site"}, True),
    ("other case", "https", "a.example", {"Sec-Fetch-Site": "Same-Origin"}, True),
    (
        "the browser's word counts, behind a proxy that hides HTTPS",
        "http",
        "a.example",
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://a.example"},
        False,
    ),
    (
        "a trusted origin",
        "https",
        "a.example",
        {"Sec-Fetch-Site": "cross-site", "Origin": TRUSTED},
        False,
    ),
    (
        "a trusted origin of an old browser",
        "https",
        "a.example",
        {"Origin": f"{TRUSTED}:443"},
        False,
    ),
    (
        "an origin that begins like a trusted one",
        "https",
        "a.example",
        {"Origin": f"{TRUSTED}.evil.example"},
        True,
    ),
    ("own Origin", "https", "a.example", {"Origin": "https://a.example"}, False),
    ("own Origin with its port", "http", "a.example:8000", {"Origin": "http://a.example:8000"}, False),
    ("a port that goes without saying", "https", "a.example:443", {"Origin": "https://a.example"}, False),
    ("letters of the other case", "http", "A.Example", {"Origin": "http://a.example"}, False),
    ("another Origin", "https", "a.example", {"Origin": FOREIGN}, True),
    ("another scheme", "https", "a.example", {"Origin": "http://a.example"}, True),
    ("another port", "http", "a.example", {"Origin": "http://a.example:8000"}, True),
    ("Origin: null", "http", "a.example", {"Origin": "null"}, True),
    ("two Origins", "http", "a.example", {"Origin": "http://a.example, http://a.example"}, True),
    ("nothing", "http", "a.example", {}, None),
    ("empty fields", "http", "a.example", {"Origin": "", "Sec-Fetch-Site": ""}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "host", "fields", "expected"),
    [case[1:] for case in TOLD],
    ids=[case[0] for case in TOLD],
)
def test_what_the_fields_tell(
    scheme: str, host: str, fields: dict[str, str], expected: bool | None
) -> None:
    request = Request("POST", headers={"Host": host, **fields}, scheme=scheme)
    assert is_cross_site(request, {TRUSTED}) is expected


class Page(WebMessageHandler):
    def answer(self) -> Any:
        self.set_body("done")
        return self.render()

    get = post = put = patch = delete = answer


class Data(JSONMessageHandler):
    def post(self) -> Any:
        return self.render(200)


class Webhook(Page):
    cross_site_check: ClassVar[bool] = False


class TokenPage(WebMessageHandler):
    def get(self) -> Any:
        self.set_body(self.csrf_token)
        return self.render()


def function(application: Any, message: Any) -> str:
    return "done"


def webhook(application: Any, message: Any) -> str:
    return "done"


webhook.cross_site_check = False  # type: ignore[attr-defined]


def make_app(**security: Any) -> Brubeck:
    app = Brubeck(
        connection="local",
        security=security,
        handler_tuples=[
            ("^/page$", Page),
            ("^/data$", Data),
            ("^/webhook$", Webhook),
            ("^/token$", TokenPage),
        ],
    )
    app.add_route_rule("^/function$", function)
    app.add_route_rule("^/webhook-function$", webhook)
    return app


CROSS = {"Sec-Fetch-Site": "cross-site", "Origin": FOREIGN}
FORM_OF_SESSION = {"Content-Type": FORM, "Cookie": f"session={SESSION}"}

#: Method, path, header fields, settings, and the status of the answer.
ANSWERS: list[tuple[str, str, str, dict[str, str], dict[str, Any], int]] = [
    ("reading", "GET", "/page", CROSS, {}, 200),
    ("reading the head", "HEAD", "/page", CROSS, {}, 200),
    ("asking what there is", "OPTIONS", "/page", CROSS, {}, 200),
    ("POST", "POST", "/page", CROSS, {}, 403),
    ("PUT", "PUT", "/page", CROSS, {}, 403),
    ("PATCH", "PATCH", "/page", CROSS, {}, 403),
    ("DELETE", "DELETE", "/page", CROSS, {}, 403),
    ("a function", "POST", "/function", CROSS, {}, 403),
    ("a function, by a method that nobody knows", "LINK", "/function", CROSS, {}, 403),
    ("a JSON handler", "POST", "/data", CROSS, {}, 403),
    ("a path there is not", "POST", "/nothing", CROSS, {}, 404),
    ("a method there is not", "POST", "/token", CROSS, {}, 403),
    ("an own page", "POST", "/page", {"Sec-Fetch-Site": "same-origin", "Origin": HERE}, {}, 200),
    ("an own page of an old browser", "POST", "/page", {"Origin": HERE}, {}, 200),
    ("another page of an old browser", "POST", "/page", {"Origin": FOREIGN}, {}, 403),
    ("a handler for all sites", "POST", "/webhook", CROSS, {}, 200),
    ("a function for all sites", "POST", "/webhook-function", CROSS, {}, 200),
    ("a trusted origin", "POST", "/page", CROSS, {"trusted_origins": [FOREIGN]}, 200),
    ("switched off", "POST", "/page", CROSS, {"cross_site_check": False}, 200),
    ("a program", "POST", "/page", {"Content-Type": FORM}, {}, 200),
    ("a program with a session", "POST", "/page", {"Cookie": f"session={SESSION}"}, {}, 200),
    (
        "JSON of a program with a session",
        "POST",
        "/page",
        {"Content-Type": "application/json", "Cookie": f"session={SESSION}"},
        {},
        200,
    ),
    ("a form of a session, and nothing else", "POST", "/page", FORM_OF_SESSION, {}, 403),
    (
        "a form of a session over HTTPS",
        "POST",
        "/page",
        {"Content-Type": FORM, "Cookie": f"__Host-session={SESSION}"},
        {},
        403,
    ),
    (
        "text of a session",
        "POST",
        "/page",
        {"Content-Type": "Text/Plain; charset=utf-8", "Cookie": f"a=b; session={SESSION}"},
        {},
        403,
    ),
    (
        "a program's own cookie of that name",
        "POST",
        "/page",
        {"Content-Type": FORM, "Cookie": "session=of-my-own"},
        {},
        200,
    ),
    (
        "a form of a session, from an own page",
        "POST",
        "/page",
        {**FORM_OF_SESSION, "Sec-Fetch-Site": "same-origin"},
        {},
        200,
    ),
]  # fmt: skip


@pytest.mark.parametrize("transport", ["direct", "wsgi"])
@pytest.mark.parametrize(
    ("method", "path", "fields", "security", "status"),
    [case[1:] for case in ANSWERS],
    ids=[case[0] for case in ANSWERS],
)
def test_what_is_answered(
    transport: Any,
    method: str,
    path: str,
    fields: dict[str, str],
    security: dict[str, Any],
    status: int,
) -> None:
    client = TestClient(make_app(**security), transport)
    assert client.request(method, path, headers=fields).status == status


#: What a form of a session sends as its token, beside the cookies.
TOKENS: list[tuple[str, str, dict[str, str], dict[str, str], int]] = [
    ("none", f"session={SESSION}", {}, {}, 403),
    ("in the form", f"session={SESSION}", {"csrf_token": make_token(SESSION)}, {}, 200),
    ("as a header", f"session={SESSION}", {}, {"X-CSRF-Token": make_token(SESSION)}, 200),
    ("of another session", f"session={SESSION}", {"csrf_token": make_token(OTHER_SESSION)}, {}, 403),
    ("that is empty", f"session={SESSION}", {"csrf_token": ""}, {}, 403),
    ("that is the session", f"session={SESSION}", {"csrf_token": SESSION}, {}, 403),
    ("that is nonsense", f"session={SESSION}", {"csrf_token": "Ж" * 64}, {}, 403),
    (
        "of a session that somebody put in front",
        f"session={OTHER_SESSION}; session={SESSION}",
        {"csrf_token": make_token(OTHER_SESSION)},
        {},
        403,
    ),
    (
        "of a session that somebody put behind",
        f"session={SESSION}; session={OTHER_SESSION}",
        {"csrf_token": make_token(OTHER_SESSION)},
        {},
        403,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cookie", "form", "fields", "status"),
    [case[1:] for case in TOKENS],
    ids=[case[0] for case in TOKENS],
)
def test_a_token(cookie: str, form: dict[str, str], fields: dict[str, str], status: int) -> None:
    answer = TestClient(make_app()).post(
        "/page", form={"name": "Ann", **form}, headers={"Cookie": cookie, **fields}
    )
    assert answer.status == status


@pytest.mark.parametrize("place", range(64))
def test_a_token_with_one_letter_changed_is_none(place: int) -> None:
    token = make_token(SESSION)
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    assert is_token_of(SESSION, token)
    assert not is_token_of(SESSION, changed)


def test_a_handler_makes_a_token_of_its_session_and_another_one_each_time() -> None:
    client = TestClient(make_app())
    fields = {"Cookie": f"session={SESSION}"}
    first, second = (client.get("/token", headers=fields).text for _ in range(2))
    assert first != second
    assert is_token_of(SESSION, first)
    assert is_token_of(SESSION, second)


def test_without_a_session_there_is_no_token() -> None:
    assert TestClient(make_app()).get("/token").text == ""


# -- what people are told ---------------------------------------------------------------------


def refused(accept: str, fields: dict[str, str]) -> Answer:
    return TestClient(make_app()).post("/page", headers={"Accept": accept, **fields})


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/problem+json"),
        ("*/*", "text/plain; charset=utf-8"),
    ],
)
def test_the_refusal_is_negotiated_and_says_what_to_set(accept: str, content_type: str) -> None:
    answer = refused(accept, CROSS)
    assert answer.header("content-type") == content_type
    for part in ("cross-site", FOREIGN, "trusted_origins", "[security]", "cross_site_check"):
        assert part in answer.text


def test_a_wrong_scheme_leads_to_the_proxy() -> None:
    answer = refused("*/*", {"Origin": "https://localhost:6767"})
    assert HERE in answer.text
    assert "trusted_proxies" in answer.text


def test_a_missing_token_is_told() -> None:
    answer = refused("*/*", FORM_OF_SESSION)
    assert "csrf_token" in answer.text
    assert "X-CSRF-Token" in answer.text


def test_the_origin_is_no_way_into_the_page() -> None:
    assert "<b>" not in refused("text/html", {"Origin": "https://<b>.example"}).text


@pytest.mark.parametrize(
    "origin", ["pay.example", "*", "https://*.example", "https://pay.example/", "null", ""]
)
def test_what_is_no_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ConfigError, match=r"security.trusted_origins .* no origin"):
        make_app(trusted_origins=[origin]).start()


def test_the_session_cookie_may_have_another_name() -> None:
    app = Brubeck(
        connection="local", handler_tuples=[("^/$", Page)], session={"cookie": "listener"}
    )
    statuses = [
        TestClient(app)
        .post("/", headers={"Content-Type": FORM, "Cookie": f"{name}={SESSION}"})
        .status
        for name in ("listener", "__Host-listener", "session")
    ]
    assert statuses == [403, 403, 200]
