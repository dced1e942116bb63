"""Accounts: who gets one, who gets in, and what those get who do not."""

from pathlib import Path

import pytest
from brubeck_core import patching
from brubeck_core.config import Config
from brubeck_core.testing import TestClient
from brubeck_testkit.servers import free_port
from listsurf.app import create_app

HERE = Path(__file__).parent.parent
PASSWORD = "quiet river banks"
DAVE = {"username": "Dave", "password": PASSWORD}


def test_the_life_of_an_account(visitor):
    turned_away = visitor.get("/")
    assert (turned_away.status, turned_away.header("Location")) == (302, "/login?next=/")
    assert visitor.post("/create", form=DAVE).header("Location") == "/"
    assert "Log out dave" in visitor.get("/").text
    old = dict(visitor.cookies)
    assert visitor.post("/logout").header("Location") == "/login"
    visitor.cookies = old
    assert visitor.get("/").status == 302
    assert visitor.post("/login", form=DAVE | {"username": " DAVE "}).header("Location") == "/"
    assert visitor.get("/").status == 200


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, ["username", "password"]),
        (DAVE | {"username": ""}, ["username"]),
        (DAVE | {"username": "dave brubeck"}, ["username"]),
        (DAVE | {"username": "d" * 31}, ["username"]),
        (DAVE | {"username": "<script>"}, ["username"]),
        (DAVE | {"password": "short"}, ["password"]),
        (DAVE | {"password": "password" * 2}, ["password"]),
        (DAVE | {"password": "x" * 5000}, ["password"]),
        (DAVE | {"username": ["a", "b c"]}, ["username"]),
        (DAVE | {"email": "dave"}, ["email"]),
        (DAVE | {"email": "d" * 100 + "@example.com"}, ["email"]),
    ],
)
def test_an_account_that_cannot_be(visitor, app, form, fields):
    answer = visitor.post("/create", form=form)
    assert answer.status == 422
    marked = [field for field in ("username", "password", "email") if problem(field) in answer.text]
    assert marked == fields
    assert answer.text.count('aria-invalid="true"') == len(fields)
    assert app.user_store.load("dave") is None
    assert visitor.get("/").status == 302


def problem(field):
    return f'<p class="problem" id="{field}-problem">'


def test_what_was_typed_is_kept_but_for_the_password(visitor):
    form = DAVE | {"username": '"><b>Dave', "email": "dave@example.com", "next": "/add_item?u=x"}
    answer = visitor.post("/create", form=form)
    assert 'value="&#34;&gt;&lt;b&gt;Dave"' in answer.text
    assert 'value="dave@example.com"' in answer.text
    assert 'name="next" value="/add_item?u=x"' in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("name", ["dave", "Dave", "DAVE"])
def test_a_name_belongs_to_one(visitor, app, name):
    app.accounts.create("dave", PASSWORD)
    answer = visitor.post("/create", form=DAVE | {"username": name})
    assert answer.status == 422
    assert "Somebody has this name already." in answer.text


def test_what_is_kept_of_somebody(visitor, app):
    visitor.post("/create", form=DAVE | {"email": "dave@example.com"})
    user = app.user_store.load("dave")
    assert set(user) == {
        "_id",
        "username",
        "email",
        "password",
        "is_active",
        "last_login",
        "date_joined",
    }
    assert PASSWORD not in str(user)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "dave"},
        {"username": "dave", "password": "wrong river banks"},
        {"username": "paul", "password": PASSWORD},
        {"username": "dave\0x", "password": PASSWORD},
        {"username": "d" * 5000, "password": "x" * 5000},
    ],
)
def test_a_login_that_fails_says_no_more(visitor, app, form):
    app.accounts.create("dave", PASSWORD)
    answer = visitor.post("/login", form=form)
    assert answer.status == 403
    assert '<p class="problem" role="alert">Name or password are wrong.</p>' in answer.text
    assert visitor.get("/").status == 302


def test_after_some_failures_there_is_a_pause(visitor, app):
    app.accounts.create("dave", PASSWORD)
    for _ in range(5):
        visitor.post("/login", form=DAVE | {"password": "wrong"})
    answer = visitor.post("/login", form=DAVE)
    assert answer.status == 429
    assert int(answer.header("Retry-After")) >= 1
    assert "too many attempts" in answer.text
    assert 'value="Dave"' in answer.text


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("/add_item?u=http%3A//a.example/%3Fx%3D1%26y%3D2", None),
        ("//elsewhere.example/", "/"),
        ("https://elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
@pytest.mark.parametrize("path", ["/login", "/create"])
def test_where_people_go_next(visitor, app, path, wanted, location):
    if path == "/login":
        app.accounts.create("dave", PASSWORD)
    answer = visitor.post(path, form=DAVE | {"next": wanted})
    assert answer.header("Location") == (location or wanted)
    # Who is logged in already goes there at once.
    assert visitor.get(path, query={"next": wanted}).header("Location") == (location or wanted)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nobody_is_logged_out_by_a_link(log_in, method):
    dave = log_in("dave")
    assert dave.request(method, "/logout").status == 405
    assert dave.get("/").status == 200


def test_a_store_that_is_away_is_a_page_that_says_so():
    options = {"url": f"mongodb://127.0.0.1:{free_port()}"}
    overrides = {
        "connection": "local",
        "concurrency": patching.active() or "threads",
        "user_store": {"mongo": options},
        "queryset": {"mongo": options},
    }
    config = Config.load(HERE, environ={}, overrides=overrides, file="brubeck.mongo.toml")
    app = create_app(config=config)
    try:
        client = TestClient(app, headers={"Accept": "text/html"})
        answer = client.post("/login", form=DAVE)
    finally:
        app.stop()
    assert answer.status == 503
    assert "Back to the links" in answer.text
    assert "27017" not in answer.text
