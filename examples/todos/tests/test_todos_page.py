"""The to-do list in Chromium: what is kept on every backend, what the page does alone on one."""

from pathlib import Path

import pytest
from brubeck_testkit.browser import shoot
from brubeck_testkit.servers import running
from playwright.sync_api import expect

HERE = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def each_server(backend):
    with running(HERE, concurrency=backend) as server:
        yield server


@pytest.fixture(scope="module")
def server():
    with running(HERE, concurrency="gevent") as server:
        yield server


@pytest.fixture
def each_page(open_page, each_server):
    return opened(open_page, each_server)


@pytest.fixture
def page(open_page, server):
    return opened(open_page, server)


def opened(open_page, server):
    """Open the page, with nothing to do yet."""
    page = open_page(server, size=(800, 600))
    while todos := page.request.get("/todo/?count=100").json():
        page.request.delete(f"/todo/?ids={','.join(todo['id'] for todo in todos)}")
    page.goto("/")
    return page


def items(page):
    return page.get_by_role("listitem")


def texts(page):
    return page.locator("li .text")


def add(page, *texts):
    field = page.get_by_label("What needs to be done?")
    for text in texts:
        field.fill(text)
        field.press("Enter")
        expect(items(page).last).to_contain_text(text)


def stored(page):
    """Return what the API has, without ids and statuses."""
    todos = page.request.get("/todo/?sort=order").json()
    return [(todo["text"], todo["done"], todo["order"]) for todo in todos]


def test_a_list_from_the_first_todo_to_the_last(each_page):
    page = each_page
    expect(page.locator("#stats")).to_be_hidden()
    add(page, "Tune the piano", "Count to five", "Buy brushes")
    expect(page.get_by_label("What needs to be done?")).to_have_value("")
    expect(page.get_by_role("status")).to_have_text("3 items left.")
    expect(page.locator("#clear")).to_be_hidden()

    page.get_by_role("checkbox", name="Count to five").check()
    expect(items(page).nth(1)).to_have_class("done")
    expect(texts(page).nth(1)).to_have_css("text-decoration-line", "line-through")
    expect(page.get_by_role("status")).to_have_text("2 items left.")
    expect(page.locator("#clear")).to_have_text("Clear 1 completed item")
    shoot(page, "examples/todos")

    page.get_by_role("checkbox", name="Tune the piano").check()
    expect(page.get_by_role("status")).to_have_text("1 item left.")
    expect(page.locator("#clear")).to_have_text("Clear 2 completed items")
    page.reload()
    expect(texts(page)).to_have_text(["Tune the piano", "Count to five", "Buy brushes"])
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)

    page.get_by_role("button", name="Clear 2 completed items").click()
    expect(texts(page)).to_have_text(["Buy brushes"])
    items(page).hover()
    page.get_by_role("button", name="Delete Buy brushes").click()
    expect(items(page)).to_have_count(0)
    expect(page.locator("#stats")).to_be_hidden()
    assert stored(page) == []


def test_a_new_todo_comes_last(each_page):
    page = each_page
    add(page, "one", "two", "three")
    items(page).nth(1).hover()
    page.get_by_role("button", name="Delete two").click()
    add(page, "four")
    assert stored(page) == [("one", False, 1), ("three", False, 3), ("four", False, 4)]


def test_the_hint_comes_a_second_after_typing(page):
    page.clock.install()
    field = page.get_by_label("What needs to be done?")
    field.press_sequentially("Tune")
    page.clock.run_for(900)
    field.press_sequentially(" the piano")
    page.clock.run_for(900)
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.clock.run_for(200)
    expect(page.get_by_role("tooltip")).to_have_text("Press Enter to save this task")
    field.press("Enter")
    expect(page.get_by_role("tooltip")).to_be_hidden()


@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_double_click_edits_in_place(page, key):
    add(page, "Tune the piano")
    texts(page).dblclick()
    field = page.get_by_role("textbox", name="Text")
    expect(field).to_be_focused()
    field.fill("Have the piano tuned")
    field.press(key)
    expect(texts(page)).to_have_text("Have the piano tuned")
    assert stored(page) == [("Have the piano tuned", False, 1)]


@pytest.mark.parametrize(("text", "key"), [("Sell the piano", "Escape"), ("  ", "Enter")])
def test_an_edit_that_is_not_wanted(page, text, key):
    add(page, "Tune the piano")
    texts(page).dblclick()
    page.get_by_role("textbox", name="Text").fill(text)
    page.get_by_role("textbox", name="Text").press(key)
    expect(texts(page)).to_have_text("Tune the piano")
    assert stored(page) == [("Tune the piano", False, 1)]


def test_everything_by_keyboard(page):
    add(page, "Tune the piano")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("checkbox")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Sell the piano")
    page.keyboard.press("Control+A")
    page.keyboard.type("Sell it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Edit Sell it")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(items(page)).to_have_count(0)
    expect(page.get_by_label("What needs to be done?")).to_be_focused()


def test_text_is_never_markup(page):
    add(page, "<img src=x onerror=alert(1)>", "<script>alert(2)</script>")
    page.reload()
    expect(texts(page)).to_have_text(["<img src=x onerror=alert(1)>", "<script>alert(2)</script>"])
    expect(page.locator("main img, main script")).to_have_count(0)


def test_what_is_refused_is_told_and_kept(page):
    field = page.get_by_label("What needs to be done?")
    field.fill("five " * 41)
    field.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Not done: text has more than 200 characters")
    expect(field).to_have_value("five " * 40 + "five")
    add(page, "count")
    expect(page.locator("#error")).to_be_empty()
    texts(page).dblclick()
    edited = page.get_by_role("textbox", name="Text")
    edited.fill("six " * 51)
    edited.press("Enter")
    expect(page.locator("li").get_by_role("alert")).to_contain_text("more than 200 characters")
    expect(edited).to_have_value("six " * 51)


def test_what_somebody_else_deleted_is_told(page):
    add(page, "Tune the piano")
    [todo] = page.request.get("/todo/").json()
    page.request.delete(f"/todo/{todo['id']}/")
    items(page).hover()
    page.get_by_role("button", name="Delete Tune the piano").click()
    expect(page.get_by_role("alert")).to_have_text("Not done: Not found")


def test_a_second_click_deletes_nothing_twice(page):
    add(page, "Tune the piano")
    held = []
    page.route("**/todo/*/", lambda route: held.append(route))
    items(page).hover()
    page.get_by_role("button", name="Delete Tune the piano").dblclick()
    held.pop().continue_()
    expect(items(page)).to_have_count(0)
    expect(page.locator("#error")).to_be_empty()
    assert held == []


def test_what_is_typed_before_the_list_is_there_comes_into_it(page):
    early, sent = [], []
    page.route("**/todo/?sort=*", lambda route: early.append((route, route.fetch())), times=1)
    with page.expect_request("**/todo/?sort=*"):
        page.reload()
    page.on("request", lambda request: sent.append(request.method))
    field = page.get_by_label("What needs to be done?")
    field.fill("Tune the piano")
    field.press("Enter")
    expect(field).to_have_value("")
    assert "POST" not in sent
    [(route, answer)] = early
    route.fulfill(response=answer)
    expect(texts(page)).to_have_text(["Tune the piano"])
    assert stored(page) == [("Tune the piano", False, 1)]


def test_more_than_a_page_of_todos(each_page):
    page = each_page
    more = [{"text": f"take {n}", "order": n} for n in range(1, 131)]
    page.request.post("/todo/", data=more[:100])
    page.request.post("/todo/", data=more[100:])
    page.reload()
    expect(items(page)).to_have_count(130)
    expect(texts(page).last).to_have_text("take 130")


def test_the_api_has_pages_too(each_page):
    page = each_page
    add(page, "Tune the piano")
    page.get_by_role("link", name="The API").click()
    expect(page.get_by_role("heading", name="Todo")).to_be_visible()
    page.get_by_role("link", name="Data").click()
    expect(page.locator("tbody tr")).to_contain_text("Tune the piano")


def test_a_narrow_window(open_page, page, server):
    add(page, "Tune the piano", "A" * 60)
    page = open_page(server, size=(360, 640), has_touch=True, is_mobile=True)
    page.goto("/")
    expect(items(page)).to_have_count(2)
    expect(page.get_by_role("button", name="Delete Tune the piano")).to_have_css("opacity", "1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shoot(page, "examples/todos-phone")
