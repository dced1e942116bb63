"""Somebody's own links: kept, edited, liked, archived, deleted, found again by their tags."""

import html
import re

import pytest
from brubeck_core.testing import TestClient

GOOD = {"title": "Take Five", "url": "http://a.example/", "tags": "jazz"}
ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://neighbour.example"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {},
]


def titles(client, path="/"):
    text = client.get(path).text
    return [html.unescape(title) for title in re.findall(r"<h2><a [^>]*>([^<]*)</a></h2>", text)]


def add(client, *names, **more):
    for name in names:
        form = GOOD | {"title": name, "url": f"http://a.example/{name}"} | more
        assert client.post("/add_item", form=form).header("Location") == "/"


def act(client, action, path="/", **more):
    """Do something to the newest link of a list."""
    form = {"do": action, "next": path, **more}
    return client.post(f"/items/{newest(client, path)}", form=form)


def newest(client, path="/"):
    return re.search(r'action="/items/([^"]+)"', client.get(path).text)[1]


def problem(answer, field):
    found = re.search(f'<p class="problem" id="{field}-problem">([^<]*)</p>', answer.text)
    return found and html.unescape(found[1])


# -- adding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://example.com/", "http://example.com/"),
        ("HTTPS://Example.com/x", "HTTPS://Example.com/x"),
        (" example.com ", "http://example.com"),
        ("httpbin.example/x", "http://httpbin.example/x"),
        ("localhost:6767/x", "http://localhost:6767/x"),
        ("http://a.example/?x=1&y=2#z", "http://a.example/?x=1&y=2#z"),
        ("http://a.example/\u00fc/\U0001f3b7", "http://a.example/\u00fc/\U0001f3b7"),
        ("http://a.example/\"onclick='x'", "http://a.example/\"onclick='x'"),
    ],
)
def test_an_address_is_kept(dave, typed, kept):
    assert dave.post("/add_item", form=GOOD | {"url": typed}).header("Location") == "/"
    shown = re.search(r'<h2><a href="([^"]*)"', dave.get("/").text)[1]
    assert html.unescape(shown) == kept


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("url", "", "This is required."),
        ("url", "  ", "This is required."),
        ("url", "tune", "This is not a web address (http or https)."),
        ("url", "javascript:alert(1)", "This is not a web address (http or https)."),
        ("url", "data:text/html,x", "This is not a web address (http or https)."),
        ("url", '"><script>alert(1)</script>', "This is not a web address (http or https)."),
        ("url", f"http://a.example/{'x' * 2000}", "This has more than 2000 characters."),
        ("title", "", "This is required."),
        ("title", "x" * 256, "This has more than 255 characters."),
        ("tags", "x" * 31, "One of them has more than 30 characters."),
        ("tags", ",".join(map(str, range(21))), "This has more than 20 tags."),
    ],
)
@pytest.mark.parametrize("page", ["add", "edit"])
def test_what_is_wrong_is_told_beside_its_field(dave, page, field, typed, told):
    add(dave, "one")
    path = "/add_item" if page == "add" else f"/edit_item/{newest(dave)}"
    form = GOOD | {"title": '"Two" <b>'} | {field: typed}
    answer = dave.post(path, form=form)
    assert answer.status == 422
    assert problem(answer, field) == told
    assert answer.text.count('aria-invalid="true"') == 1
    for name, value in form.items():
        shown = re.search(
            f'<input id="{name}" [^>]*?name="{name}"(?: value="([^"]*)")?', answer.text
        )
        assert html.unescape(shown[1] or "") == value.strip()
    assert titles(dave) == ["one"]


@pytest.mark.parametrize("form", [{}, {"tags": "jazz"}, {"tags": ["a", "b"]}])
def test_a_form_with_nothing_in_it(dave, form):
    answer = dave.post("/add_item", form=form)
    assert (problem(answer, "title"), problem(answer, "url")) == ("This is required.",) * 2
    assert titles(dave) == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("jazz, 5/4 ,,jazz", ["jazz", "5/4"]),
        ("", []),
        (" , ", []),
        ("<b>,a&b", ["<b>", "a&b"]),
    ],
)
def test_tags_are_trimmed_and_there_once(dave, typed, shown):
    add(dave, "one", tags=typed)
    found = re.findall(r'<a href="/\?tag=[^"]*">([^<]*)</a>', dave.get("/").text)
    assert [html.unescape(tag) for tag in found] == shown


def test_the_bookmarklet_brings_address_and_title(dave):
    query = {"url": 'http://a.example/?x="1"&y=<b>', "title": "<i>" + "x" * 300}
    text = dave.get("/add_item", query=query).text
    assert 'value="http://a.example/?x=&quot;1&quot;&amp;y=&lt;b&gt;"' in text
    assert f'value="&lt;i&gt;{"x" * 252}"' in text
    assert titles(dave) == []


def test_the_bookmarklet_leads_here(dave):
    text = dave.get("/add_item", headers={"Host": "links.localhost:8080"}).text
    code = html.unescape(re.search(r'href="javascript:([^"]*)"', text)[1])
    assert code == (
        'location.href="http://links.localhost:8080/add_item?url="+encodeURIComponent(location.href)'
        '+"&title="+encodeURIComponent(document.title)'
    )


# -- lists ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clock")
def test_where_a_link_is_listed(dave):
    add(dave, "one", "two")
    assert titles(dave) == ["two", "one"]
    act(dave, "like")
    assert (titles(dave), titles(dave, "/liked")) == (["two", "one"], ["two"])
    act(dave, "archive")
    assert (titles(dave), titles(dave, "/liked")) == (["one"], ["two"])
    assert titles(dave, "/archived") == ["two"]
    act(dave, "unlike", "/archived")
    assert (titles(dave, "/liked"), titles(dave, "/archived")) == ([], ["two"])
    act(dave, "delete", "/archived")
    assert (titles(dave, "/archived"), titles(dave, "/trash")) == ([], ["two"])
    act(dave, "undelete", "/trash")
    assert (titles(dave, "/archived"), titles(dave, "/trash")) == (["two"], [])
    # A flag is no edit: the link is where it was.
    act(dave, "unarchive", "/archived")
    assert titles(dave) == ["two", "one"]


@pytest.mark.usefixtures("clock")
def test_an_edited_link_comes_first(dave):
    add(dave, "one")
    item = newest(dave)
    add(dave, "two")
    answer = dave.post(f"/edit_item/{item}", form=GOOD | {"title": "One", "next": "/liked"})
    assert answer.header("Location") == "/liked"
    assert titles(dave) == ["One", "two"]


def test_an_archived_link_can_be_edited(dave):
    add(dave, "one", tags="jazz, 5/4")
    item = newest(dave)
    act(dave, "archive")
    assert 'name="tags" value="jazz, 5/4"' in dave.get(f"/edit_item/{item}").text
    dave.post(f"/edit_item/{item}", form=GOOD | {"title": "One", "tags": ""})
    assert titles(dave, "/archived") == ["One"]
    assert titles(dave, "/archived?tag=jazz") == []


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tag=jazz", ["three", "two", "one"]),
        ("tag=jazz&tag=5/4", ["two"]),
        ("tag=5%2F4", ["two"]),
        ("tag=jaz", []),
        ("tag=a%25", []),
        ("tag=%2C", []),
        ("tag=", ["three", "two", "one"]),
        ("tag=50%25%20_off", ["three"]),
    ],
)
def test_links_with_all_of_some_tags(dave, query, found):
    add(dave, "one", tags="jazz")
    add(dave, "two", tags="5/4, jazz")
    add(dave, "three", tags="jazz, 50% _off")
    assert titles(dave, f"/?{query}") == found


@pytest.mark.parametrize(
    ("tags", "status", "chosen"), [(["a"] * 500, 200, 1), (range(20), 200, 20), (range(21), 400, 0)]
)
def test_many_tags_in_an_address(dave, visitor, tags, status, chosen):
    query = "&".join(f"tag={tag}" for tag in tags)
    for path, who in (("/", dave), ("/dave", visitor)):
        answer = who.get(f"{path}?{query}")
        assert answer.status == status
        assert answer.text.count('aria-label="All, not only') == chosen


@pytest.mark.usefixtures("clock")
def test_more_than_a_page_of_links(dave, app):
    owner = app.user_store.load("dave")
    for number in range(51):
        app.links.add(owner, {"title": f"{number}", "url": "http://a.example/", "tags": ["a b"]})
    assert titles(dave) == [f"{number}" for number in range(50, 0, -1)]
    assert 'href="/?tag=a+b&amp;page=1" rel="next"' in dave.get("/?tag=a%20b").text
    assert titles(dave, "/?tag=a+b&page=1") == ["0"]
    assert "no links on this page" in dave.get("/?page=2").text
    # What is no number is no page.
    for page in ("-1", "1.5", "two", "\u0662", "9" * 5000, "<b>"):
        assert dave.get("/", query={"page": page}).status == 200
    assert titles(dave, "/?page=99999999999999") == []


@pytest.mark.usefixtures("clock")
def test_what_is_older_than_a_week_has_a_date(dave):
    add(dave, "one")
    shown = re.search(
        r'<time datetime="([^"]+)" title="([^"]+)">([^<]+)</time>', dave.get("/").text
    )
    assert shown.groups() == ("2023-11-14T22:13:20+00:00", "2023-11-14 22:13 UTC", "14 Nov 23")


def test_what_is_new_is_told_by_its_age(dave):
    add(dave, "one")
    assert re.search(r"<time [^>]+>(just now|\d+ seconds? ago)</time>", dave.get("/").text)


# -- what cannot be ---------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["", "destroy", "title", "<b>"])
def test_actions_that_there_are_not(dave, action):
    add(dave, "one")
    assert act(dave, action).status == 400
    assert titles(dave) == ["one"]


@pytest.mark.parametrize("item", ["5", "%00", "\u00fc", "x" * 5000, "..", "%2e%2e"])
@pytest.mark.parametrize("path", ["/items/", "/edit_item/", "/save_item/"])
def test_links_that_there_are_not(dave, path, item):
    answer = dave.post(path + item, form=GOOD | {"do": "like"})
    assert answer.status == 404
    assert "Drat!" in answer.text


def test_what_others_have_cannot_be_touched(dave, log_in):
    add(dave, "one")
    item, paul = newest(dave), log_in("paul")
    assert paul.get(f"/edit_item/{item}").status == 404
    assert paul.post(f"/edit_item/{item}", form=GOOD).status == 404
    for action in ("like", "archive", "delete"):
        assert paul.post(f"/items/{item}", form={"do": action}).status == 404
    assert [titles(paul, path) for path in ("/", "/liked", "/archived", "/trash")] == [[]] * 4
    assert (titles(dave), titles(dave, "/liked")) == (["one"], [])


@pytest.mark.parametrize("path", ["/", "/liked", "/archived", "/trash", "/add_item", "/settings"])
def test_pages_of_ones_own_need_a_login(visitor, path):
    answer = visitor.get(f"{path}?x=1")
    assert answer.header("Location") == f"/login?next={path}%3Fx%3D1"


@pytest.mark.parametrize("path", ["/add_item", "/items/5", "/edit_item/5", "/save_item/5"])
def test_changes_need_a_login(visitor, path):
    assert visitor.post(path, form=GOOD).header("Location") == "/login"


@pytest.mark.parametrize("path", ["/items/5", "/save_item/5", "/logout"])
def test_nothing_changes_by_a_link(dave, path):
    assert dave.get(path).status == 405
    assert titles(dave) == []
    assert dave.get("/").status == 200


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_other_sites_change_nothing(dave, app, headers):
    add(dave, "one")
    item = newest(dave)
    elsewhere = TestClient(app)
    elsewhere.cookies = dave.cookies
    form = GOOD | {"title": "evil", "do": "delete", "username": "evil", "name": "evil"}
    form["password"] = "quiet river banks"
    for path in ("add_item", f"items/{item}", f"edit_item/{item}", "settings", "create", "logout"):
        assert elsewhere.post(f"/{path}", form=form, headers=headers).status == 403
    assert titles(dave) == ["one"]
    assert app.user_store.load("evil") is None


@pytest.mark.parametrize("next", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_led_to_another_site(dave, next):
    add(dave, "one")
    assert act(dave, "like", next=next).header("Location") == "/"


def test_text_is_never_markup(dave):
    evil = "<script>alert(1)</script>"
    add(dave, "one", title=evil, tags=f"{evil},\"'><b>")
    for path in ("/", "/dave", f"/edit_item/{newest(dave)}", f"/?tag={evil}"):
        text = dave.get(path).text
        assert "&lt;script&gt;" in text
        assert "<script" not in text
        assert "<b>" not in text


def test_what_changes_at_the_same_time_is_not_lost(dave, app, monkeypatch):
    add(dave, "one")
    item, owner = newest(dave), app.user_store.load("dave")
    read, others = app.links._items.read_one, ["like", "archive"]

    def read_while_others_write(item_id):
        found = read(item_id)
        if others:
            app.links.act(owner, item_id, others.pop())
        return found

    monkeypatch.setattr(app.links._items, "read_one", read_while_others_write)
    app.links.edit(owner, item, {"title": "One"})
    link = app.links.load(owner, item)
    assert (link.title, link.liked, link.archived) == ("One", True, True)


def test_something_broke(dave, app, monkeypatch):
    monkeypatch.delattr(app, "links")
    answer = dave.get("/")
    assert answer.status == 500
    assert "Drat! Something broke..." in answer.text
    assert "AttributeError" not in answer.text


def test_nothing_comes_from_elsewhere(dave):
    page = dave.get("/add_item")
    assert page.header("Content-Security-Policy").startswith("default-src 'none'; style-src 'self'")
    assert page.header("Cache-Control") == "no-store"
    assert re.findall(r'(?:src|<link[^>]* href)="([^"]*)"', page.text) == [
        "/media/readify.css",
        "/media/icon.svg",
    ]
    for path in ("readify.css", "icon.svg", "drat.svg"):
        assert dave.get(f"/media/{path}").status == 200
