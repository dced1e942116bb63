"""Accounts over every user store, and sessions in a cache that several processes share."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
from brubeck_core import AccountRefused, Brubeck, LoginMixin, WebMessageHandler
from brubeck_core.testing import TestClient
from brubeck_testkit.passwords import quick_passwords as quick_passwords
from brubeck_testkit.services.mongo import mongo_server as mongo_server
from brubeck_testkit.services.mongo import mongo_url as mongo_url
from brubeck_testkit.services.redis import RedisServer
from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url

DAVE = {"username": "Dave", "password": "quiet river banks"}


pytestmark = pytest.mark.usefixtures("quick_passwords")


# -- accounts --------------------------------------------------------------------------------------

STORES: dict[str, dict[str, Any]] = {
    "memory": {},
    "csv": {"path": "FOLDER/users.csv"},
    "dictshield": {},
    "mongo": {"url": "mongo_url"},
    "redis": {"url": "redis_url"},
    "sql": {"url": "sqlite:///FOLDER/users.db"},
}


@pytest.fixture(params=STORES)
def accounts(request, tmp_path):
    options = dict(STORES[request.param])
    if options.get("url", "").endswith("_url"):
        options["url"] = request.getfixturevalue(options["url"])
    options = {name: text.replace("FOLDER", str(tmp_path)) for name, text in options.items()}
    app = Brubeck(connection="local", user_store={"use": request.param, request.param: options})
    return app.accounts


def test_an_account_is_made_logged_in_to_and_given_another_password(accounts):
    made = accounts.create(**DAVE, email="dave@example.com")
    user = accounts.check(**DAVE)
    assert (user["username"], user["email"]) == ("dave", "dave@example.com")
    mark = accounts.mark(user)
    assert accounts.load("dave", mark)["username"] == "dave"
    accounts.set_password(user, "another quiet river")
    assert accounts.load("dave", mark) is None
    assert accounts.check("dave", "another quiet river")
    assert accounts.check(**DAVE) is None
    assert made["username"] == "dave"


def test_a_name_is_given_once(accounts):
    accounts.create(**DAVE)
    with pytest.raises(AccountRefused) as refused:
        accounts.create("DAVE", "another quiet river")
    assert set(refused.value.problems) == {"username"}
    assert accounts.check(**DAVE)


def test_nobody_is_let_in_by_a_strange_name(accounts):
    accounts.create(**DAVE)
    for name in ("*", "dave*", "da%", "'; --", "$ne", "dave\0", "\ud800"):
        assert accounts.check(name, DAVE["password"]) is None


# -- sessions --------------------------------------------------------------------------------------


class Login(WebMessageHandler, LoginMixin):
    def post(self):
        self.log_in(self.check_login(self.get_argument("username"), self.get_argument("password")))
        return "welcome"

    def get(self):
        user = self.current_user
        return user["username"] if user else "nobody"

    def delete(self):
        self.log_out()
        return "bye"


class Free(WebMessageHandler):
    def get(self):
        return "free"


def make_client(url: str) -> TestClient:
    """Return a browser before an application of its own, as another process would have it."""
    app = Brubeck(
        connection="local",
        cache={"use": "redis", "redis": {"url": url}},
        user_store={"use": "redis", "redis": {"url": url}},
        handler_tuples=[("^/login", Login), ("^/free", Free)],
    )
    return TestClient(app, headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def client(redis_url: str) -> TestClient:
    client = make_client(redis_url)
    client.app.accounts.create(**DAVE)
    assert client.post("/login", form=DAVE).text == "welcome"
    return client


def test_every_process_knows_who_is_logged_in_and_who_is_not_any_more(client, redis_url):
    other = make_client(redis_url)
    other.cookies.update(client.cookies)
    assert other.get("/login").text == "dave"
    other.delete("/login")
    assert client.get("/login").text == "nobody"


def test_failed_attempts_are_counted_by_all_processes_together(client, redis_url):
    clients = [client, make_client(redis_url)]
    for number in range(5):
        assert clients[number % 2].app.accounts.check("dave", "wrong") is None
    assert clients[1].post("/login", form=DAVE).status == 429


@pytest.mark.parametrize("how", ["pause", "stop"])
def test_a_cache_that_is_down_is_503_within_a_second_and_spares_the_rest(
    client: TestClient, redis_server: RedisServer, how: str
) -> None:
    cookies = dict(client.cookies)
    getattr(redis_server, how)()
    for method in ("GET", "POST", "DELETE"):
        begun = monotonic()
        answer = client.request(method, "/login", form=DAVE if method == "POST" else None)
        assert (answer.status, answer.header("Set-Cookie")) == (503, None)
        assert monotonic() - begun < 1
    assert client.get("/free").text == "free"
    assert client.cookies == cookies


def test_nobody_is_logged_out_by_a_cache_that_was_down(
    client: TestClient, redis_server: RedisServer
) -> None:
    redis_server.pause()
    assert client.get("/login").status == 503
    redis_server.start()
    assert client.get("/login").text == "dave"
