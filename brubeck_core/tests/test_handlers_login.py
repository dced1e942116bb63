"""Handlers whose people log in: who they are afterwards, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from brubeck_core import (
    AccountRefused,
    Brubeck,
    LoginMixin,
    WebMessageHandler,
    authenticated,
    web_authenticated,
)
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_core.errors import StoreUnavailable
from brubeck_core.testing import Answer, TestClient
from brubeck_testkit.passwords import quick_passwords as quick_passwords

PASSWORD = "quiet river banks"


class Flaky(MemoryCache):
    """A cache that can be reached or not."""

    down = False

    def load(self, key: str) -> str | None:
        if self.down:
            raise StoreUnavailable("redis at nowhere:6379")
        return super().load(key)


class Register(LoginMixin, WebMessageHandler):
    def post(self) -> Any:
        try:
            user = self.application.accounts.create(
                self.get_argument("username"), self.get_argument("password", strip=False)
            )
        except AccountRefused as refused:
            return refused.problems, 422
        self.log_in(user)
        return self.redirect("/")


class Login(WebMessageHandler, LoginMixin):
    def post(self) -> Any:
        user = self.check_login(
            self.get_argument("username"), self.get_argument("password", strip=False)
        )
        if user is None:
            return "Name or password are wrong.", 403
        self.log_in(user)
        return self.redirect(self.next_url())


class Logout(WebMessageHandler, LoginMixin):
    def post(self) -> Any:
        self.log_out()
        return self.redirect("/")


class ChangePassword(WebMessageHandler, LoginMixin):
    @authenticated
    def post(self) -> Any:
        self.change_password(self.get_argument("password", strip=False))
        return self.redirect("/")


class Home(WebMessageHandler, LoginMixin):
    @web_authenticated
    def get(self) -> Any:
        self.set_body(self.current_user["username"])
        return self.render()

    @web_authenticated
    def post(self) -> Any:
        return self.get()


class Cart(WebMessageHandler):
    def get(self) -> Any:
        return {"cart": self.session.get("cart")}

    def post(self) -> Any:
        self.session["cart"] = self.get_argument("song")
        return "put"


pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def cache() -> Flaky:
    return Flaky()


@pytest.fixture
def app(cache: Flaky) -> Brubeck:
    app = Brubeck(
        connection="local",
        cache=cache,
        login_url="/login",
        handler_tuples=[
            ("^/register$", Register),
            ("^/login$", Login),
            ("^/logout$", Logout),
            ("^/password$", ChangePassword),
            ("^/cart$", Cart),
            ("^/", Home),
        ],
    )
    app.accounts.create("dave", PASSWORD)
    app.accounts.create("paul", PASSWORD)
    return app


class Browser(TestClient):
    """A client that says, as browsers do, that its requests come from pages of this site."""

    def __init__(self, app: Brubeck) -> None:
        super().__init__(app, headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def client(app: Brubeck) -> TestClient:
    return Browser(app)


def log_in(
    client: TestClient, name: str = "dave", password: str = PASSWORD, to: str = ""
) -> Answer:
    return client.post(f"/login{to}", form={"username": name, "password": password})


def who(client: TestClient) -> str | None:
    answer = client.get("/")
    return answer.text if answer.status == 200 else None


# -- in and out ------------------------------------------------------------------------------------


def test_whoever_logs_in_is_known_afterwards(client: TestClient) -> None:
    assert who(client) is None
    assert log_in(client).status == 302
    assert who(client) == "dave"


@pytest.mark.parametrize(("name", "password"), [("dave", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_whoever_cannot_log_in_is_not_and_learns_no_more(
    client: TestClient, name: str, password: str
) -> None:
    answer = log_in(client, name, password)
    assert (answer.status, answer.text) == (403, "Name or password are wrong.")
    assert client.cookies == {}
    assert who(client) is None


def test_a_password_keeps_its_spaces(client: TestClient) -> None:
    assert log_in(client, password=PASSWORD + " ").status == 403


def test_whoever_registers_is_logged_in(client: TestClient) -> None:
    answer = client.post("/register", form={"username": "Joe", "password": PASSWORD})
    assert (answer.status, who(client)) == (302, "joe")


def test_a_form_learns_what_is_wrong_with_it(client: TestClient) -> None:
    answer = client.post("/register", form={"username": "Dave", "password": "short"})
    assert (answer.status, set(answer.json())) == (422, {"password"})
    answer = client.post("/register", form={"username": "Dave", "password": PASSWORD})
    assert (answer.status, set(answer.json())) == (422, {"username"})


def test_logging_out_ends_the_session_on_both_sides(client: TestClient) -> None:
    log_in(client)
    old = dict(client.cookies)
    assert client.post("/logout").status == 302
    assert client.cookies == {}
    client.cookies.update(old)
    assert who(client) is None


def test_logging_out_without_having_logged_in_is_fine(client: TestClient) -> None:
    assert client.post("/logout").status == 302


# -- fixation and leftovers ------------------------------------------------------------------------


def test_the_id_changes_with_the_login_and_the_old_one_is_dead(client: TestClient) -> None:
    client.post("/cart", form={"song": "Take five"})
    before = dict(client.cookies)
    log_in(client)
    assert client.cookies["session"] != before["session"]
    attacker = Browser(client.app)
    attacker.cookies.update(before)
    assert who(attacker) is None
    assert attacker.get("/cart").json() == {"cart": None}


def test_what_a_visitor_had_stays_when_they_log_in(client: TestClient) -> None:
    client.post("/cart", form={"song": "Take five"})
    log_in(client)
    assert client.get("/cart").json() == {"cart": "Take five"}


def test_what_one_user_had_is_not_for_the_next(client: TestClient) -> None:
    log_in(client, "dave")
    client.post("/cart", form={"song": "Take five"})
    log_in(client, "paul")
    assert who(client) == "paul"
    assert client.get("/cart").json() == {"cart": None}


# -- users that change -----------------------------------------------------------------------------


def test_a_deleted_user_is_not_logged_in(client: TestClient) -> None:
    log_in(client)
    client.app.user_store.delete("dave")
    assert who(client) is None


def test_a_user_made_anew_under_the_name_is_somebody_else(client: TestClient) -> None:
    log_in(client)
    client.app.user_store.delete("dave")
    client.app.accounts.create("dave", PASSWORD)
    assert who(client) is None


def test_a_user_who_is_shut_out_is_not_logged_in(client: TestClient) -> None:
    log_in(client)
    user = client.app.user_store.load("dave")
    client.app.user_store.save({**(user or {}), "is_active": False})
    assert who(client) is None


def test_another_password_ends_all_sessions_but_the_one_that_gave_it(client: TestClient) -> None:
    elsewhere = Browser(client.app)
    log_in(client)
    log_in(elsewhere)
    before = client.cookies["session"]
    assert client.post("/password", form={"password": "another quiet river"}).status == 302
    assert (who(client), who(elsewhere)) == ("dave", None)
    assert client.cookies["session"] != before


# -- the way back ----------------------------------------------------------------------------------

WANTED = {
    "a path": ("/songs", "/login?next=/songs"),
    "a query": ("/songs?page=2&q=a%20b", "/login?next=/songs%3Fpage%3D2%26q%3Da%2520b"),
    "letters beyond ASCII": ("/caf%C3%A9", "/login?next=/caf%25C3%25A9"),
    "a percent sign": ("/100%25", "/login?next=/100%2525"),
    "the path of another site": ("//evil.example/", "/login"),
    "its disguise": ("/%5Cevil.example/", "/login?next=/%255Cevil.example/"),
}


@pytest.mark.parametrize(("path", "location"), WANTED.values(), ids=WANTED)
def test_the_login_page_learns_what_was_wanted(
    client: TestClient, path: str, location: str
) -> None:
    answer = client.get(path)
    assert (answer.status, answer.header("Location")) == (302, location)


def test_a_form_that_was_sent_is_not_sent_again(client: TestClient) -> None:
    assert client.post("/songs").header("Location") == "/login"


def test_a_login_url_may_have_a_query_already(client: TestClient) -> None:
    client.app.login_url = "/login?lang=de"
    assert client.get("/songs").header("Location") == "/login?lang=de&next=/songs"


def test_the_way_back_leads_where_it_came_from(client: TestClient) -> None:
    wanted = "/songs%20of/caf%C3%A9?page=2&q=a%20b"
    login = client.get(wanted).header("Location") or ""
    back = log_in(client, to=login.removeprefix("/login")).header("Location")
    assert back == wanted


NEXT = {
    "": "/",
    "/songs?page=2": "/songs?page=2",
    "//evil.example": "/",
    "/\\evil.example": "/",
    "\\\\evil.example": "/",
    "https://evil.example": "/",
    "https:evil.example": "/",
    "javascript:alert(1)": "/",
    "songs": "/",
    "/\t/evil.example": "/",
    "\t//evil.example": "/",
    # A browser takes a tab out, but keeps the space that `get_argument` makes of a NUL.
    "/\x00/evil.example": "/%20/evil.example",
}


@pytest.mark.parametrize(("wanted", "location"), NEXT.items())
def test_the_way_back_never_leaves_this_site(
    client: TestClient, wanted: str, location: str
) -> None:
    answer = client.post("/login", form={"username": "dave", "password": PASSWORD, "next": wanted})
    assert (answer.status, answer.header("Location")) == (302, location)


# -- faults ----------------------------------------------------------------------------------------


def test_a_cache_that_is_down_logs_nobody_out(client: TestClient, cache: Flaky) -> None:
    log_in(client)
    cookies = dict(client.cookies)
    cache.down = True
    answer = client.get("/")
    assert (answer.status, client.cookies) == (503, cookies)
    assert log_in(client).status == 503
    cache.down = False
    assert who(client) == "dave"


def test_a_user_store_that_is_down_logs_nobody_out(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(username: str) -> Any:
        raise StoreUnavailable("database at nowhere")

    log_in(client)
    with monkeypatch.context() as patched:
        patched.setattr(client.app.user_store, "load", unreachable)
        assert client.get("/").status == 503
    assert who(client) == "dave"


def test_a_store_that_fails_after_a_login_takes_it_back(cache: Flaky) -> None:
    class Unlucky(WebMessageHandler, LoginMixin):
        def post(self) -> Any:
            self.log_in({"username": "dave"})
            raise StoreUnavailable("database at nowhere")

    app = Brubeck(connection="local", cache=cache, handler_tuples=[("^/", Unlucky)])
    answer = TestClient(app).post("/")
    assert (answer.status, answer.header("Set-Cookie"), len(cache._entries)) == (503, None, 0)


def test_the_profile_is_that_of_who_is_logged_in_by_now() -> None:
    class InAndOut(WebMessageHandler, LoginMixin):
        def get_current_userprofile(self) -> Any:
            return self.current_user and f"about {self.current_user['username']}"

        def post(self) -> Any:
            found = [self.current_userprofile]
            self.log_in(self.application.accounts.create("dave", PASSWORD))
            found.append(self.current_userprofile)
            self.log_out()
            return [*found, self.current_userprofile]

    app = Brubeck(connection="local", handler_tuples=[("^/", InAndOut)])
    assert TestClient(app).post("/").json() == [None, "about dave", None]


def test_after_too_many_attempts_the_answer_says_when_to_come_again(client: TestClient) -> None:
    answers = [log_in(client, password="wrong") for _ in range(6)]
    assert [answer.status for answer in answers] == [403] * 5 + [429]
    assert answers[-1].header("Retry-After") == "1"
    assert "dave" not in answers[-1].text


def test_pages_for_people_who_are_logged_in_are_kept_by_nobody_on_the_way(
    client: TestClient,
) -> None:
    log_in(client)
    answer = client.get("/")
    assert (answer.header("Cache-Control"), answer.header("Vary")) == ("no-store", "Cookie")
