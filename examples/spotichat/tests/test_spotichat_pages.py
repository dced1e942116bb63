"""The page, in Chromium: two people who listen to the same song."""

import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from brubeck_testkit.browser import shoot, take_faults
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import free_port, running, serving
from playwright.sync_api import expect

HERE = Path(__file__).parent.parent
SONG, ARTIST = "Take Five", "The Dave Brubeck Quartet"
ROOM = f"{SONG} \u2013 {ARTIST}"
SETTINGS = {
    "SETTINGS__POLL_SECONDS": "1",
    "SETTINGS__REAPER_SECONDS": "0.3",
    "SETTINGS__USER_SECONDS": "3",
}


@pytest.fixture(scope="module")
def each_server(backend):
    with running(HERE, concurrency=backend, settings=SETTINGS) as server:
        yield server


@pytest.fixture(scope="module")
def server():
    """Start the chat for what the page does by itself, whatever backend is behind it."""
    with running(HERE, concurrency="gevent", settings=SETTINGS) as server:
        yield server


def come_in(page, name):
    page.goto("/")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Come in").click()


def listen_to(page, song, artist=""):
    page.get_by_label("Song").fill(song)
    page.get_by_label("Artist").fill(artist)
    page.get_by_role("button", name="Listen together").click()
    expect(page.get_by_role("heading", name=song)).to_be_visible()


def say(page, text):
    page.get_by_label("Message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Message")).to_have_value("")


def log(page):
    return page.get_by_role("log").get_by_role("listitem")


@pytest.fixture(scope="module")
def two_servers(backend, redis_server):
    """Start two processes that share their rooms over Redis, as by `brubeck run --workers`."""
    redis_server.clear()
    shared = SETTINGS | {
        "SETTINGS__BACKEND": "redis",
        "SETTINGS__REDIS_URL": redis_server.url,
        "COOKIE_SECRET": "for tests: a long text that is not a secret at all",
    }
    with (
        running(HERE, concurrency=backend, settings=shared) as one,
        running(HERE, concurrency=backend, settings=shared) as other,
    ):
        yield one, other


@pytest.fixture(scope="module")
def original(redis_server):
    """Start what the original ran on: Mongrel2 before two processes on gevent that share Redis."""
    require_program("mongrel2", install="apt-get install mongrel2-core")
    redis_server.clear()
    folder = Path(tempfile.mkdtemp(prefix="m2-"))  # the paths of sockets have to be short
    port = free_port()
    pull, pub = f"ipc://{folder}/pull", f"ipc://{folder}/pub"
    env = {
        "PLUGINS": "mongrel2",
        "CONNECTION__MONGREL2__PULL": pull,
        "CONNECTION__MONGREL2__PUB": pub,
        "SETTINGS__REDIS_URL": redis_server.url,
        "COOKIE_SECRET": "for tests: a long text that is not a secret at all",
    }
    program = f"{sys.executable} -m brubeck_core"
    command = (
        f"{program} mongrel2 init --port {port} --pull {pull} --pub {pub} && exec {program}"
        f" mongrel2 run -- {program} run {HERE}/brubeck.original.toml --workers 2"
    )
    env = {f"BRUBECK_{name}": value for name, value in (SETTINGS | env).items()}
    try:
        with serving(["sh", "-c", command], port, env=env, cwd=folder) as server:
            yield server
    finally:
        shutil.rmtree(folder)


def test_two_people_listen_to_one_song(each_server, open_page):
    walk(open_page(each_server), open_page(each_server, size=(390, 780)))
    other = open_page(each_server)
    come_in(other, "Ann")  # the name is free again
    expect(other.get_by_label("Song")).to_be_visible()


def test_two_people_listen_in_two_processes(two_servers, open_page):
    one, other = two_servers
    walk(open_page(one), open_page(other, size=(390, 780)))


def test_two_people_listen_behind_mongrel2(original, open_page):
    walk(open_page(original), open_page(original, size=(390, 780)))


def walk(ann, bob):
    """Walk two people through all that the page offers."""
    come_in(ann, "Ann")
    listen_to(ann, SONG, ARTIST)
    expect(log(ann)).to_contain_text(["Ann has entered the room."])

    come_in(bob, "Bob")
    expect(bob.get_by_role("button", name=ROOM)).to_contain_text("1 listener")
    shoot(bob, "examples/spotichat-lobby")
    bob.get_by_role("button", name=ROOM).click()
    expect(log(bob)).to_contain_text(["Ann has entered", "Bob has entered"])
    expect(log(ann).last).to_contain_text("Bob has entered the room.")
    expect(ann.get_by_text("2 listeners")).to_be_visible()

    say(ann, "Who else counts to five all the time?")
    expect(log(bob).last).to_contain_text("Who else counts")
    say(bob, "Me! And that saxophone <3")
    say(bob, "<b>bold</b><script>document.title = 'broken'</script>")
    expect(log(ann).last).to_contain_text("<b>bold</b><script>")
    expect(ann.locator(".log script, .log li > b > b")).to_have_count(0)
    expect(ann).to_have_title(re.compile("Take Five"))
    say(ann, "That stays text here.")
    expect(log(bob).last).to_contain_text("That stays text here.")
    expect(bob.locator("#state")).to_have_text("Connected by long polling")
    ann.get_by_text("2 listeners").click()
    expect(ann.locator("#members li")).to_have_text(["Ann", "Bob"])
    shoot(ann, "examples/spotichat")
    shoot(bob, "examples/spotichat-phone")

    bob.get_by_role("button", name="Leave").click()
    expect(log(ann).last).to_contain_text("Bob has left the room.")
    expect(bob.get_by_role("button", name=ROOM)).to_contain_text("1 listener")
    ann.get_by_role("button", name="Log out").click()
    expect(ann.get_by_label("Your name")).to_be_visible()


def test_events_and_polls_hear_the_same(each_server, open_page):
    hear_both(open_page(each_server), open_page(each_server))


def test_events_and_polls_hear_the_same_behind_mongrel2(original, open_page):
    hear_both(open_page(original), open_page(original))


def hear_both(ann, bob):
    """Let one hear by events what the other hears by polls."""
    for page, name in ((ann, "Eve"), (bob, "Paul")):
        come_in(page, name)
        listen_to(page, "So What")
    ann.get_by_label("by server-sent events").check()
    expect(ann.locator("#state")).to_have_text("Connected by server-sent events")
    say(bob, "polled")
    expect(log(ann).last).to_contain_text("polled")
    say(ann, "streamed")
    expect(log(bob).last).to_contain_text("streamed")
    expect(ann.get_by_text("streamed")).to_have_count(1)
    ann.get_by_label("by server-sent events").uncheck()
    say(bob, "polled again")
    expect(log(ann).last).to_contain_text("polled again")


def test_who_closes_the_window_could_not_be_found(each_server, open_page):
    stays, goes = open_page(each_server), open_page(each_server)
    come_in(stays, "Joe")
    come_in(goes, "Gene")
    listen_to(stays, "Blue Rondo")
    listen_to(goes, "Blue Rondo")
    expect(log(stays).last).to_contain_text("Gene has entered the room.")
    goes.goto("about:blank")
    expect(log(stays).last).to_contain_text("Gene could not be found.", timeout=10_000)


def test_what_is_wrong_is_said_on_the_page(server, open_page):
    first, second = open_page(server), open_page(server)
    come_in(first, "Only")
    come_in(second, "only")
    said_beside(second.get_by_label("Your name"), "only", "The name 'only' is taken.")
    second.get_by_label("Your name").fill("one@two")
    second.get_by_role("button", name="Come in").click()
    told = "A name cannot have a slash or an @ in it."
    said_beside(second.get_by_label("Your name"), "one@two", told)
    come_in(second, "Other")
    long, missing = "\u2013" + "&" * 119, "The room's name is missing."
    second.get_by_label("Song").fill("&nbsp;")
    second.get_by_role("button", name="Listen together").click()
    said_beside(second.get_by_label("Song"), "&nbsp;", missing)
    listen_to(second, long)
    second.get_by_label("Message").fill("&nbsp;")
    second.get_by_role("button", name="Send").click()
    said_beside(second.get_by_label("Message"), "&nbsp;", "The message is required.")
    say(second, "Take five")
    expect(second.get_by_role("alert")).to_have_count(0)
    assert take_faults(second) == []


def said_beside(field, typed, told):
    """Expect a problem to be told beside its field, where what was typed is still there."""
    expect(field).to_have_accessible_description(told)
    expect(field.page.get_by_role("alert")).to_have_text(told)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(typed)


def test_an_address_of_no_room_leads_to_the_songs(server, open_page):
    page = open_page(server)
    come_in(page, "Lost")
    page.goto("about:blank")
    page.goto("/#" + "x" * 256)
    expect(page.get_by_role("alert")).to_have_text("The room's name has more than 255 characters.")
    expect(page.get_by_label("Song")).to_be_focused()
    listen_to(page, "Found again")


def test_what_is_typed_meanwhile_stays(server, open_page):
    page = open_page(server)
    come_in(page, "Hasty")
    listen_to(page, "Unsquare Dance")
    held = []
    page.route("**/api/feed/*", lambda route: held.append(route), times=1)
    field = page.get_by_label("Message")
    with page.expect_request(lambda request: request.method == "POST"):
        field.fill("one")
        field.press("Enter")
    field.press_sequentially("two")
    held.pop().fulfill(status=403, json={"detail": "Not now."})
    said_beside(field, "one two", "Not now.")
    field.press("Enter")
    expect(log(page).last).to_contain_text("one two")
    expect(field).to_have_value("")


def test_who_cannot_leave_just_now_still_hears(server, open_page):
    stays, other = open_page(server), open_page(server)
    for page, name in ((stays, "Sticky"), (other, "Talker")):
        come_in(page, name)
        listen_to(page, "Strange Meadow Lark")
    for button in ("Leave", "Log out"):
        stays.route("**/api/login/**", lambda route: route.abort(), times=1)
        stays.get_by_role("button", name=button).click()
        expect(stays.get_by_role("alert")).to_have_text("The chat cannot be reached. Try again.")
        say(other, f"after {button}")
        expect(log(stays).last).to_contain_text(f"after {button}")
    take_faults(stays)


def test_an_address_leads_to_its_room(each_server, open_page):
    ann, bob = open_page(each_server), open_page(each_server)
    come_in(ann, "Linker")
    listen_to(ann, "Thunderstruck", "AC/DC")
    come_in(bob, "Follower")
    bob.goto(ann.url.replace(f"http://127.0.0.1:{each_server.port}", ""))
    bob.reload()
    expect(bob.get_by_text("AC/DC")).to_be_visible()
    say(bob, "Here by an address")
    expect(log(ann).last).to_contain_text("Here by an address")


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_the_page_fits_its_window(server, open_page, width):
    page = open_page(server, size=(width, 700))
    come_in(page, f"Width {width}")
    listen_to(page, "W" * 100, "A title without a space")
    say(page, "y" * 300)
    expect(log(page).last).to_contain_text("yyy")
    expect(log(page).last).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("button", name="Send")).to_be_in_viewport()
