"""The same list over other stores, chosen by settings alone: it outlives its server."""

from pathlib import Path

import pytest
from brubeck_testkit.servers import running
from playwright.sync_api import expect

HERE = Path(__file__).parent.parent


@pytest.fixture(params=["sql", "redis", "mongo"])
def settings(request, tmp_path):
    """Return the settings that choose a store with nothing in it."""
    store = request.param
    url = {
        "sql": lambda: f"sqlite:///{tmp_path}/todos.db",
        "redis": lambda: request.getfixturevalue("redis_url"),
        "mongo": lambda: request.getfixturevalue("mongo_server").url,
    }[store]()
    # Patient, as test machines are busy.
    return {
        "QUERYSET": store,
        f"QUERYSET__{store.upper()}__URL": url,
        f"QUERYSET__{store.upper()}__TIMEOUT": "10",
    }


def test_a_list_outlives_its_server(open_page, settings):
    with running(HERE, concurrency="gevent", settings=settings) as server:
        page = open_page(server)
        page.goto("/")
        for text in ("Tune the piano", "Count to five"):
            page.get_by_label("What needs to be done?").fill(text)
            page.keyboard.press("Enter")
            # The first write to a store makes its tables, on a busy machine.
            expect(page.get_by_role("listitem").last).to_contain_text(text, timeout=15_000)
        page.get_by_role("checkbox", name="Tune the piano").check()
        expect(page.locator("#clear")).to_have_text("Clear 1 completed item")
    with running(HERE, concurrency="gevent", settings=settings) as server:
        page = open_page(server)
        page.goto("/")
        expect(page.locator("li .text")).to_have_text(["Tune the piano", "Count to five"])
        page.locator("#clear").click()
        expect(page.locator("li .text")).to_have_text(["Count to five"])
