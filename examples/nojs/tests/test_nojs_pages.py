"""The chat in browsers that run no scripts: two people, on every backend.

What the pages say, and how they fit, is tried on one.
"""

from pathlib import Path

import pytest
from brubeck_testkit.browser import shoot
from brubeck_testkit.servers import running
from playwright.sync_api import expect

HERE = Path(__file__).parent.parent
#: Whoever closes the page has left six seconds later, or sooner. A browser may count a list that is
#: held already to what a page loads, which then takes so much longer.
BRISK = {"SETTINGS__HOLD": "2"}


@pytest.fixture(scope="module")
def each_server(backend):
    with running(HERE, concurrency=backend, settings=BRISK) as server:
        yield server


@pytest.fixture(scope="module")
def server():
    with running(HERE, concurrency="gevent", settings=BRISK) as server:
        yield server


@pytest.fixture
def visit(open_page):
    """Return a function that opens a page of somebody's, whose browser runs no scripts."""

    def visit(server, path="/", size=(800, 500)):
        page = open_page(server, javascript=False, size=size)
        page.goto(path)
        return page

    return visit


def frame(page, name):
    return page.frame_locator(f"iframe[name={name}]")


def fill(page, label, text):
    """Type into the strip, press Enter, and wait for the strip that comes then."""
    field = frame(page, "buffer").get_by_label(label)
    field.fill(text)
    with page.expect_event("framenavigated", lambda frame: frame.name == "buffer"):
        field.press("Enter")


def messages(page):
    return frame(page, "messages").locator("tr")


def register(page, name):
    fill(page, "Register your name: @", name)


def enter(page, name, room):
    """Register and go into a room, which may be new."""
    register(page, name)
    fill(page, f"@{name}, join or create a room: #", room)
    expect(messages(page).last).to_contain_text(f"@{name} has joined.")


def test_two_people_chat(visit, each_server):
    ann, bob = visit(each_server), visit(each_server)
    register(ann, "Ann")
    fill(ann, "@Ann, join or create a room: #", "jazz")
    expect(ann).to_have_title("#jazz - no.js")
    expect(frame(ann, "users").locator("td")).to_have_text(["@Ann"])

    # Bob sees the room come up, looks in, and registers there.
    room = frame(bob, "rooms").get_by_role("link", name="#jazz")
    expect(room).to_be_visible()
    shoot(bob, "examples/nojs-rooms")
    room.click()
    expect(messages(bob).last).to_contain_text("@Ann has joined.")
    register(bob, "Bob")
    expect(frame(bob, "users").locator("td")).to_have_text(["@Ann", "@Bob"])
    expect(frame(ann, "users").locator("td")).to_have_text(["@Ann", "@Bob"])

    fill(ann, "@Ann >", "Do you know one in five four?")
    expect(messages(bob).last).to_contain_text("@Ann Do you know one in five four?")
    fill(bob, "@Bob >", "Take five.")
    fill(bob, "@Bob >", "<script>document.title = 'scripted'</script>")
    expect(messages(ann).last).to_contain_text("<script>document.title")
    expect(frame(ann, "buffer").get_by_label("@Ann >")).to_have_value("")
    shoot(ann, "examples/nojs")

    # Closing the page is leaving, and a room that nobody is in is closed.
    bob.close()
    expect(messages(ann).last).to_contain_text("@Bob has left.", timeout=20_000)
    expect(frame(ann, "users").locator("td")).to_have_text(["@Ann"])
    carl = visit(each_server)
    expect(frame(carl, "rooms").get_by_role("row")).to_have_text(["#jazz (1)"])
    ann.close()
    expect(frame(carl, "rooms").get_by_text("There is no room yet.")).to_be_visible(timeout=20_000)


def test_one_goes_on_typing(visit, each_server):
    ann = visit(each_server)

    def type_on(text, label):
        """Type and press Enter, and expect that the strip that comes then can be typed in."""
        with ann.expect_event("framenavigated", lambda frame: frame.name == "buffer"):
            ann.keyboard.type(f"{text}\n")
        expect(frame(ann, "buffer").get_by_label(label)).to_be_focused()

    type_on("Ann5", "@Ann5, join or create a room: #")
    type_on("typing", "@Ann5 >")
    for text in ("one", "two", "three"):
        type_on(text, "@Ann5 >")
        expect(messages(ann).last).to_contain_text(text)
    type_on("x" * 501, "@Ann5 >")
    expect(frame(ann, "buffer").get_by_role("alert")).to_contain_text("at most 500 characters")


def test_a_list_outlives_the_times_it_is_held(visit, each_server):
    ann = visit(each_server)
    enter(ann, "Ann1", "times")
    held = []
    ann.on("request", lambda request: held.append(request.url))
    for _ in range(3):
        with ann.expect_response("**/messages?id=*"):
            pass
    fill(ann, "@Ann1 >", "Still here")
    expect(messages(ann).last).to_contain_text("Still here")
    expect(frame(ann, "users").locator("td")).to_have_text(["@Ann1"])


def test_many_messages_end_at_the_last(visit, each_server):
    ann = visit(each_server)
    enter(ann, "Ann2", "many")
    for number in range(1, 31):
        ann.request.post(
            "/buffer",
            form={"act": "say", "room": "many", "message": f"take {number}"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
    expect(messages(ann)).to_have_count(25)
    expect(messages(ann).last).to_contain_text("take 30")
    expect(messages(ann).last).to_be_in_viewport()


def test_a_name_that_is_taken_is_told_beside_the_field(visit, server):
    ann, other = visit(server), visit(server)
    enter(ann, "Ann3", "taken")
    register(other, "ann3")
    strip = frame(other, "buffer")
    expect(strip.get_by_role("alert")).to_have_text("Name 'ann3' is taken.")
    expect(strip.get_by_label("Register your name: @")).to_have_value("ann3")


def test_a_room_that_will_not_do_is_told_beside_the_field(visit, server):
    page = visit(server)
    register(page, "Ann4")
    label = "@Ann4, join or create a room: #"
    fill(page, label, "/evil.example")
    strip = frame(page, "buffer")
    expect(strip.get_by_role("alert")).to_contain_text("has no slash")
    expect(strip.get_by_label(label)).to_have_value("/evil.example")
    expect(frame(page, "rooms").get_by_role("heading")).to_be_visible()
    fill(page, label, "caf\u00e9 5/4".replace("/", ":"))
    expect(page).to_have_title("#caf\u00e9 5:4 - no.js")


def test_a_room_that_is_not_there(visit, server):
    page = visit(server, "/nowhere/")
    expect(page.get_by_text("There is no room #nowhere")).to_be_visible()
    page.get_by_role("link", name="All rooms").click()
    expect(frame(page, "rooms").get_by_role("heading")).to_have_text("no.js")


@pytest.mark.parametrize("width", [360, 1200])
def test_no_frame_is_wider_than_the_window(visit, server, width):
    name = f"Ann{width}"
    page = visit(server, size=(width, 640))
    enter(page, name, f"room{width}")
    fill(page, f"@{name} >", "Take five")
    expect(messages(page)).to_have_count(2)
    if width == 360:
        shoot(page, "examples/nojs-phone")
    fill(page, f"@{name} >", "A" * 200)
    expect(messages(page)).to_have_count(3)
    for part in (page, *page.frames):
        wide = part.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, part.url


def test_two_processes_share_rooms_in_redis(visit, redis_url):
    secret = "for tests: a long text that is no secret at all"
    settings = BRISK | {
        "SETTINGS__BOARD": "redis",
        "SETTINGS__REDIS_URL": redis_url,
        "COOKIE_SECRET": secret,
    }
    with (
        running(HERE, concurrency="gevent", settings=settings) as here,
        running(HERE, concurrency="gevent", settings=settings) as there,
    ):
        ann, bob = visit(here), visit(there)
        enter(ann, "Ann", "jazz")
        frame(bob, "rooms").get_by_role("link", name="#jazz").click()
        register(bob, "Bob")
        expect(frame(ann, "users").locator("td")).to_have_text(["@Ann", "@Bob"])
        fill(ann, "@Ann >", "Take five")
        expect(messages(bob).last).to_contain_text("@Ann Take five")
        bob.close()
        expect(messages(ann).last).to_contain_text("@Bob has left.", timeout=20_000)
        expect(messages(ann)).to_have_count(4)
