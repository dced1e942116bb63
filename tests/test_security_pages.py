"""What a browser sends along for pages of this and of other sites, and what it shows."""

from pathlib import Path
from urllib.parse import quote

import pytest
from brubeck_testkit.browser import take_faults
from brubeck_testkit.servers import running
from playwright.sync_api import expect

APP = Path(__file__).parent / "security_app.py"


@pytest.fixture(scope="module")
def server():
    with running(APP) as server:
        yield server


@pytest.fixture(scope="module")
def neighbour():
    with running(APP) as server:
        yield server


@pytest.fixture(scope="module")
def trusting(neighbour):
    origin = f"http://localhost:{neighbour.port}"
    with running(APP, settings={"SECURITY__TRUSTED_ORIGINS": origin}) as server:
        yield server


@pytest.fixture
def page(open_page, server):
    return open_page(server)


def songs_of(server):
    return quote(f"http://127.0.0.1:{server.port}/songs")


def test_a_form_of_the_own_site_is_taken(page, server):
    page.goto(f"/form?to={songs_of(server)}")
    page.get_by_role("button").click()
    expect(page.locator("p")).to_have_text("Take five")


# The same host on another port is the same site to a browser, and another origin.
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_form_of_another_origin_is_refused(page, server, neighbour, host):
    page.goto(f"http://{host}:{neighbour.port}/form?to={songs_of(server)}")
    with page.expect_navigation() as arrived:
        page.get_by_role("button").click()
    assert arrived.value.status == 403
    expect(page.locator("h1")).to_have_text("403 Forbidden")
    expect(page.locator("p")).to_contain_text("trusted_origins")


def test_a_form_of_a_trusted_origin_is_taken(page, trusting, neighbour):
    page.goto(f"http://localhost:{neighbour.port}/form?to={songs_of(trusting)}")
    page.get_by_role("button").click()
    expect(page.locator("p")).to_have_text("Take five")


def test_a_link_of_another_site_is_followed(page, server, neighbour):
    page.goto(f"http://localhost:{neighbour.port}/form?to=x")
    page.evaluate("to => { location = to }", f"http://127.0.0.1:{server.port}/songs")
    expect(page.locator("p")).to_have_text("a song")


def test_an_own_page_is_shown_in_a_frame(page, server):
    page.goto(f"/frame?of={songs_of(server)}")
    expect(page.frame_locator("iframe").locator("p")).to_have_text("a song")


def test_another_site_shows_no_page_in_a_frame(page, server, neighbour):
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"http://localhost:{neighbour.port}/frame?of={songs_of(server)}")
    assert len(take_faults(page)) == 1
