"""Accounts, and what people show of themselves."""

import html
import re

import pytest

PASSWORD = "quiet river banks"
DAVE = {"username": "Dave", "password": PASSWORD}
LINK = {"url": "http://a.example/", "tags": "jazz"}


def titles(client, path):
    text = client.get(path).text
    return [html.unescape(title) for title in re.findall(r"<h2><a [^>]*>([^<]*)</a></h2>", text)]


def problem(answer, field):
    found = re.search(f'<p class="problem" id="{field}-problem">([^<]*)</p>', answer.text)
    return found and html.unescape(found[1])


# -- accounts ---------------------------------------------------------------------------------


def test_the_life_of_an_account(visitor):
    assert visitor.get("/").header("Location") == "/login?next=/"
    assert visitor.post("/create", form=DAVE).header("Location") == "/"
    old = dict(visitor.cookies)
    assert visitor.post("/logout").header("Location") == "/login"
    visitor.cookies = old
    assert visitor.get("/").status == 302
    assert visitor.post("/login", form=DAVE | {"username": " DAVE "}).header("Location") == "/"
    assert visitor.get("/").status == 200


@pytest.mark.parametrize(
    "name",
    ["login", "create", "logout", "add_item", "edit_item", "items", "save_item", "settings"]
    + ["archived", "liked", "trash", "profile", "media", "api", "Discuss", "favicon.ico", "."],
)
def test_names_of_pages_are_reserved(visitor, app, name):
    answer = visitor.post("/create", form=DAVE | {"username": name})
    assert answer.status == 422
    assert problem(answer, "username") == "This is reserved for a page of this site."
    assert f'value="{name}"' in answer.text
    assert app.user_store.load(name.lower()) is None


def test_every_page_of_one_part_is_reserved(app):
    from readify.models import RESERVED
    from readify.pages import ROUTES

    first = {re.match(r"\^/(\w*)", pattern)[1] for pattern, _ in ROUTES} - {""}
    assert first <= RESERVED


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        ({}, "username", "Please use 1 to 30 letters"),
        ({"username": "dave brubeck"}, "username", "Please use 1 to 30 letters"),
        ({"username": "d" * 31}, "username", "Please use 1 to 30 letters"),
        ({"username": "<script>"}, "username", "Please use 1 to 30 letters"),
        ({"username": "paul"}, "username", "Somebody has this name already."),
        ({"username": "PAUL"}, "username", "Somebody has this name already."),
        ({"password": "short"}, "password", "Please use at least 15 characters"),
        ({"password": "password" * 2}, "password", "This password is one of the first"),
    ],
)
def test_an_account_that_cannot_be(visitor, app, form, field, told):
    app.accounts.create("paul", PASSWORD)
    answer = visitor.post("/create", form=DAVE | form if form else {})
    assert answer.status == 422
    assert problem(answer, field).startswith(told)
    assert PASSWORD not in answer.text
    assert app.user_store.load("dave") is None


@pytest.mark.parametrize(
    "form",
    [{}, {"username": "dave"}, DAVE | {"password": "wrong"}, DAVE | {"username": "paul"}],
)
def test_a_login_that_fails_says_no_more(visitor, app, form):
    app.accounts.create("dave", PASSWORD)
    answer = visitor.post("/login", form=form)
    assert answer.status == 403
    assert '<p class="problem" role="alert">Name or password are wrong.</p>' in answer.text
    assert PASSWORD not in answer.text


def test_after_some_failures_there_is_a_pause(visitor, app):
    app.accounts.create("dave", PASSWORD)
    for _ in range(5):
        visitor.post("/login", form=DAVE | {"password": "wrong"})
    answer = visitor.post("/login", form=DAVE)
    assert answer.status == 429
    assert int(answer.header("Retry-After")) >= 1
    assert 'value="Dave"' in answer.text


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("/add_item?url=http%3A//a.example/%3Fx%3D1%26y%3D2&title=a%20b", None),
        ("//elsewhere.example/", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
@pytest.mark.parametrize("path", ["/login", "/create"])
def test_where_people_go_next(visitor, app, path, wanted, location):
    if path == "/login":
        app.accounts.create("dave", PASSWORD)
    answer = visitor.post(path, form=DAVE | {"next": wanted})
    assert answer.header("Location") == (location or wanted)


# -- profiles ---------------------------------------------------------------------------------


def test_a_profile_is_blank_until_it_is_told(dave, visitor):
    text = visitor.get("/dave").text
    assert "<h1>dave</h1>" in text
    assert re.search(r'<span class="avatar hue\d" aria-hidden="true">D</span>', text)
    assert "<img" not in text
    assert dave.get("/profile").header("Location") == "/dave"


def test_a_profile_is_edited(dave, visitor):
    profile = {
        "name": "Dave <b>",
        "email": "dave@example.com",
        "website": "dave.example",
        "bio": "Takes five",
        "location_text": "Concord",
        "avatar_url": "https://dave.example/me.png?x=1&y",
    }
    assert dave.post("/settings", form=profile).header("Location") == "/profile"
    text = visitor.get("/dave").text
    for shown in ("<h1>Dave &lt;b&gt;</h1>", 'href="http://dave.example"', "Takes five", "Concord"):
        assert shown in text
    assert 'src="https://dave.example/me.png?x=1&amp;y"' in text
    assert 'referrerpolicy="no-referrer"' in text
    assert "dave@example.com" not in text
    assert 'value="dave@example.com"' in dave.get("/settings").text
    assert dave.post("/settings", form={}).status == 302
    assert "<h1>dave</h1>" in visitor.get("/dave").text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "x" * 256, "This has more than 255 characters."),
        ("email", "dave", "This is not an e-mail address."),
        ("website", "javascript:alert(1)", "This is not a web address (http or https)."),
        ("bio", "x" * 101, "This has more than 100 characters."),
        ("location_text", "x" * 101, "This has more than 100 characters."),
        ("avatar_url", "data:image/png;base64,x", "This is not a web address (http or https)."),
    ],
)
def test_a_profile_that_cannot_be(dave, field, typed, told):
    answer = dave.post("/settings", form={"name": "D", "bio": "x", field: typed})
    assert answer.status == 422
    assert problem(answer, field) == told
    assert f'value="{typed}"' in answer.text
    assert "<h1>dave</h1>" in dave.get("/dave").text


def test_what_is_private_cannot_be_changed(dave, app):
    app.accounts.create("paul", PASSWORD)
    paul = app.user_store.load("paul")
    form = {"name": "Evil", "owner_id": paul["_id"], "owner_username": "paul", "id": paul["_id"]}
    dave.post("/settings", form=form)
    assert app.profiles.load(paul).name is None
    dave.post("/add_item", form=LINK | {"title": "one", "owner_id": paul["_id"], "liked": "true"})
    assert (titles(dave, "/"), titles(dave, "/liked"), titles(dave, "/paul")) == (["one"], [], [])


@pytest.mark.parametrize("name", ["nobody", "x" * 31, "discuss", "favicon.ico", "..."])
def test_people_that_there_are_not(visitor, name):
    answer = visitor.get(f"/{name}")
    assert answer.status == 404
    assert "Drat! There is nothing here." in answer.text


def test_who_is_locked_out_has_no_page(dave, visitor, app):
    app.user_store.save({**app.user_store.load("dave"), "is_active": False})
    assert visitor.get("/dave").status == 404


def test_a_profile_shows_what_is_neither_archived_nor_deleted(dave, visitor):
    for number, action in enumerate((None, "like", "archive", "delete")):
        dave.post("/add_item", form={"title": str(action), "url": f"http://a.example/{number}"})
        item = re.search(r'action="/items/([^"]+)"', dave.get("/").text)[1]
        if action:
            dave.post(f"/items/{item}", form={"do": action})
    for who in (visitor, dave):
        assert sorted(titles(who, "/dave")) == ["None", "like"]
    assert "<form" not in visitor.get("/dave").text


def test_links_of_others_are_saved_once(dave, log_in):
    dave.post("/add_item", form=LINK | {"title": "Take Five"})
    paul = log_in("paul")
    path = re.search(r'action="(/save_item/[^"]+)"', paul.get("/dave?tag=jazz").text)[1]
    answer = paul.post(path, form={"next": "/dave?tag=jazz"})
    assert answer.header("Location") == "/dave?tag=jazz"
    assert "[ saved ]" in paul.get("/dave").text
    assert paul.post(path).header("Location") == "/dave"
    assert titles(paul, "/") == titles(paul, "/?tag=jazz") == ["Take Five"]
    # A copy is the other's own.
    item = re.search(r'action="/items/([^"]+)"', paul.get("/").text)[1]
    paul.post(f"/items/{item}", form={"do": "delete"})
    assert titles(dave, "/") == ["Take Five"]
    assert "[ saved ]" not in paul.get("/dave").text


@pytest.mark.parametrize("action", ["archive", "delete"])
def test_links_that_are_not_shown_cannot_be_saved(dave, log_in, action):
    dave.post("/add_item", form=LINK | {"title": "Take Five"})
    item = re.search(r'action="/items/([^"]+)"', dave.get("/").text)[1]
    dave.post(f"/items/{item}", form={"do": action})
    paul = log_in("paul")
    assert paul.post(f"/save_item/{item}").status == 404
    assert titles(paul, "/") == []


def test_a_name_that_is_free_again_brings_nothing_along(dave, app, log_in):
    dave.post("/add_item", form=LINK | {"title": "Take Five"})
    dave.post("/settings", form={"name": "Dave Brubeck"})
    app.user_store.delete("dave")
    other = log_in("dave")
    assert titles(other, "/") == []
    assert "<h1>dave</h1>" in other.get("/dave").text
