"""The hello example answers as its README says, without a server in between."""

import runpy
from pathlib import Path

import pytest
from brubeck_core.config import Config, set_current
from brubeck_core.testing import TestClient

HERE = Path(__file__).parent.parent


@pytest.fixture
def client():
    set_current(Config.load(HERE, overrides={"connection": "local"}))
    try:
        app = runpy.run_path(str(HERE / "app.py"))["app"]
        yield TestClient(app)
    finally:
        set_current(None)


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/", 200, "Take five"),
        ("/greet/Dave", 200, "Take five, Dave!"),
        ("/slow?seconds=0", 200, "Took its time"),
    ],
)
def test_each_address_answers(client, path, status, text):
    answer = client.get(path)
    assert (answer.status, answer.text) == (status, text)


@pytest.mark.parametrize("seconds", ["-1", "11", "nan", "inf", "soon"])
def test_a_sleep_out_of_bounds_is_refused(client, seconds):
    assert client.get("/slow", query={"seconds": seconds}).status == 400


def test_facts_shows_the_request_with_markup_escaped(client):
    page = client.get("/facts", query={"tune": "<Blue Rondo>"}, headers={"X-Band": "<b>"})
    assert page.header("Content-Type") == "text/html; charset=utf-8"
    assert "<dt>method<dd>GET" in page.text
    assert "&lt;b&gt;" in page.text
    assert "<b>" not in page.text


@pytest.mark.parametrize(("path", "status"), [("/none", 404), ("/greet/", 404)])
def test_other_addresses_are_not_found(client, path, status):
    assert client.get(path).status == status
