"""A store that cannot be reached: 503 and a line in the log, and nobody loses a cookie by it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import pytest
from brubeck_core import (
    AutoAPIBase,
    Brubeck,
    JSONMessageHandler,
    StoreUnavailable,
    WebMessageHandler,
)
from brubeck_core.app.unavailable import UnavailableLog
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_core.builtin.memory_queryset import MemoryQueryset
from brubeck_core.handlers.auth import web_authenticated
from brubeck_core.handlers.login import LoginMixin
from brubeck_core.interfaces.queryset import Status
from brubeck_core.testing import TestClient

STORE = "redis at 127.0.0.1:6379"
SESSION = "s" * 43


def down(*args: Any, **kwargs: Any) -> Any:
    raise StoreUnavailable(STORE, retry_after=2)


class Base(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("fine")
        return self.render()


def handler(base: type[WebMessageHandler] = Base, **methods: Any) -> Any:
    return type("Handler", (base,), methods)


def half_a_logout(self: Any) -> Any:
    self.delete_cookie("session")
    self.delete_cookies()
    self.set_cookie("half", "done")
    return down()


PLACES: list[tuple[str, Any]] = [
    ("the constructor", handler(__init__=down)),
    ("initialize", handler(initialize=down)),
    ("prepare", handler(prepare=down)),
    ("the method", handler(get=down)),
    ("on_finish", handler(on_finish=down)),
    ("the user look-up", handler(get=web_authenticated(Base.get), get_current_user=down)),
    ("a JSON handler", handler(JSONMessageHandler, get=down)),
    ("a function", down),
    ("behind cookies that were about to change", handler(get=half_a_logout)),
]


def client_of(target: Any, transport: Any = "direct", **settings: Any) -> TestClient:
    app = Brubeck(connection="local", handler_tuples=[("^/$", target)], **settings)
    client = TestClient(app, transport)
    client.cookies = {"session": SESSION, "own": "mine"}
    return client


@pytest.mark.parametrize("transport", ["direct", "wsgi"])
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*", None])
@pytest.mark.parametrize(("place", "target"), PLACES, ids=[name for name, _ in PLACES])
def test_the_answer_is_503_and_leaves_the_cookies(
    caplog: pytest.LogCaptureFixture, place: str, target: Any, accept: str | None, transport: Any
) -> None:
    client = client_of(target, transport, login_url="/login")
    answer = client.get("/", headers={"Accept": accept} if accept else None)
    assert answer.status == 503
    assert answer.header("retry-after") == "2"
    assert answer.all_headers("set-cookie") == []
    assert STORE not in answer.text
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert STORE in record.getMessage()


# -- sessions ---------------------------------------------------------------------------------


class DownCache(MemoryCache):
    load = save = delete = increment = down


class Account(WebMessageHandler, LoginMixin):
    @web_authenticated
    def get(self) -> Any:
        self.set_body("yours")
        return self.render()

    def post(self) -> Any:
        self.session["bought"] = 1
        return self.redirect("/")

    def delete(self) -> Any:
        self.log_out()
        return self.redirect("/")


class Public(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("for all")
        return self.render()


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nobody_is_logged_out_by_a_session_store_that_is_down(method: str) -> None:
    client = client_of(Account, cache=DownCache(), login_url="/login")
    answer = client.request(method, "/")
    assert answer.status == 503
    assert answer.all_headers("set-cookie") == []
    assert client.cookies["session"] == SESSION


def test_what_needs_no_session_is_unharmed() -> None:
    assert client_of(Public, cache=DownCache()).get("/").status == 200


# -- APIs -------------------------------------------------------------------------------------


@dataclass
class Song:
    title: str = ""


class DownQueryset(MemoryQueryset):
    create_one = read_one = read_all = read_many = update_one = destroy_one = find = down


class GoingDown(MemoryQueryset):
    """What is asked for can still be read; the first write finds the store gone."""

    create_one = update_one = destroy_one = down

    def read_one(self, item_id: str) -> Any:
        return Status.OK, {"id": item_id, "title": "before"}


READS: list[tuple[str, str, Any]] = [
    ("GET", "/song/", None),
    ("GET", "/song/a/", None),
    ("GET", "/song/a,b/", None),
]
WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/song/", {"title": "Take five"}),
    ("POST", "/song/", [{"title": "Take five"}, {"title": "Blue rondo"}]),
    ("PUT", "/song/a/", {"title": "Take five"}),
    ("PUT", "/song/", [{"id": "a", "title": "x"}, {"id": "b", "title": "y"}]),
    ("PATCH", "/song/a/", {"title": "Take five"}),
    ("DELETE", "/song/a/", None),
    ("DELETE", "/song/a,b/", None),
]


@pytest.mark.parametrize("accept", ["application/json", None])
@pytest.mark.parametrize(
    ("store", "method", "path", "body"),
    [
        *((DownQueryset, *call) for call in READS + WRITES),
        *((GoingDown, *call) for call in WRITES),
    ],
)
def test_an_api_answers_503_also_for_many_items(
    caplog: pytest.LogCaptureFixture,
    store: Any,
    method: str,
    path: str,
    body: Any,
    accept: str | None,
) -> None:
    class Songs(AutoAPIBase):
        model = Song
        queries = store()

    app = Brubeck(connection="local")
    app.register_api(Songs)
    fields = {"Accept": accept} if accept else None
    answer = TestClient(app).request(method, path, json=body, headers=fields)
    assert answer.status == 503
    assert answer.header("retry-after") == "2"
    assert [record.levelname for record in caplog.records] == ["WARNING"]


# -- the log ----------------------------------------------------------------------------------


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store_log(clock: Clock) -> UnavailableLog:
    return UnavailableLog(logging.getLogger("brubeck"), clock)


def test_a_store_is_named_once_a_second(
    caplog: pytest.LogCaptureFixture, store_log: UnavailableLog, clock: Clock
) -> None:
    for _ in range(1000):
        store_log.report(StoreUnavailable(STORE))
    clock.now += 1.0
    store_log.report(StoreUnavailable(STORE))
    first, second = (record.getMessage() for record in caplog.records)
    assert "more" not in first
    assert "999 requests more" in second


def test_each_store_is_named(caplog: pytest.LogCaptureFixture, store_log: UnavailableLog) -> None:
    for name in ("redis at a", "mongo at b", "redis at a"):
        store_log.report(StoreUnavailable(name))
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "the store cannot be reached: redis at a",
        "the store cannot be reached: mongo at b",
    ]


def test_names_without_end_do_not_fill_the_memory(
    caplog: pytest.LogCaptureFixture, store_log: UnavailableLog
) -> None:
    for number in range(1000):
        store_log.report(StoreUnavailable(f"store {number}"))
    assert len(store_log._told) <= 64


def test_the_reason_is_told(caplog: pytest.LogCaptureFixture, store_log: UnavailableLog) -> None:
    error = StoreUnavailable(STORE)
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    store_log.report(error)
    assert "ConnectionRefusedError: [Errno 111] Connection refused" in caplog.text
