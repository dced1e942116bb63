"""Links: added, shown, removed, each by and to its owner alone; and the same as JSON."""

import html
import re

import pytest
from brubeck_core.testing import TestClient

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}


@pytest.fixture
def dave(log_in):
    return log_in("dave")


def links(client, page=1):
    """Return the addresses that a page shows, as text and as what the links lead to."""
    text = client.get("/", query={"page": str(page)}).text
    shown = re.findall(r'<td><a href="([^"]*)" rel="noreferrer">([^<]*)</a></td>', text)
    assert [href for href, _ in shown] == [label for _, label in shown]
    return [html.unescape(href) for href, _ in shown]


def add(client, *urls):
    for url in urls:
        assert client.post("/add_item", form={"url": url}).header("Location") == "/"


def removal(client):
    """Return the path that removes the newest link."""
    return re.search(r'action="(/remove_item/[^"]+)"', client.get("/").text)[1]


@pytest.fixture
def clock(monkeypatch):
    """Let each link be of another millisecond."""
    moments = iter(range(1_700_000_000_000, 1_800_000_000_000))
    monkeypatch.setattr("listsurf.queries.curtime", lambda: next(moments))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://example.com/", "http://example.com/"),
        ("HTTPS://Example.com/x", "HTTPS://Example.com/x"),
        ("example.com", "http://example.com"),
        ("httpbin.example/x", "http://httpbin.example/x"),
        ("  example.com/x  ", "http://example.com/x"),
        ("localhost:6767/x", "http://localhost:6767/x"),
        ("[::1]:6767/", "http://[::1]:6767/"),
        ("http://a.example/?x=1&y=2#z", "http://a.example/?x=1&y=2#z"),
        ("http://a.example/\u00fc/\U0001f3b7", "http://a.example/\u00fc/\U0001f3b7"),
        ("http://a.example/<script>alert(1)</script>", None),
        ("http://a.example/\"onclick='x'", None),
    ],
)
def test_a_link_is_kept(dave, typed, kept):
    add(dave, typed)
    assert links(dave) == [kept or typed]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "This is required."),
        ("  ", "This is required."),
        ("tune", "This is not a web address (http or https)."),
        ("http://", "This is not a web address (http or https)."),
        ("javascript:alert(1)", "This is not a web address (http or https)."),
        ("data:text/html,x", "This is not a web address (http or https)."),
        ("ftp://example.com/", "This is not a web address (http or https)."),
        ("http://a.example/a b", "This is not a web address (http or https)."),
        ('"><script>alert(1)</script>', "This is not a web address (http or https)."),
        ("http://a.example/" + "x" * 2000, "This has more than 2000 characters."),
    ],
)
def test_what_is_no_link_is_told_beside_its_field(dave, typed, problem):
    answer = dave.post("/add_item", form={"url": typed})
    assert answer.status == 422
    assert f'<p class="problem" id="url-problem">{problem}</p>' in answer.text
    assert 'aria-describedby="url-problem"' in answer.text
    kept = re.search(r'name="url" type="text" value="([^"]*)"', answer.text)[1]
    assert html.unescape(kept) == typed.strip()
    assert "<script>" not in answer.text
    assert links(dave) == []


@pytest.mark.parametrize("form", [None, {"uri": "http://example.com"}])
def test_a_form_without_an_address(dave, form):
    assert dave.post("/add_item", form=form).status == 422


def test_the_newest_link_comes_first(dave, clock):
    add(dave, "one.example", "two.example", "three.example")
    assert links(dave) == ["http://three.example", "http://two.example", "http://one.example"]


def test_more_than_a_page_of_links(dave, clock):
    add(dave, *(f"a.example/{number}" for number in range(51)))
    assert (len(links(dave)), links(dave, 2)) == (50, ["http://a.example/0"])
    assert 'href="/?page=2" rel="next"' in dave.get("/").text
    assert 'href="/?page=1" rel="prev"' in dave.get("/?page=2").text
    assert "no links on this page" in dave.get("/?page=3").text
    second = dave.get("/api?page=2").json()
    assert (second["num_items"], len(second["items"])) == (51, 1)


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "two", "\u0662", "100001", "9" * 5000, "<b>"])
def test_pages_that_there_cannot_be(dave, page):
    for path in ("/", "/api"):
        answer = dave.get(path, query={"page": page})
        assert answer.status == 400
        assert "a number from 1 to 100000" in answer.text


def test_the_bookmarklet_brings_an_address(dave):
    answer = dave.get("/add_item", query={"u": 'http://a.example/?x="1"&y=<b>'})
    assert 'value="http://a.example/?x=&#34;1&#34;&amp;y=&lt;b&gt;"' in answer.text
    assert links(dave) == []


def test_the_bookmarklet_leads_here(dave):
    text = dave.get("/add_item", headers={"Host": "localhost:8080"}).text
    code = html.unescape(re.search(r'href="javascript:([^"]*)"', text)[1])
    assert code == (
        'location.href="http://localhost:8080/add_item?u="+encodeURIComponent(location.href)'
    )


def test_what_others_have_is_nowhere_to_be_seen(dave, log_in):
    add(dave, "dave.example")
    paul = log_in("paul")
    assert links(paul) == []
    assert paul.get("/api").json() == {"num_items": 0, "items": []}
    path = removal(dave)
    assert paul.post(path).status == 404
    assert links(dave) == ["http://dave.example"]
    assert dave.post(path).header("Location") == "/"
    assert links(dave) == []


@pytest.mark.parametrize("item", ["5", "%00", "\u00fc", "x" * 5000, "..", "%2e%2e"])
def test_links_that_there_are_not(dave, item):
    answer = dave.post(f"/remove_item/{item}")
    assert answer.status == 404
    assert "Back to the links" in answer.text


def test_a_name_that_is_free_again_brings_no_links(dave, app, log_in):
    add(dave, "dave.example")
    app.user_store.delete("dave")
    assert dave.get("/").status == 302
    assert links(log_in("dave")) == []


# -- the API ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_links_as_json(dave, clock, method):
    add(dave, "one.example", "two.example")
    answer = dave.request(method, "/api")
    assert answer.status == 200
    assert answer.header("Content-Type") == "application/json"
    moments = (1_700_000_000_001, 1_700_000_000_000)
    assert answer.json() == {
        "num_items": 2,
        "items": [
            {"username": "dave", "url": f"http://{host}", "created_at": at, "updated_at": at}
            for host, at in zip(("two.example", "one.example"), moments, strict=True)
        ],
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_api_asks_who_is_there(visitor, method):
    answer = visitor.request(method, "/api")
    assert answer.status == 401
    assert answer.header("Content-Type") == "application/json"
    assert answer.json() == {"status_code": 401, "status_msg": "Authentication failed"}


# -- other sites ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        CROSS_SITE,
        {"Sec-Fetch-Site": "same-site", "Origin": "https://neighbour.example"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_other_sites_change_nothing(dave, app, headers):
    add(dave, "one.example")
    elsewhere = TestClient(app)
    elsewhere.cookies = dave.cookies
    form = {"url": "http://evil.example", "username": "evil", "password": "quiet river banks"}
    for path in ("/add_item", "/logout", "/api", removal(dave), "/login", "/create"):
        assert elsewhere.post(path, form=form, headers=headers).status == 403
    assert links(dave) == ["http://one.example"]
    assert app.user_store.load("evil") is None


def test_nothing_comes_from_elsewhere(dave):
    page = dave.get("/add_item")
    assert page.header("Content-Security-Policy").startswith("default-src 'none'; style-src 'self'")
    assert page.header("Cache-Control") == "no-store"
    assert re.findall(r'(?:src|<link[^>]* href)="([^"]*)"', page.text) == [
        "/media/listsurf.css",
        "/media/icon.svg",
    ]
    for path in ("/media/listsurf.css", "/media/icon.svg"):
        assert dave.get(path).status == 200
