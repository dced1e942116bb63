"""What the server remembers of a browser: when it is kept, where, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from brubeck_core import Brubeck, HTTPError, Response, WebMessageHandler
from brubeck_core.auth.sessions import Sessions
from brubeck_core.auth.settings import SessionSettings
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_core.errors import ConfigError, StoreUnavailable
from brubeck_core.http.request import Request
from brubeck_core.testing import TestClient

IDLE, LIFETIME = 1800, 43200


class Clock:
    """Time that passes when the test says so."""

    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Flaky(MemoryCache):
    """A cache that can be reached or not."""

    down = False
    writes = 0

    def load(self, key: str) -> str | None:
        if self.down:
            raise StoreUnavailable("redis at nowhere:6379")
        return super().load(key)

    def save(self, key: str, data: str, ttl: float | None = None) -> None:
        if self.down:
            raise StoreUnavailable("redis at nowhere:6379")
        self.writes += 1
        super().save(key, data, ttl)

    def keys(self) -> list[str]:
        return [key for key in self._entries if not key.endswith(":ended")]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock: Clock) -> Flaky:
    return Flaky(clock=clock)


class Page(WebMessageHandler):
    """Does what the argument `do` says, and shows the session."""

    def get(self) -> Any:
        getattr(self, self.get_argument("do") or "look")()
        self.set_body(repr(dict(self.session)))
        return self.render()

    def look(self) -> None:
        pass

    def write(self) -> None:
        self.session["song"] = self.get_argument("song")

    def append(self) -> None:
        self.session.setdefault("songs", []).append("Take five")

    def renew(self) -> None:
        self.session.renew()

    def end(self) -> None:
        self.session.end()

    def replace(self) -> None:
        self.session.end()
        self.session["song"] = "Blue Rondo"

    def clear(self) -> None:
        self.session.clear()

    def unfit(self) -> None:
        self.session["song"] = object()

    def refuse(self) -> None:
        self.session["song"] = "refused"
        raise HTTPError(403)

    def fail(self) -> None:
        self.session["song"] = "failed"
        raise RuntimeError("a mistake")


class Quiet(WebMessageHandler):
    """Looks at no session."""

    def get(self) -> Any:
        self.set_body("quiet")
        return self.render()


class Own(WebMessageHandler):
    """Has its own idea of caching."""

    def get(self) -> Any:
        len(self.session)
        self.set_body("own", {"Cache-Control": "max-age=60", "Vary": "Accept"})
        return self.render()


def make_app(cache: MemoryCache, clock: Callable[[], float], **session: Any) -> Brubeck:
    app = Brubeck(
        connection="local",
        cache=cache,
        session=session or None,
        handler_tuples=[("^/quiet", Quiet), ("^/own", Own), ("^/", Page)],
    )
    app.sessions = Sessions(cache, app.config.session, clock=clock)
    return app


@pytest.fixture
def client(cache: Flaky, clock: Clock) -> TestClient:
    return TestClient(make_app(cache, clock))


def do(client: TestClient, what: str, **query: str) -> str:
    answer = client.get("/", query={"do": what, **query})
    assert answer.status == 200, answer.text
    return answer.text


# -- when something is kept ------------------------------------------------------------------------


def test_what_is_written_is_there_at_the_next_request(client: TestClient) -> None:
    do(client, "write", song="Take five")
    assert do(client, "look") == "{'song': 'Take five'}"


def test_changes_deep_inside_are_kept(client: TestClient) -> None:
    do(client, "append")
    do(client, "append")
    assert do(client, "look") == "{'songs': ['Take five', 'Take five']}"


@pytest.mark.parametrize("what", ["look", "renew", "end", "clear"])
def test_nothing_is_kept_or_set_unless_something_was_written(
    client: TestClient, cache: Flaky, what: str
) -> None:
    answer = client.get("/", query={"do": what})
    assert answer.header("Set-Cookie") is None
    assert cache.keys() == []


def test_looking_writes_nothing(client: TestClient, cache: Flaky) -> None:
    do(client, "write", song="Take five")
    writes = cache.writes
    answer = client.get("/")
    assert (cache.writes, answer.header("Set-Cookie")) == (writes, None)


def test_an_answer_of_the_handlers_own_keeps_the_session(client: TestClient) -> None:
    assert client.get("/", query={"do": "refuse"}).status == 403
    assert do(client, "look") == "{'song': 'refused'}"


def test_an_exception_keeps_nothing(client: TestClient, cache: Flaky) -> None:
    assert client.get("/", query={"do": "fail"}).status == 500
    assert cache.keys() == []


def test_a_value_that_json_does_not_have_is_a_mistake(client: TestClient, cache: Flaky) -> None:
    assert client.get("/", query={"do": "unfit"}).status == 500
    assert cache.keys() == []


def test_a_key_is_text(client: TestClient) -> None:
    session = client.app.sessions.open(Request())
    with pytest.raises(TypeError, match="keys of a session are text"):
        session[1] = "one"  # type: ignore[index]


# -- the id ----------------------------------------------------------------------------------------


def test_the_cache_holds_no_id_to_take_over(client: TestClient, cache: Flaky) -> None:
    do(client, "write", song="Take five")
    session_id = client.cookies["session"]
    assert len(session_id) == 43
    assert cache.keys() == [f"session:{sha256(session_id.encode()).hexdigest()}"]


CHOSEN = {
    "well-formed": "x" * 43,
    "a pattern": "*" + "x" * 42,
    "too long": "x" * 44,
    "a key of something else": "session:" + "x" * 35,
    "as long as a cookie may be": "x" * 4000,
    "empty": "",
}


@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
def test_an_id_that_the_client_chose_is_not_taken(client: TestClient, chosen: str) -> None:
    client.cookies["session"] = chosen
    assert do(client, "look") == "{}"
    do(client, "write", song="Take five")
    assert client.cookies["session"] != chosen


def test_a_renewed_session_has_another_id_and_the_old_one_is_dead(
    client: TestClient, cache: Flaky
) -> None:
    do(client, "write", song="Take five")
    old = client.cookies["session"]
    assert do(client, "renew") == "{'song': 'Take five'}"
    assert client.cookies["session"] != old
    assert len(cache.keys()) == 1
    client.cookies["session"] = old
    assert do(client, "look") == "{}"


def test_an_ended_session_is_gone_on_both_sides(client: TestClient, cache: Flaky) -> None:
    do(client, "write", song="Take five")
    old = client.cookies["session"]
    assert do(client, "end") == "{}"
    assert "session" not in client.cookies
    assert cache.keys() == []
    client.cookies["session"] = old
    assert do(client, "look") == "{}"


def test_after_the_end_another_session_may_begin(client: TestClient) -> None:
    do(client, "write", song="Take five")
    old = client.cookies["session"]
    do(client, "replace")
    assert client.cookies["session"] != old
    assert do(client, "look") == "{'song': 'Blue Rondo'}"


@pytest.mark.parametrize("how", ["end", "renew"])
def test_a_request_under_way_does_not_bring_an_ended_session_back(
    client: TestClient, cache: Flaky, how: str
) -> None:
    do(client, "write", song="Take five")
    old = client.cookies["session"]
    under_way = client.app.sessions.open(Request(headers={"Cookie": f"session={old}"}))
    under_way["song"] = "Blue Rondo"
    do(client, how)
    under_way.answer(Response())
    client.cookies["session"] = old
    assert do(client, "look") == "{}"


# -- how long --------------------------------------------------------------------------------------


def test_a_session_ends_when_nobody_uses_it(client: TestClient, clock: Clock) -> None:
    do(client, "write", song="Take five")
    clock.advance(IDLE + 1)
    assert do(client, "look") == "{}"


def test_looking_at_a_session_lets_it_live_on(client: TestClient, clock: Clock) -> None:
    do(client, "write", song="Take five")
    for _ in range(3):
        clock.advance(IDLE - 1)
        assert do(client, "look") == "{'song': 'Take five'}"


@pytest.mark.parametrize("step", [IDLE - 1, 100, 170])
def test_a_busy_session_ends_too(client: TestClient, clock: Clock, step: int) -> None:
    do(client, "write", song="Take five")
    ends = clock.now + LIFETIME
    while clock.now + step < ends:
        clock.advance(step)
        assert do(client, "look") == "{'song': 'Take five'}"
    clock.advance(step)
    assert do(client, "look") == "{}"


def test_a_shorter_lifetime_ends_sessions_that_there_are(cache: Flaky, clock: Clock) -> None:
    client = TestClient(make_app(cache, clock))
    do(client, "write", song="Take five")
    clock.advance(100)
    client.app.sessions = Sessions(cache, SessionSettings(lifetime=60), clock=clock)
    assert do(client, "look") == "{}"


@pytest.mark.parametrize("found", ["", "null", "[1]", "{}", '"abc"', "nonsense"])
def test_what_is_no_session_in_the_cache_is_none(
    client: TestClient, cache: Flaky, found: str
) -> None:
    client.cookies["session"] = "x" * 43
    cache.save(f"session:{sha256(b'x' * 43).hexdigest()}", found)
    assert do(client, "look") == "{}"


# -- the cookie ------------------------------------------------------------------------------------

HARDENED = {"Path=/", "HttpOnly", "SameSite=Lax"}
COOKIES = {
    "https": ("https", "example.org", True, "__Host-session", {*HARDENED, "Secure"}),
    "https on this machine": ("https", "localhost", True, "__Host-session", {*HARDENED, "Secure"}),
    "http on localhost": ("http", "localhost:6767", True, "session", HARDENED),
    "http on 127.0.0.1": ("http", "127.0.0.1:6767", True, "session", HARDENED),
    "http on [::1]": ("http", "[::1]:6767", True, "session", HARDENED),
    "http on a subdomain of localhost": ("http", "app.localhost", True, "session", HARDENED),
    "http elsewhere": ("http", "example.org", True, "__Host-session", {*HARDENED, "Secure"}),
    "http on a lookalike": (
        "http",
        "localhost.example.org",
        True,
        "__Host-session",
        {*HARDENED, "Secure"},
    ),
    "http elsewhere, when allowed": ("http", "example.org", False, "session", HARDENED),
    "https, when http is allowed": (
        "https",
        "example.org",
        False,
        "__Host-session",
        {*HARDENED, "Secure"},
    ),
}


@pytest.mark.parametrize(
    ("scheme", "host", "secure", "name", "attributes"), COOKIES.values(), ids=COOKIES
)
def test_the_cookie_is_as_safe_as_the_way_it_takes(
    cache: Flaky, scheme: str, host: str, secure: bool, name: str, attributes: set[str]
) -> None:
    sessions = Sessions(cache, SessionSettings(secure=secure))
    session = sessions.open(Request(scheme=scheme, headers={"Host": host}))
    session["song"] = "Take five"
    response = Response()
    session.answer(response)
    pair, *found = (response.header("set-cookie") or "").split("; ")
    assert (pair.partition("=")[0], set(found)) == (name, attributes)


def test_a_cookie_that_browsers_will_drop_is_warned_of_once(
    cache: Flaky, caplog: pytest.LogCaptureFixture
) -> None:
    sessions = Sessions(cache, SessionSettings())
    for _ in range(2):
        session = sessions.open(Request(headers={"Host": "192.0.2.1"}))
        session["song"] = "Take five"
        session.answer(Response())
    assert [record.getMessage().count("trusted_proxies") for record in caplog.records] == [1]


def test_the_cookie_has_the_name_of_the_setting(cache: Flaky, clock: Clock) -> None:
    client = TestClient(make_app(cache, clock, cookie="shop"))
    do(client, "write", song="Take five")
    assert list(client.cookies) == ["shop"]


MISTAKES = {
    "a cookie's prefix": ({"cookie": "__Host-x"}, "session.cookie"),
    "no cookie": ({"cookie": ""}, "session.cookie"),
    "no time": ({"idle": 0}, "session.idle is 0"),
    "no lifetime": ({"lifetime": 0}, "session.lifetime is 0"),
}


@pytest.mark.parametrize(("settings", "said"), MISTAKES.values(), ids=MISTAKES)
def test_settings_that_cannot_be_meant(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        SessionSettings(**settings)


# -- caches on the way -----------------------------------------------------------------------------


def test_an_answer_that_looked_at_the_session_is_for_one_browser(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.header("Vary"), answer.header("Cache-Control")) == ("Cookie", "no-store")


def test_an_answer_that_did_not_is_for_all(client: TestClient) -> None:
    answer = client.get("/quiet")
    assert (answer.header("Vary"), answer.header("Cache-Control")) == (None, None)


def test_what_the_handler_said_of_caching_stays(client: TestClient) -> None:
    answer = client.get("/own")
    assert answer.all_headers("Vary") == ["Accept", "Cookie"]
    assert answer.all_headers("Cache-Control") == ["max-age=60"]


# -- a cache that is down --------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["look", "write", "renew", "end"])
def test_a_cache_that_is_down_is_503_and_leaves_the_cookie(
    client: TestClient, cache: Flaky, what: str
) -> None:
    do(client, "write", song="Take five")
    cache.down = True
    answer = client.get("/", query={"do": what})
    assert (answer.status, answer.header("Set-Cookie")) == (503, None)
    assert answer.header("Retry-After") is not None
    cache.down = False
    assert do(client, "look") == "{'song': 'Take five'}"


def test_a_cache_that_goes_down_while_a_handler_works_is_503(cache: Flaky) -> None:
    class Unlucky(WebMessageHandler):
        def get(self) -> Any:
            self.session["song"] = "Take five"
            cache.down = True
            self.set_body("kept")
            return self.render()

    app = Brubeck(connection="local", cache=cache, handler_tuples=[("^/", Unlucky)])
    answer = TestClient(app).get("/")
    assert (answer.status, answer.header("Set-Cookie")) == (503, None)


def test_a_page_without_a_session_does_not_need_the_cache(client: TestClient, cache: Flaky) -> None:
    do(client, "write", song="Take five")
    cache.down = True
    assert client.get("/quiet").status == 200


# -- several workers, and functions ----------------------------------------------------------------


def test_workers_that_share_no_cache_are_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    Brubeck(connection="local", workers=2).sessions  # noqa: B018
    assert ["share" in record.getMessage() for record in caplog.records] == [True]


def test_a_function_has_a_session_too() -> None:
    app = Brubeck(connection="local")

    @app.add_route("^/")
    def count(application: Brubeck, message: Request) -> Response:
        session = application.sessions.open(message)
        session["visits"] = session.get("visits", 0) + 1
        response = Response(f"{session['visits']}")
        session.answer(response)
        return response

    client = TestClient(app)
    assert [client.get("/").text for _ in range(3)] == ["1", "2", "3"]
