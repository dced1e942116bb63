"""The whole site in a browser: two people, on every backend; then what is no matter of backends."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from brubeck_testkit.browser import shoot
from brubeck_testkit.servers import running
from playwright.sync_api import expect

HERE = Path(__file__).parent.parent
PASSWORD = "quiet river banks"


@contextmanager
def serving(backend, folder):
    # Patient, as test machines are busy.
    options = {"URL": f"sqlite:///{folder}/readify.db", "TIMEOUT": "10"}
    stores = ("USER_STORE", "QUERYSET")
    settings = {f"{store}__SQL__{key}": options[key] for store in stores for key in options}
    with running(HERE, concurrency=backend, settings=settings) as server:
        yield server


@pytest.fixture
def each_server(backend, tmp_path):
    with serving(backend, tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving("gevent", tmp_path_factory.mktemp("data")) as server:
        yield server


def create(page, name):
    """Make an account, from wherever a login is asked for."""
    page.get_by_role("link", name="create an account", exact=True).click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create it").click()


def log_in(page, name):
    page.goto("/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")


def submit(page, title, url, tags=""):
    menu(page, "Submit")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Address").fill(url)
    page.get_by_label("Tags").fill(tags)
    page.get_by_role("button", name="Submit it").click()


def menu(page, name):
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()


def titles(page):
    return page.get_by_role("main").get_by_role("heading", level=2)


def do(page, action, title):
    page.get_by_role("button", name=f"{action} {title}").click()


def test_two_people_and_their_links(open_page, each_server):
    dave, paul = open_page(each_server), open_page(each_server)
    dave.goto("/")
    create(dave, "login")
    expect(dave.locator("#username-problem")).to_have_text(
        "This is reserved for a page of this site."
    )
    expect(dave.get_by_label("Name")).to_have_value("login")
    expect(dave.get_by_label("Name")).to_be_focused()
    dave.get_by_label("Name").fill("Dave")
    dave.get_by_label("Password").fill(PASSWORD)
    dave.keyboard.press("Enter")
    expect(dave.get_by_text("No links to read.")).to_be_visible()

    # A link that is none is told beside its field; what was typed stays.
    submit(dave, "Take Five", "take five", "jazz, 5/4")
    expect(dave.get_by_role("alert")).to_be_visible()
    expect(dave.get_by_label("Address")).to_have_accessible_description(
        "This is not a web address (http or https)."
    )
    expect(dave.get_by_label("Tags")).to_have_value("jazz, 5/4")
    shoot(dave, "examples/readify-form")
    dave.get_by_label("Address").fill("brubeck.example/take-five")
    dave.get_by_role("button", name="Submit it").click()
    submit(dave, "Blue Rondo \u00e0 la Turk", "https://brubeck.example/rondo", "jazz, 9/8")
    submit(dave, "Unsquare Dance", "https://brubeck.example/unsquare", "jazz, 7/4")
    shown = ["Unsquare Dance", "Blue Rondo \u00e0 la Turk", "Take Five"]
    expect(titles(dave)).to_have_text(shown)
    expect(dave.get_by_role("link", name="Take Five", exact=True)).to_have_attribute(
        "href", "http://brubeck.example/take-five"
    )
    do(dave, "like", "Blue Rondo")
    expect(dave.get_by_role("button", name="unlike Blue Rondo")).to_be_visible()
    shoot(dave, "examples/readify")

    # By tags, and by what has been done to them.
    dave.get_by_role("link", name="5/4").click()
    expect(titles(dave)).to_have_text(["Take Five"])
    do(dave, "archive", "Take Five")
    expect(dave.get_by_text("There are no such links.")).to_be_visible()
    menu(dave, "Archive")
    dave.get_by_role("link", name="edit Take Five").click()
    dave.get_by_label("Title").fill("Take Five (1959)")
    dave.get_by_role("button", name="Keep it").click()
    expect(titles(dave)).to_have_text(["Take Five (1959)"])
    menu(dave, "Liked")
    expect(titles(dave)).to_have_text(["Blue Rondo \u00e0 la Turk"])
    do(dave, "delete", "Blue Rondo")
    expect(titles(dave)).to_have_count(0)
    menu(dave, "Trash")
    do(dave, "undelete", "Blue Rondo")
    menu(dave, "Dashboard")
    expect(titles(dave)).to_have_text(shown[:2])

    # What everybody may see of Dave.
    menu(dave, "Settings")
    dave.get_by_label("Name").fill("Dave Brubeck")
    dave.get_by_label("Website").fill("brubeck.example")
    dave.get_by_label("About you").fill("Plays in odd meters.")
    dave.get_by_label("Where you are").fill("Concord, California")
    dave.get_by_role("button", name="Keep it").click()
    expect(dave.get_by_role("heading", level=1)).to_have_text("Dave Brubeck")
    paul.goto("/dave")
    expect(titles(paul)).to_have_text(shown[:2])
    expect(paul.get_by_role("button")).to_have_count(0)
    menu(paul, "Create an account")
    paul.get_by_label("Name").fill("Dave")
    paul.get_by_label("Password").fill(PASSWORD)
    paul.keyboard.press("Enter")
    expect(paul.locator("#username-problem")).to_have_text("Somebody has this name already.")
    paul.get_by_label("Name").fill("paul")
    paul.get_by_label("Password").fill(PASSWORD)
    paul.keyboard.press("Enter")
    expect(paul.get_by_text("No links to read.")).to_be_visible()
    paul.goto("/dave")
    do(paul, "save", "Unsquare Dance")
    expect(paul.get_by_text("[ saved ]")).to_be_visible()
    shoot(paul, "examples/readify-profile")
    menu(paul, "Dashboard")
    expect(titles(paul)).to_have_text(["Unsquare Dance"])

    # A picture of one's own, in place of the initial.
    menu(dave, "Settings")
    dave.get_by_label("Address of a picture").fill(f"127.0.0.1:{each_server.port}/media/icon.svg")
    dave.get_by_role("button", name="Keep it").click()
    dave.wait_for_function("document.querySelector('img.avatar').naturalWidth > 0")

    dave.get_by_role("button", name="Logout").click()
    dave.goto("/profile")
    expect(dave.get_by_role("heading", level=1)).to_have_text("Log in")


def test_the_bookmarklet(open_page, server):
    page = open_page(server)
    page.goto("/add_item")
    create(page, "bookmarks")
    code = page.get_by_role("link", name="Readification").get_attribute("href")
    page.get_by_role("button", name="Logout").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")

    # On a page elsewhere, by somebody who is not logged in: the way goes through the login.
    page.route(
        "http://elsewhere.example/**",
        lambda route: route.fulfill(
            body="<title>Time Out & more</title>", content_type="text/html; charset=utf-8"
        ),
    )
    page.goto("http://elsewhere.example/?a=1&b=2")
    page.evaluate(code.removeprefix("javascript:"))
    page.get_by_label("Name").fill("bookmarks")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Title")).to_have_value("Time Out & more")
    expect(page.get_by_label("Address")).to_have_value("http://elsewhere.example/?a=1&b=2")
    page.get_by_role("button", name="Submit it").click()
    expect(titles(page)).to_have_text(["Time Out & more"])


def test_a_page_that_there_is_not(open_page, server):
    page = open_page(server)
    page.goto("/nobody")
    expect(page.get_by_role("heading")).to_have_text("Drat! There is nothing here.")
    page.get_by_role("link", name="Back to the links").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_narrow_window(open_page, server):
    page = open_page(server, size=(360, 640), has_touch=True, is_mobile=True)
    page.goto("/")
    create(page, "narrow")
    submit(page, "Take Five, a standard in an odd meter", "a.example", "jazz, 5/4")
    submit(page, "Kathy's Waltz", "b.example", "jazz, 3/4")
    expect(titles(page)).to_have_count(2)
    shoot(page, "examples/readify-phone")
    submit(page, "x" * 255, f"http://a.example/{'x' * 200}", f"{'y' * 30}, {'z' * 30}")
    expect(titles(page)).to_have_count(3)
    for path in ("/", "/narrow", "/add_item", "/settings", "/liked", "/nobody"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_everything_by_keyboard(open_page, server):
    page = open_page(server)
    page.goto("/")
    create(page, "keyboard")
    title = "<i>Take</i> Five"
    submit(page, title, "a.example")
    page.get_by_role("link", name=title, exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=f"like {title}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"unlike {title}")).to_be_visible()
    expect(page.locator("main i")).to_have_count(0)
