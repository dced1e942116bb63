"""The same site over the original's store, by settings alone."""

import re
from pathlib import Path

import pytest
from brubeck_core import patching
from brubeck_core.config import Config
from brubeck_core.testing import TestClient
from brubeck_testkit.services.mongo import mongo_server as mongo_server
from readify.app import create_app

HERE = Path(__file__).parent.parent
PASSWORD = "quiet river banks"


@pytest.fixture
def app(mongo_server, quick_passwords):
    # Patient, as test machines are busy.
    stores = {"mongo": {"url": mongo_server.url, "database": "readify", "timeout": 10.0}}
    overrides = {
        "connection": "local",
        "concurrency": patching.active() or "threads",
        "user_store": {"dictshield": {"store": "mongo"}, **stores},
        "queryset": {"use": "mongo", **stores},
    }
    app = create_app(config=Config.load(HERE, environ={}, overrides=overrides))
    yield app
    app.stop()


def titles(client, path):
    return re.findall(r"<h2><a [^>]*>([^<]*)</a></h2>", client.get(path).text)


@pytest.mark.usefixtures("clock")
def test_people_and_links_in_mongodb(app):
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    dave, paul = TestClient(app, headers=headers), TestClient(app, headers=headers)
    for client, name in ((dave, "dave"), (paul, "paul")):
        form = {"username": name, "password": PASSWORD}
        assert client.post("/create", form=form).status == 302
    for title, tags in (("one", "jazz"), ("two", "jazz, 5/4"), ("three", "50% _off")):
        form = {"title": title, "url": f"{title}.example", "tags": tags}
        assert dave.post("/add_item", form=form).status == 302
    assert titles(dave, "/") == ["three", "two", "one"]
    assert titles(dave, "/?tag=jazz&tag=5/4") == ["two"]
    item = re.search(r'action="/items/([^"]+)"', dave.get("/?tag=5/4").text)[1]
    for action in ("like", "archive"):
        assert dave.post(f"/items/{item}", form={"do": action}).status == 302
    assert (titles(dave, "/liked"), titles(dave, "/dave")) == (["two"], ["three", "one"])
    assert dave.post("/settings", form={"name": "Dave Brubeck"}).status == 302
    assert "<h1>Dave Brubeck</h1>" in paul.get("/dave").text
    path = re.search(r'action="(/save_item/[^"]+)"', paul.get("/dave").text)[1]
    assert paul.post(path).status == 302
    assert titles(paul, "/") == ["three"]
    assert [item["title"] for item in paul.get("/api").json()["data"]["items"]] == ["three"]
