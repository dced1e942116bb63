"""Who may not do what, and what bad input gets."""

import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.testing import TestClient

PLAYER = "https://player.example"
#: Settings that let pages of that site use the API.
OPEN = {"security": {"trusted_origins": [PLAYER]}}


def words(answer):
    return [message["message"] for message in answer.json()["messages"]]


# -- who is who -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/feed/So What"),
        ("POST", "/api/feed/So What"),
        ("GET", "/api/events/So What"),
        ("GET", "/api/members/So What"),
        ("POST", "/api/login/So What/ann"),
        ("DELETE", "/api/login/So What/ann"),
        ("DELETE", "/api/login/ann"),
    ],
)
@pytest.mark.parametrize(
    "token", ["", "ann", "WyJhbm4iLCAiIl0", "WyJhbm4iLCAiIl0.aaaaaa." + 43 * "A", "\u266b" * 5000]
)
def test_nobody_is_somebody_without_their_token(app, log_in, method, path, token):
    log_in("ann")
    answer = TestClient(app).request(method, path, query={"username": token, "message": "x"})
    assert answer.status == 401
    assert answer.json()["detail"] == "Log in first."


def test_a_token_will_do_instead_of_a_cookie(app, log_in):
    token = log_in("ann").token
    stranger = TestClient(app)
    said = stranger.post("/api/feed/So What", form={"message": "Hi", "username": token})
    assert said.status == 200
    assert words(stranger.get("/api/feed/So What", query={"username": token}))[-1] == "Hi"


def test_a_forged_cookie_does_not_hide_a_good_token(app, log_in):
    token = log_in("ann").token
    stranger = TestClient(app)
    stranger.cookies["username"] = token[:-2] + "AA"
    assert stranger.get("/api/feed/x").status == 401
    assert stranger.get("/api/feed/x", query={"username": token}).status == 200


def test_a_name_belongs_to_who_took_it_first(app, log_in):
    ann = log_in("ann")
    for name in ("ann", "ANN", "%61nn", " ann "):
        answer = TestClient(app).post(f"/api/login/{name}")
        assert answer.status == 403
        assert answer.json()["detail"].endswith("is taken.")
    assert ann.post("/api/login/ann").status == 200


@pytest.mark.parametrize(
    ("method", "path", "reason"),
    [
        ("POST", "/api/login/So What/bob", "You are 'ann', and this is for somebody else."),
        ("POST", "/api/login/So What/", "You are 'ann', and this is for somebody else."),
        ("DELETE", "/api/login/bob", "You are 'ann', and this is for somebody else."),
        ("DELETE", "/api/login/So What/ann", "You are not in this room."),
    ],
)
def test_nobody_acts_for_others(log_in, method, path, reason):
    log_in("bob")
    answer = log_in("ann").request(method, path)
    assert (answer.status, answer.json()["detail"]) == (403, reason)


def test_who_asks_is_told_who_they_are(app, log_in):
    assert log_in("ann").get("/api/login").json()["name"] == "ann"
    assert TestClient(app).get("/api/login").json()["name"] is None


# -- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "The name is missing."),
        ("%20", "The name is missing."),
        ("a" * 41, "The name has more than 40 characters."),
        ("ann@tumblr", "A name cannot have a slash or an @ in it."),
        ("a%E2%80%AEb", "The name has characters that cannot be shown."),
        ("a%07b", "The name has characters that cannot be shown."),
        ("a&#47;b", "A name cannot have a slash or an @ in it."),
    ],
)
def test_names_that_nobody_may_have(app, name, reason):
    answer = TestClient(app).post(f"/api/login/{name}")
    assert (answer.status, answer.json()["detail"]) == (403, reason)


@pytest.mark.parametrize("name", ["ann:1", "So What:ann", "Zo\u00eb", "<script>", "a.b", "'\"\\"])
def test_names_that_mean_nothing_elsewhere(app, log_in, name):
    client = log_in(name)
    for room in ("a:b", "a", "<b>"):
        assert client.post(f"/api/login/{room}/{name}").status == 200
        assert client.get(f"/api/members/{room}").json()["members"] == [name]
    assert client.delete(f"/api/login/a/{name}").status == 200
    assert app.chat.backend.rooms_of(name) == ["a:b", "<b>"]


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({}, "The message is required."),
        ({"message": ""}, "The message is required."),
        ({"message": " \n "}, "The message is required."),
        ({"message": "x" * 2001}, "The message has more than 2000 characters."),
    ],
)
def test_messages_that_nobody_may_send(log_in, form, reason):
    ann = log_in("ann")
    answer = ann.post("/api/feed/So What", form=form)
    assert (answer.status, answer.json()["detail"]) == (403, reason)
    assert ann.get("/api/feed/So What").json()["messages"] == []


@pytest.mark.parametrize(
    ("room", "reason"),
    [("%20", "missing"), ("a" * 256, "more than 255"), ("a%00b", "cannot be shown")],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_rooms_that_cannot_be(log_in, method, room, reason):
    ann = log_in("ann")
    answer = ann.request(
        method, f"/api/feed/{room}", form={"message": "x"} if method == "POST" else None
    )
    assert answer.status == 403
    assert reason in answer.json()["detail"]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"]
)
def test_markup_is_text_and_references_are_decoded(log_in, text):
    ann = log_in("ann")
    ann.post("/api/feed/So What", form={"message": text.replace("alert(1)", "a")})
    answer = ann.get("/api/feed/So What")
    assert words(answer)[-1] == "<script>a</script>"
    assert answer.header("Content-Type") == "application/json"
    assert answer.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "9" * 30, "\u0661"])
@pytest.mark.parametrize("name", ["since", "since_timestamp"])
def test_cursors_are_whole_numbers(log_in, name, number):
    answer = log_in("ann").get("/api/feed/So What", query={name: number})
    assert (answer.status, answer.json()["detail"]) == (400, f"{name} has to be a whole number.")


# -- other sites ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/login/bob", 200),
        ("POST", "/api/login/ann", 403),
        ("GET", "/api/feed/So What", 401),
        ("GET", "/api/events/So What", 401),
        ("GET", "/api/rooms", 200),
        ("PUT", "/api/rooms", 405),
        ("OPTIONS", "/api/feed/So What", 200),
    ],
)
def test_the_allowed_origin_may_read_every_answer(make_chat, log_in, method, path, status):
    app = make_chat(OPEN)
    log_in("ann", app)
    headers = {"Origin": PLAYER, "Sec-Fetch-Site": "cross-site"}
    answer = TestClient(app).request(method, path, headers=headers)
    assert answer.status == status
    assert answer.header("Access-Control-Allow-Origin") == PLAYER
    assert answer.header("Access-Control-Allow-Credentials") == "true"
    assert answer.header("Vary") == "Origin"


def test_a_browser_that_asks_first_is_told_what_may_be_done(make_chat):
    app = make_chat(OPEN)
    headers = {
        "Origin": PLAYER,
        "Sec-Fetch-Site": "cross-site",
        "Access-Control-Request-Method": "DELETE",
    }
    answer = TestClient(app).options("/api/login/So What/ann", headers=headers)
    assert answer.status == 200
    assert "DELETE" in answer.header("Access-Control-Allow-Methods")
    assert "Content-Type" in answer.header("Access-Control-Allow-Headers")


def test_a_stream_is_for_the_allowed_origin_too(make_chat, log_in):
    app = make_chat(OPEN)
    ann = log_in("ann", app)
    app.stop()
    answer = ann.get("/api/events/So What", headers={"Origin": PLAYER})
    assert answer.header("Content-Type").startswith("text/event-stream")
    assert answer.header("Access-Control-Allow-Origin") == PLAYER


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://player.example"])
def test_other_sites_change_nothing(make_chat, log_in, origin):
    app = make_chat(OPEN)
    ann = log_in("ann", app)
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    assert ann.post("/api/feed/x", form={"message": "x"}, headers=headers).status == 403
    assert ann.get("/api/feed/x").json()["messages"] == []


def test_the_allowed_origin_is_written_as_browsers_do(make_chat):
    app = make_chat({"security": {"trusted_origins": ["https://Player.Example:443"]}})
    answer = TestClient(app).get("/api/rooms", headers={"Origin": PLAYER})
    assert answer.header("Access-Control-Allow-Origin") == PLAYER


def test_without_an_allowed_origin_there_is_none(log_in):
    answer = log_in("ann").get("/api/rooms", headers={"Origin": PLAYER})
    assert answer.header("Access-Control-Allow-Origin") is None


# -- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"backend": "postgres"}, "there are memory and redis"),
        ({"user_seconds": 0.1}, "has to be above poll_seconds"),
        ({"backend": "redis"}, "cookie_secret"),
        ({"polls": 1}, "'settings.polls' is not a setting"),
    ],
)
def test_settings_that_make_no_sense_are_told(make_chat, settings, message):
    with pytest.raises(ConfigError, match=message):
        make_chat(**settings)


def test_processes_that_share_nothing_are_refused(make_chat):
    with pytest.raises(ConfigError, match=r"workers = 2 .*BACKEND=redis"):
        make_chat({"workers": 2})


def test_one_other_site_may_be_let_in(make_chat):
    with pytest.raises(ConfigError, match="more than one"):
        make_chat({"security": {"trusted_origins": [PLAYER, "https://other.example"]}})
