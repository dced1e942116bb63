"""The pages of an API, in a browser."""

import json
import re
from pathlib import Path

import pytest
from brubeck_testkit.browser import shoot
from brubeck_testkit.servers import running
from playwright.sync_api import expect

APP = Path(__file__).parent / "autoapi_app.py"

ALBUMS = [
    {"title": "Time Out", "year": 1959, "rating": 4.9, "tags": ["odd metres"]},
    {"title": "Kind of Blue", "year": 1959, "rating": 5, "tags": ["modal"]},
    {"title": "At Carnegie Hall", "year": 1963, "rating": 4.5, "kind": "live"},
    {"title": "<b>Bold</b>", "rating": 1},
]


@pytest.fixture(scope="module")
def server():
    with running(APP) as server:
        yield server


@pytest.fixture
def page(open_page, server):
    return open_page(server)


@pytest.fixture
def albums(page):
    """Have the albums above, and no others, in that order."""
    found = page.request.get("/album/?count=100").json()["data"]
    if found:
        page.request.delete(f"/album/?ids={','.join(album['id'] for album in found)}")
    page.request.post("/album/", data=ALBUMS)
    page.goto("/docs/data/")
    expect(rows(page)).to_have_count(4)


def rows(page):
    return page.locator("tbody tr")


def titles(page):
    return page.locator("tbody tr td:nth-child(2)")


def test_the_reference_has_every_operation(page):
    page.goto("/docs/")
    expect(page.locator("section h2")).to_have_text(["Album", "Song", "Todo", "Errors"])
    expect(page.locator("details")).to_have_count(30)
    post = page.locator("details", has_text="Create one Album or several")
    post.locator("summary").click()
    expect(post.locator("pre")).to_contain_text('"title": "text"')
    expect(page.locator("#Album")).to_contain_text("required")
    expect(page.locator("#Album")).to_contain_text("read-only")
    shoot(page, "autoapi-reference")


def test_the_pages_lead_to_one_another(page):
    page.goto("/docs")
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("heading", name="Album")).to_be_visible()
    page.get_by_role("link", name="Song").click()
    expect(page.get_by_role("heading", name="Song")).to_be_visible()
    page.get_by_role("link", name="Reference").click()
    expect(page.locator("#Song")).to_be_visible()


def test_text_is_never_markup(page, albums):
    expect(titles(page).last).to_have_text("<b>Bold</b>")
    expect(page.locator("main b")).to_have_count(0)


def test_sorting_and_filtering(page, albums):
    shoot(page, "autoapi-data")
    page.get_by_role("button", name="title").click()
    order = ["<b>Bold</b>", "At Carnegie Hall", "Kind of Blue", "Time Out"]
    expect(titles(page)).to_have_text(order)
    page.get_by_role("button", name="title").click()
    expect(titles(page)).to_have_text(order[::-1])
    page.get_by_label("Field").select_option("year")
    page.get_by_label("Condition").select_option("gt")
    page.get_by_label("Value").fill("1960")
    page.get_by_role("button", name="Filter").click()
    expect(titles(page)).to_have_text(["At Carnegie Hall"])
    page.get_by_label("Value").fill("sixty")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("alert")).to_contain_text("year__gt has to be a whole number")
    page.get_by_role("button", name="Clear").click()
    expect(rows(page)).to_have_count(4)


def test_pages_of_a_list(page, albums):
    page.request.post("/album/", data=[{"title": f"Volume {n}"} for n in range(24)])
    page.reload()
    expect(page.locator("main")).to_contain_text("1\u201325 of 28")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("main")).to_contain_text("26\u201328 of 28")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_creating(page, albums):
    page.get_by_role("button", name="New").click()
    page.get_by_label("year").fill("19x9")
    page.get_by_label("band").fill('[{"plays": "alto"}]')
    page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("has to be a whole number")
    expect(dialog).to_contain_text("band.0.name is required")
    page.get_by_label("title").fill("Jazz Impressions")
    page.get_by_label("year").fill("1958")
    page.get_by_label("band").fill('[{"name": "Paul", "plays": "alto"}]')
    page.get_by_label("kind").select_option("live")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Created.")
    expect(rows(page).last).to_contain_text("Jazz Impressions")
    expect(rows(page).last).to_contain_text(re.compile("1958.*live.*Paul"))


def test_editing(page, albums):
    row = rows(page).filter(has_text="Time Out")
    row.get_by_role("button", name="Edit").click()
    page.get_by_label("title").fill("Time Further Out")
    page.get_by_label("year").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(titles(page).first).to_have_text("Time Further Out")
    expect(rows(page).first).to_contain_text("odd metres")
    expect(rows(page).first).not_to_contain_text("1959")


def test_what_is_not_edited_stays_as_it_is(page, albums):
    seen = page.request.get("/album/?count=1").json()["data"][0]
    path = f"/album/{seen['id']}/"
    # Lines, and whole numbers that JavaScript has not.
    page.request.patch(path, data={"title": "Time Out\nTake Five\n", "year": 2**53 + 1})
    page.goto("/docs/data/")
    expect(rows(page).first).to_contain_text("9007199254740993")
    rows(page).first.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("title")).to_have_value("Time Out\nTake Five\n")
    page.get_by_label("rating").fill("3.5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    kept = json.loads(page.request.get(path).text())["data"]
    changed = {"rating": 3.5, "updated_at": kept["updated_at"]}
    assert kept == {**seen, "title": "Time Out\nTake Five\n", "year": 2**53 + 1, **changed}


def test_a_number_of_many_digits(page, albums):
    rows(page).first.get_by_role("button", name="Edit").click()
    page.get_by_label("year").fill("9007199254740995")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(rows(page).first).to_contain_text("9007199254740995")


def test_editing_what_somebody_else_changes_meanwhile(page, albums):
    rows(page).first.get_by_role("button", name="Edit").click()
    page.get_by_label("title").fill("Mine")
    album = page.request.get("/album/?count=1").json()["data"][0]
    page.request.patch(f"/album/{album['id']}/", data={"title": "Theirs"})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_contain_text("somebody changed it")


def test_deleting(page, albums):
    page.once("dialog", lambda dialog: dialog.dismiss())
    rows(page).first.get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(4)
    page.once("dialog", lambda dialog: dialog.accept())
    rows(page).first.get_by_role("button", name="Delete").click()
    expect(titles(page)).to_have_text(["Kind of Blue", "At Carnegie Hall", "<b>Bold</b>"])


def test_data_without_an_envelope(page):
    page.request.post("/todo/", data={"text": "count to five", "tags": ["5/4"]})
    page.goto("/docs/data/#Todo")
    expect(rows(page).first).to_contain_text("count to five")


@pytest.mark.parametrize("path", ["/docs/", "/docs/data/"])
def test_a_narrow_window(open_page, server, path):
    page = open_page(server, size=(380, 800))
    page.goto(path)
    expect(page.locator("main h2").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
