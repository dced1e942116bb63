"""Pages are opened in Chromium, and what goes wrong in them fails a test."""

import pytest
from brubeck_testkit import browser
from brubeck_testkit.browser import browsing, take_faults
from brubeck_testkit.servers import running

APP = """
from brubeck_core import Brubeck

def page(text):
    return lambda app, request: ("<!doctype html>" + text, 200, {"Content-Type": "text/html"})

PAGES = {
    "fine": "<script>document.title = 'scripted'</script>",
    "throws": "<script>solo()</script>",
    "complains": "<script>console.error('flat')</script>",
    "lacks": "<script src=/nowhere.js></script>",
}
app = Brubeck(handler_tuples=[(f"^/{name}$", page(text)) for name, text in PAGES.items()])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    (folder / "app.py").write_text(APP)
    with running(folder, settings={"CONNECTION": "wsgi"}) as server:
        yield server


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/throws", "solo is not defined"),
        ("/complains", "flat"),
        ("/lacks", r"404 for http://127\.0\.0\.1:\d+/nowhere\.js"),
    ],
)
def test_what_goes_wrong_in_a_page_fails_the_test(chromium, server, path, fault):
    with pytest.raises(AssertionError, match=fault), browsing(chromium) as open_page:
        open_page(server).goto(path)


@pytest.mark.parametrize("path", ["/fine", "/none"])
def test_nothing_is_wrong_with_answers_whatever_their_status(open_page, server, path):
    open_page(server).goto(path)


def test_faults_that_are_expected_are_taken(open_page, server):
    page = open_page(server)
    page.goto("/throws")
    [fault] = take_faults(page)
    assert "solo" in fault


@pytest.mark.parametrize(("javascript", "title"), [(True, "scripted"), (False, "")])
def test_scripts_run_unless_told(open_page, server, javascript, title):
    page = open_page(server, javascript=javascript)
    page.goto("/fine")
    assert page.title() == title


def test_each_page_has_cookies_of_its_own(open_page, server):
    ann, bob = open_page(server), open_page(server)
    ann.context.add_cookies(
        [{"name": "who", "value": "ann", "url": f"http://127.0.0.1:{server.port}"}]
    )
    assert (len(ann.context.cookies()), bob.context.cookies()) == (1, [])


def test_pictures_are_taken_where_a_folder_is_named(open_page, server, tmp_path, monkeypatch):
    page = open_page(server, size=(320, 200))
    browser.shoot(page, "none")
    monkeypatch.setattr(browser, "SCREENSHOTS", str(tmp_path))
    browser.shoot(page, "deep/down")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png")] == [
        "deep/down.png"
    ]
