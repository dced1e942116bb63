"""Logins by OAuth 1.0a and 2.0, with a provider of both kinds."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from brubeck_core.errors import ConfigError
from brubeck_testkit.browser import shoot
from brubeck_testkit.plugin import require_unpatched
from brubeck_testkit.servers import free_port, running
from playwright.sync_api import expect
from spotichat.oauth import make_providers
from spotichat.settings import Settings

HERE = Path(__file__).parent.parent
SECRET = "the secret of both"
KINDS = ["tumblr", "facebook"]  # 1.0a and 2.0


def provider_settings(address):
    return {
        "tumblr": {
            "version": "1.0a",
            "client_id": "spotichat",
            "request_token_url": f"{address}/1/request_token",
            "authorize_url": f"{address}/1/authorize",
            "access_token_url": f"{address}/1/access_token",
            "user_url": f"{address}/1/user",
            "id_path": "response.user.id",
            "nickname_path": "response.user.name",
        },
        "facebook": {
            "version": "2.0",
            "client_id": "spotichat",
            "authorize_url": f"{address}/2/authorize",
            "access_token_url": f"{address}/2/token",
            "user_url": f"{address}/2/user",
            "scope": "public_profile",
        },
    }


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(item)}" for key, item in value.items()) + "}"
    return f'"{value}"'


@pytest.fixture(scope="module")
def provider():
    require_unpatched()
    with running(Path(__file__).parent / "fake_provider.py") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def server(backend, provider):
    port = free_port()
    settings = {
        "SETTINGS__PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SETTINGS__OAUTH": as_toml(provider_settings(provider)),
        "SETTINGS__OAUTH_SECRETS": as_toml({"tumblr": SECRET, "facebook": SECRET}),
    }
    with running(HERE, concurrency=backend, settings=settings, port=port) as server:
        yield server


class Person:
    """A browser with cookies of its own."""

    def __init__(self, server, provider, id="7", name="Dave"):
        self.address = f"http://127.0.0.1:{server.port}"
        self.session = requests.Session()
        self.provider, self.id, self.name = provider, id, name

    def get(self, address):
        if address.startswith("/"):
            address = self.address + address
        return self.session.get(address, allow_redirects=False, timeout=20)

    def begin(self, kind):
        """Go to the provider; return the addresses of its two answers."""
        begun = self.get(f"/oauth/{kind}/login")
        assert begun.status_code == 302
        page = self.get(begun.headers["Location"]).text
        return [unescape(address) for address in re.findall("href='([^']*)'", page)]

    def come_back(self, address):
        requests.get(f"{self.provider}/be/{quote(self.id)}/{quote(self.name)}", timeout=20)
        return self.get(address)

    def who(self):
        return self.get("/api/login").json()


@pytest.mark.parametrize(
    ("kind", "name"), [("tumblr", "7@tumblr"), ("facebook", "7@facebook")], ids=KINDS
)
def test_a_login(server, provider, kind, name):
    dave = Person(server, provider)
    allow, _ = dave.begin(kind)
    back = dave.come_back(allow)
    assert (back.status_code, back.headers["Location"]) == (302, f"/oauth/{kind}/loggedin")
    assert dave.get(back.headers["Location"]).headers["Content-Type"].startswith("text/html")
    who = dave.who()
    assert (who["name"], who["nickname"]) == (name, "Dave")
    assert dave.session.post(f"{dave.address}/api/login/So What/{name}").status_code == 200
    said = dave.get("/api/feed/So What").json()["messages"][0]
    assert said["message"] == "Dave has entered the room."


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_login_is_the_same_person(server, provider, kind):
    first, second = Person(server, provider, "8", "Paul"), Person(server, provider, "8", "Desmond")
    first.come_back(first.begin(kind)[0])
    second.come_back(second.begin(kind)[0])
    assert first.who()["name"] == second.who()["name"] == f"8@{kind}"
    assert first.who()["nickname"] == "Desmond"


def test_nobody_takes_the_name_of_a_provider_s_person(server, provider):
    answer = requests.post(f"http://127.0.0.1:{server.port}/api/login/7@tumblr", timeout=20)
    assert answer.status_code == 403


@pytest.mark.parametrize("kind", KINDS)
def test_who_does_not_allow_it_is_nobody(server, provider, kind):
    dave = Person(server, provider)
    _, deny = dave.begin(kind)
    back = dave.come_back(deny)
    assert (back.status_code, back.json()["detail"]) == (
        403,
        f"You did not allow the login by {kind}.",
    )
    assert dave.who()["name"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_counts_once(server, provider, kind):
    dave = Person(server, provider)
    allow, _ = dave.begin(kind)
    assert dave.come_back(allow).status_code == 302
    assert dave.come_back(allow).status_code == 400


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_in_another_browser_logs_nobody_in(server, provider, kind):
    evil, victim = Person(server, provider), Person(server, provider)
    allow, _ = evil.begin(kind)
    assert victim.come_back(allow).status_code == 400
    # Nor does it where that browser has begun a login of its own.
    victim.begin(kind)
    back = victim.come_back(allow)
    assert (back.status_code, back.json()["detail"]) == (
        403,
        "This answer belongs to another login.",
    )
    assert victim.who()["name"] is None


def test_a_code_is_worthless_without_its_verifier(server, provider):
    evil, victim = Person(server, provider), Person(server, provider)
    stolen = parse_qs(urlsplit(victim.begin("facebook")[0]).query)["code"][0]
    state = parse_qs(urlsplit(evil.begin("facebook")[0]).query)["state"][0]
    back = evil.come_back(f"/oauth/facebook/callback?code={stolen}&state={state}")
    assert back.status_code == 502
    assert evil.who()["name"] is None


def test_an_answer_of_another_provider_does_not_count(server, provider):
    dave = Person(server, provider)
    allow, _ = dave.begin("facebook")
    assert dave.come_back(allow.replace("facebook", "tumblr")).status_code == 400


@pytest.mark.parametrize("kind", ["twitter", "google2", "toml"])
@pytest.mark.parametrize("step", ["login", "callback"])
def test_nobody_logs_in_by_what_no_setting_names(server, provider, kind, step):
    assert Person(server, provider).get(f"/oauth/{kind}/{step}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/oauth/..%2Fsettings/login", "/oauth//login", "/oauth/Tumblr/login"]
)
def test_names_are_not_paths(server, provider, path):
    assert Person(server, provider).get(path).status_code == 404


@pytest.mark.parametrize(
    ("id", "name", "status", "nickname"),
    [
        ("9", "<script>a</script>", 302, "<script>a</script>"),
        ("10", "x" * 100, 302, "x" * 40),
        ("11", "a\u202eb", 302, "11"),
        ("12", "", 302, "12"),
        ("1" * 60, "Long", 403, None),
    ],
)
def test_what_a_provider_says_is_looked_at(server, provider, id, name, status, nickname):
    dave = Person(server, provider, id, name)
    assert dave.come_back(dave.begin("facebook")[0]).status_code == status
    assert dave.who()["nickname"] == nickname


def test_people_find_the_providers_on_the_page(server, provider, open_page):
    requests.get(f"{provider}/be/64/Joe", timeout=20)
    page = open_page(server)
    page.goto("/")
    page.get_by_role("link", name="tumblr").wait_for()
    shoot(page, "examples/spotichat-login")
    page.get_by_role("link", name="tumblr").click()
    page.get_by_role("link", name="Allow").click()
    expect(page.locator("#nickname")).to_have_text("Joe")
    page.get_by_label("Song").fill("Take Five")
    page.get_by_role("button", name="Listen together").click()
    page.get_by_label("Message").fill("Drums!")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").locator("b")).to_have_text("Joe @tumblr")
    page.get_by_text("1 listener").click()
    expect(page.locator("#members li")).to_have_text("Joe @tumblr")


# -- settings ---------------------------------------------------------------------------------

GOOD = provider_settings("https://provider.example")["facebook"]


@pytest.mark.parametrize(
    ("table", "secret", "message"),
    [
        (GOOD, "", "needs the secret .*BRUBECK_SETTINGS__OAUTH_SECRETS"),
        (GOOD | {"version": "3"}, "x", 'version = "1.0a"'),
        (GOOD | {"user_url": "http://provider.example/"}, "x", "has to be an https address"),
        (GOOD | {"user_url": "file:///etc/passwd"}, "x", "has to be an https address"),
        (GOOD | {"colour": "blue"}, "x", "colour"),
        ({k: v for k, v in GOOD.items() if k != "user_url"}, "x", "user_url"),
        ("https://provider.example", "x", "has to be a table"),
    ],
)
def test_providers_that_are_not_complete_are_told(table, secret, message):
    settings = Settings(oauth={"facebook": table}, oauth_secrets={"facebook": secret})
    with pytest.raises(ConfigError, match=message):
        make_providers(settings)
