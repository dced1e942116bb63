"""The pages of the chat, asked without a server in between."""

from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from brubeck_core.config import Config
from brubeck_core.testing import TestClient
from nojs.web import create_app

HERE = Path(__file__).parent.parent
HOLD = 0.05
SAY = {"act": "say", "room": "jazz", "message": "Take five"}


@pytest.fixture
def app(concurrency):
    backend = concurrency.name
    app = create_app(connection="local", concurrency=backend, config=Config.load(HERE, {}))
    yield app
    app.stop()


@pytest.fixture
def person(app):
    """Return a function that gives a client, registered by a name if there is one."""

    def person(name=None):
        client = TestClient(app, headers={"Accept": "text/html"})
        if name is not None:
            assert client.post("/buffer", form={"act": "register", "name": name}).status == 302
        return client

    return person


@pytest.fixture
def ann(person):
    """Return Ann, who is in the room #jazz."""
    ann = person("Ann")
    ann.post("/buffer", form={"act": "join", "join": "jazz"})
    ann.get("/jazz/users")
    return ann


def test_a_name_is_registered_and_a_room_made(person):
    ann = person()
    assert "Register your name: @" in ann.get("/buffer").text
    answer = ann.post("/buffer", form={"act": "register", "name": "Ann"})
    assert (answer.status, answer.header("Location")) == (302, "/buffer")
    assert "@Ann, join or create a room: #" in ann.get("/buffer").text
    answer = ann.post("/buffer", form={"act": "join", "join": "#5"})
    assert (answer.status, answer.header("Location")) == (302, "/5/")
    assert "@Ann &gt;" in ann.get("/buffer", query={"room": "5"}).text
    assert "(1)" in person().get("/rooms").text


def test_who_registers_in_a_room_is_there_at_once(ann, person):
    bob = person()
    answer = bob.post("/buffer", form={"act": "register", "name": "Bob", "room": "jazz"})
    assert answer.header("Location") == "/buffer?room=jazz"
    assert "@Bob" in ann.get("/jazz/users").text


@pytest.mark.parametrize(
    ("typed", "status", "error"),
    [
        ("", 400, "A name cannot be empty."),
        (" @ ", 400, "A name cannot be empty."),
        ("A" * 16, 400, "at most 15 characters; this has 16."),
        ("A\tnn", 400, "letters, digits, signs and spaces only"),
        ("A\u202enn", 400, "letters, digits, signs and spaces only"),
        ("Ann", 403, "Name 'Ann' is taken."),
        ("aNN", 403, "Name 'aNN' is taken."),
    ],
)
def test_a_name_that_will_not_do(ann, person, typed, status, error):
    answer = person().post("/buffer", form={"act": "register", "name": typed, "room": "jazz"})
    assert answer.status == status
    assert error in unescape(answer.text)
    assert f'value="{typed.strip()}"' in answer.text
    assert 'name="room" value="jazz"' in answer.text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "cannot be empty"),
        ("rooms", "#rooms is reserved"),
        ("Buffer", "#Buffer is reserved"),
        ("media", "#media is reserved"),
        ("..", "more than dots"),
        ("/evil.example", "has no slash"),
        ("\\evil.example", "has no slash"),
        ("a/b", "has no slash"),
        ("x" * 31, "at most 30 characters"),
    ],
)
def test_a_room_that_will_not_do(ann, typed, error):
    answer = ann.post("/buffer", form={"act": "join", "join": typed})
    assert (answer.status, answer.header("Location")) == (400, None)
    [strip] = [line for line in answer.text.splitlines() if 'class="strip"' in line]
    assert f"/buffer?act=join&amp;join={quote(typed, safe='')}" in strip
    strip = ann.get("/buffer", query={"act": "join", "join": typed}).text
    assert error in strip
    assert f'value="{typed}"' in strip


@pytest.mark.parametrize("room", ["evil.example", "a b", "caf\u00e9", "50%", "a:b", "?#", "<b>"])
def test_every_other_room_is_on_this_site(ann, room):
    location = ann.post("/buffer", form={"act": "join", "join": f"#{room}"}).header("Location")
    assert location.startswith("/")
    assert not location.startswith("//")
    assert ann.get(location).status == 200
    assert "@Ann" in ann.get(f"{location}users").text
    assert location in ann.get("/rooms").text


def test_what_is_said_is_text_and_never_markup(ann):
    ann.post("/buffer", form=SAY | {"message": "<script>alert(5)</script>"})
    page = ann.get("/jazz/messages").text
    assert "&lt;script&gt;alert(5)&lt;/script&gt;" in page
    assert "<script" not in page


def test_what_is_said_leads_back_to_an_empty_strip(ann):
    answer = ann.post("/buffer", form=SAY)
    assert (answer.status, answer.header("Location")) == (302, "/buffer?room=jazz")


@pytest.mark.parametrize(
    ("typed", "error"),
    [("", "cannot be empty"), ("x" * 501, "has at most 500 characters; this has 501.")],
)
def test_a_message_that_will_not_do(ann, typed, error):
    answer = ann.post("/buffer", form=SAY | {"message": typed})
    assert answer.status == 400
    assert error in answer.text
    assert f'value="{typed}"' in answer.text
    assert len(ann.get("/jazz/messages").text.split("<tr>")) == 2


def test_who_is_not_in_the_room_does_not_speak(ann, person):
    answer = person("Bob").post("/buffer", form=SAY)
    assert answer.status == 403
    assert "Could not send message." in answer.text
    assert 'value="Take five"' in answer.text


@pytest.mark.parametrize("form", [SAY, {"act": "join", "join": "jazz"}])
def test_who_has_no_name_does_nothing(ann, person, form):
    assert person().post("/buffer", form=form).status == 403


def test_who_is_forgotten_is_told(ann, app):
    app.db_conn.board._people.clear()
    answer = ann.post("/buffer", form=SAY)
    assert answer.status == 403
    assert "You are no longer logged in." in answer.text
    assert "Register your name" in answer.text


def test_a_forged_cookie_is_nobodys(ann, person):
    headers = {"Cookie": 'session=["Ann", "five"]'}
    assert "Register your name" in person().get("/buffer", headers=headers).text


@pytest.mark.parametrize("form", [{}, {"room": "jazz"}, {"act": "sing"}, {"name": "Bob"}])
def test_a_form_that_does_not_say_what_to_do(ann, form):
    assert ann.post("/buffer", form=form).status == 400


@pytest.mark.parametrize(
    "path", ["/blues/", "/blues/users", "/blues/messages?id=5", "/jazz", "/a/b/", "/rooms/"]
)
def test_what_is_not_there(ann, path):
    answer = ann.get(path)
    assert answer.status == 404
    assert "All rooms" in answer.text


@pytest.mark.parametrize("id", ["", "-1", "five", "0.5", "9" * 5000])
@pytest.mark.parametrize("path", ["/rooms", "/jazz/users", "/jazz/messages"])
def test_a_list_nobody_has_seen_is_answered_at_once(ann, path, id):
    assert ann.get(path, query={"id": id}).status == 200


@pytest.mark.parametrize(
    ("limit", "shown"),
    [("1", 1), ("0", 1), ("25", 25), ("26", 25), ("-5", 25), ("x", 25), ("9" * 9, 25)],
)
def test_how_many_messages_are_shown(ann, limit, shown):
    for number in range(30):
        ann.post("/buffer", form=SAY | {"message": str(number)})
    page = ann.get("/jazz/messages", query={"limit": limit}).text
    assert page.count("<tr>") == shown


def next_url(page):
    """Return the query by which a list asks for what comes after it."""
    _, _, rest = page.text.partition("0; url=")
    return rest.partition('"')[0].partition("#")[0].replace("&amp;", "&")


@pytest.mark.parametrize("path", ["/rooms", "/jazz/users", "/jazz/messages"])
def test_news_answer_a_held_list(ann, person, concurrency, path):
    held = concurrency.spawn(ann.get, path + next_url(ann.get(path)))
    person("Bob").post("/buffer", form={"act": "register", "name": "Bob2", "room": "jazz"})
    page = held.result(timeout=10)
    assert {"/rooms": "(2)", "/jazz/users": "@Bob2"}.get(path, "@Bob2 has joined.") in page.text


@pytest.mark.parametrize("path", ["/rooms", "/jazz/users", "/jazz/messages"])
def test_no_list_is_held_when_the_application_stops(ann, app, concurrency, path):
    held = concurrency.spawn(ann.get, path + next_url(ann.get(path)))
    app.stop()
    assert held.result(timeout=10).status == 302


@pytest.mark.parametrize(
    ("path", "anew"), [("/rooms", "?"), ("/jazz/users", "?"), ("/jazz/messages", "?limit=25")]
)
def test_without_news_a_list_begins_anew_in_the_end(concurrency, path, anew):
    config = Config.load(HERE, {"BRUBECK_SETTINGS__HOLD": str(HOLD)})
    app = create_app(connection="local", concurrency=concurrency.name, config=config)
    app.db_conn.board.enter("jazz", "Ann", create=True)
    client = TestClient(app)
    first = client.get(path)
    answer = client.get(path + next_url(first))
    assert (answer.status, answer.header("Location")) == (302, anew)
    assert client.get(path + anew).text == first.text
    app.stop()


@pytest.mark.parametrize("path", ["/", "/rooms", "/buffer", "/jazz/", "/jazz/users", "/none/"])
def test_no_page_is_kept_and_none_may_have_scripts(ann, path):
    page = ann.get(path)
    assert page.header("Cache-Control") == "no-store"
    assert page.header("Content-Security-Policy").startswith("default-src 'none'")
    assert "<script" not in page.text


@pytest.mark.parametrize(
    "form",
    [
        {"act": "register", "name": "Bob"},
        {"act": "join", "join": "blues"},
        SAY,
    ],
)
def test_another_site_changes_nothing(ann, form):
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert ann.post("/buffer", form=form, headers=headers).status == 403
    assert "Take five" not in ann.get("/jazz/messages").text


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"board": "mongo"}, "none of memory, redis"), ({"hold": 0}, "between 0 and 300")],
)
def test_settings_that_will_not_do(settings, message):
    with pytest.raises(Exception, match=message):
        create_app(connection="local", settings=settings, config=Config.load(HERE, {}))


def test_a_board_that_is_down_is_asked_again(concurrency, redis_url, redis_server):
    settings = {"board": "redis", "redis_url": redis_url}
    config = Config.load(HERE, {})
    app = create_app(
        connection="local", concurrency=concurrency.name, settings=settings, config=config
    )
    client = TestClient(app)
    assert client.get("/rooms").status == 200
    redis_server.stop()
    answer = client.get("/rooms")
    assert (answer.status, answer.header("Refresh")) == (503, "5")
    redis_server.start()
    assert client.get("/rooms").status == 200
    app.stop()
