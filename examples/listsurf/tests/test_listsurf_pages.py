"""The whole site in Chromium: two people, on every backend, over SQLite and over MongoDB.

What is the pages' own matter is tried on one backend: how they fit, where they lead.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from brubeck_testkit.browser import shoot
from brubeck_testkit.interpreter import clean_environment
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import free_port, running, serving
from playwright.sync_api import expect

HERE = Path(__file__).parent.parent
ORIGINAL = HERE / "brubeck.mongo.toml"
PASSWORD = "quiet river banks"
ELSEWHERE = "http://elsewhere.example/tunes/five?beats=5&bar=4#solo"


@pytest.fixture
def each_server(backend, tmp_path):
    with over_sqlite(backend, tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with over_sqlite("gevent", tmp_path_factory.mktemp("data")) as server:
        yield server


def over_sqlite(backend, folder):
    settings = stores("SQL", f"sqlite:///{folder}/listsurf.db")
    return running(HERE, concurrency=backend, settings=settings)


@pytest.fixture(scope="module")
def mongo_site(backend, mongo_server):
    settings = stores("MONGO", mongo_server.url, DATABASE=f"listsurf_{backend}")
    with running(ORIGINAL, concurrency=backend, settings=settings) as server:
        yield server


@pytest.fixture
def original_site(mongo_server):
    """Start all that the original ran on: Mongrel2 in front, eventlet, and MongoDB."""
    require_program("mongrel2", install="apt-get install mongrel2-core")
    brubeck = [sys.executable, "-m", "brubeck_core"]
    with tempfile.TemporaryDirectory(prefix="m2-") as folder:
        port, pull, pub = free_port(), f"ipc://{folder}/pull", f"ipc://{folder}/pub"
        settings = stores("MONGO", mongo_server.url, DATABASE="listsurf_original") | {
            "PLUGINS": "mongrel2",
            "CONNECTION": "mongrel2",
            "CONNECTION__MONGREL2__PULL": pull,
            "CONNECTION__MONGREL2__PUB": pub,
        }
        env = {f"BRUBECK_{name}": value for name, value in settings.items()}
        init = [*brubeck, "mongrel2", "init", "--port", str(port), "--pull", pull, "--pub", pub]
        subprocess.run(init, env=clean_environment(env), cwd=folder, check=True)
        run = [*brubeck, "mongrel2", "run", "--", *brubeck, "run", str(ORIGINAL)]
        with serving(run, port, env=env, cwd=folder) as server:
            yield server


def stores(name, url, **options):
    """Return the settings of both stores; patient, as test machines are busy."""
    options |= {"URL": url, "TIMEOUT": "10"}
    kinds = ("USER_STORE", "QUERYSET")
    return {f"{kind}__{name}__{key}": value for kind in kinds for key, value in options.items()}


@pytest.fixture
def person(open_page):
    """Return a function that opens a window of somebody who looks at pages elsewhere, too."""

    def open_window(server, **options):
        page = open_page(server, **options)
        tune = {"body": "<!doctype html><title>Five</title>", "content_type": "text/html"}
        page.route("http://elsewhere.example/**", lambda route: route.fulfill(**tune))
        return page

    return open_window


def register(page, name, password=PASSWORD):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Create it").click()


def log_in(page, name, password=PASSWORD):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def log_out(page):
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def add(page, url):
    page.get_by_role("link", name="Add a link").click()
    page.get_by_label("URL").fill(url)
    page.get_by_role("button", name="Add it").click()


def links(page):
    return page.get_by_role("cell").get_by_role("link")


def describes(text):
    """Expect of a field that what is said about it has that text."""
    return re.compile(re.escape(text))


def bookmarklet(page):
    """Return the script that people drag to their bookmarks."""
    page.goto("/add_item")
    href = page.get_by_role("link", name="Surf Later").get_attribute("href")
    return href.removeprefix("javascript:")


def use_bookmarklet(page, script):
    page.goto(ELSEWHERE)
    with page.expect_navigation(url=re.compile(r"127\.0\.0\.1")):
        page.evaluate(script)


def test_two_people_keep_links(each_server, person):
    walk(person(each_server), person(each_server))


def test_two_people_keep_links_in_mongodb(mongo_site, person):
    walk(person(mongo_site), person(mongo_site))


def test_two_people_keep_links_on_what_the_original_ran_on(original_site, person):
    walk(person(original_site), person(original_site))


def walk(ann, bob):
    """Walk two people through all that the site offers."""
    ann.goto("/")
    expect(ann.get_by_role("heading", name="Log in")).to_be_visible()
    expect(ann.get_by_label("Name")).to_be_focused()
    ann.get_by_role("link", name="create an account").click()

    register(ann, "Ann", "short")
    expect(ann.get_by_role("alert")).to_contain_text("There is no account yet")
    expect(ann.get_by_label("Name")).to_have_value("Ann")
    field = ann.get_by_label("Password")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(field).to_have_accessible_description(describes("Please use at least 15 characters"))
    register(ann, "Ann")
    expect(ann.get_by_text("No links yet.")).to_be_visible()

    add(ann, "brubeck.example/take five")
    field = ann.get_by_label("URL")
    expect(field).to_have_value("brubeck.example/take five")
    expect(field).to_have_accessible_description(describes("not a web address"))
    field.fill("brubeck.example/take-five")
    ann.get_by_role("button", name="Add it").click()
    expect(links(ann)).to_have_text(["http://brubeck.example/take-five"])
    script = "https://desmond.example/<script>document.title='broken'</script>"
    add(ann, script)
    expect(links(ann)).to_have_text([script, "http://brubeck.example/take-five"])
    expect(ann).to_have_title("Links // Listsurf")
    expect(ann.locator("script")).to_have_count(0)

    bob.goto("/create")
    register(bob, "ANN")
    field = bob.get_by_label("Name")
    expect(field).to_have_accessible_description(describes("Somebody has this name already."))
    register(bob, "bob")
    expect(bob.get_by_text("No links yet.")).to_be_visible()
    add(bob, "https://bob.example/")
    expect(links(bob)).to_have_text(["https://bob.example/"])
    api = bob.request.get("/api").json()
    assert [item["url"] for item in api["items"]] == ["https://bob.example/"]
    ann.reload()
    expect(links(ann)).to_have_count(2)

    use_bookmarklet(bob, bookmarklet(bob))
    expect(bob.get_by_label("URL")).to_have_value(ELSEWHERE)

    script = bookmarklet(ann)
    log_out(ann)
    assert ann.request.get("/api").status == 401
    use_bookmarklet(ann, script)
    log_in(ann, "ann", "wrong river banks")
    expect(ann.get_by_role("alert")).to_have_text("Name or password are wrong.")
    expect(ann.get_by_label("Name")).to_have_value("ann")
    log_in(ann, "ANN")
    expect(ann.get_by_label("URL")).to_have_value(ELSEWHERE)
    ann.get_by_role("button", name="Add it").click()
    expect(links(ann)).to_have_count(3)
    expect(links(ann).first).to_have_text(ELSEWHERE)
    expect(links(ann).first).to_have_attribute("href", ELSEWHERE)

    ann.get_by_role("button", name="Remove https://desmond.example/").click()
    expect(links(ann)).to_have_text([ELSEWHERE, "http://brubeck.example/take-five"])
    log_out(ann)
    ann.go_back()
    expect(ann.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_new_account_goes_on_with_the_bookmarklet(server, person):
    page = person(server)
    page.goto("/create")
    register(page, "eve")
    script = bookmarklet(page)
    log_out(page)
    use_bookmarklet(page, script)
    page.get_by_role("link", name="create an account").click()
    register(page, "eve")  # which is taken: the address outlives that, too
    register(page, "eve.2")
    expect(page.get_by_label("URL")).to_have_value(ELSEWHERE)


@pytest.mark.parametrize(("width", "name"), [(320, "eugene"), (390, "paul"), (1000, "dave")])
def test_the_pages_fit_their_window(server, person, width, name):
    page = person(server, size=(width, 640))
    fits(page, "/login")
    fits(page, "/create")
    register(page, name, "short")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_fits(page)
    if width == 390:
        shoot(page, "examples/listsurf-create")
    register(page, name)
    add(page, "https://www.example.com/" + "a-long-way-round-" * 7)
    add(page, "https://en.wikipedia.org/wiki/Dave_Brubeck")
    add(page, "en.wikipedia.org/wiki/Take_Five")
    expect(links(page)).to_have_count(3)
    assert_fits(page)
    if width >= 390:
        shoot(page, "examples/listsurf" if width == 1000 else "examples/listsurf-phone")
    fits(page, "/add_item")
    if width == 1000:
        shoot(page, "examples/listsurf-add")
    expect(page.get_by_role("button", name="Add it")).to_be_in_viewport()
    fits(page, "/nowhere")


def fits(page, path):
    page.goto(path)
    assert_fits(page)


def assert_fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
