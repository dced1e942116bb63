"""Walk through an application's pages in Chromium, and take pictures of them.

A test of pages starts the application the way its README says, and opens pages of it:

    from brubeck_testkit.browser import shoot
    from brubeck_testkit.servers import running
    from playwright.sync_api import expect

    HERE = Path(__file__).parent.parent

    @pytest.fixture(scope="module")
    def server(backend, tmp_path_factory):
        data = tmp_path_factory.mktemp("data")
        settings = {"QUERYSET__SQL__URL": f"sqlite:///{data}/items.db"}
        with running(HERE, concurrency=backend, settings=settings) as server:
            yield server

    def test_two_people_talk(open_page, server):
        ann, bob = open_page(server), open_page(server)
        ann.goto("/")
        expect(ann.get_by_role("heading")).to_have_text("Chat")
        shoot(ann, "examples/chat")

Fixtures (of the pytest plugin `brubeck_testkit.plugin`, so there is nothing to import):

- ``backend``: its tests run once each on gevent, eventlet and threads. It is the name to hand to
  `running`; the process of the tests itself stays as it is.
- ``open_page(server, *, javascript=True, size=(1200, 800), **context)``: a page with cookies of its
  own, as of another person. The address of `server` is put before paths. At the end of the test it
  fails for every error of a page's script, of its console, and for a missing script, style sheet,
  font or picture. Answers of pages and forms may have error statuses. A fault that a test expects
  it takes away by `take_faults`.
- ``chromium``: the browser itself, one for a module.

Playwright has an event loop of its own and works only in a process that no green backend has
patched. With ``BRUBECK_TEST_CONCURRENCY=gevent`` or ``eventlet`` these tests are skipped: one run
on threads tests servers on all three.

With ``BRUBECK_SCREENSHOTS=docs`` in the environment `shoot` writes pictures into that folder.
"""

from __future__ import annotations

import importlib.util
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from brubeck_testkit.plugin import SCREENSHOTS, require_unpatched
from brubeck_testkit.programs import require_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brubeck_testkit.servers import Server
    from playwright.sync_api import Browser, Page, Response

OPTIONS = ["--no-sandbox", "--disable-background-networking"]
#: What Chromium notes in the console about an answer with an error status.
_ERROR_STATUS = "Failed to load resource: the server responded with a status of"
_PARTS = {"script", "stylesheet", "font", "image"}
_faults: dict[Page, list[str]] = {}


class OpenPage(Protocol):
    """What the fixture `open_page` is."""

    def __call__(
        self,
        server: Server | str,
        *,
        javascript: bool = True,
        size: tuple[int, int] = (1200, 800),
        **context: Any,
    ) -> Page:
        """Open a page of a person of its own; see `browsing`."""


def shoot(page: Page, name: str) -> None:
    """Write a picture of `page` to ``{BRUBECK_SCREENSHOTS}/{name}.png``, if that is set."""
    if SCREENSHOTS:
        picture = Path(SCREENSHOTS, f"{name}.png")
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture)


def take_faults(page: Page) -> list[str]:
    """Return what went wrong in `page` so far, and forget it: the test expected it."""
    faults = _faults[page]
    taken, faults[:] = [*faults], []
    return taken


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the system's Chromium, without a window, and close it at the end.

    A missing Chromium or Playwright skips the test, and fails it in continuous integration.
    """
    require_unpatched()
    if importlib.util.find_spec("playwright") is None:
        require_program("playwright", install="pip install playwright")
    path = require_program("chromium", install="apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def browsing(browser: Browser) -> Iterator[OpenPage]:
    """Return a function that opens pages; at the end it closes them and reports their faults.

    Its arguments: a server, or the beginning of all addresses; whether scripts run; the size of
    the window in pixels; further options of Playwright's `Browser.new_context`.
    """
    pages: list[Page] = []

    def open_page(
        server: Server | str,
        *,
        javascript: bool = True,
        size: tuple[int, int] = (1200, 800),
        **context: Any,
    ) -> Page:
        page = browser.new_context(
            base_url=server if isinstance(server, str) else f"http://127.0.0.1:{server.port}",
            java_script_enabled=javascript,
            viewport={"width": size[0], "height": size[1]},
            **context,
        ).new_page()
        pages.append(page)
        _watch(page)
        return page

    try:
        yield open_page
    finally:
        for page in pages:
            page.context.close()
        faults = [fault for page in pages for fault in _faults.pop(page)]
    assert faults == []


def _watch(page: Page) -> None:
    faults = _faults[page] = []

    def answered(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in _PARTS:
            faults.append(f"{response.status} for {response.url}")

    page.on("pageerror", lambda error: faults.append(f"uncaught {error}"))
    page.on("response", answered)
    page.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error" and not message.text.startswith(_ERROR_STATUS)
            else None
        ),
    )
