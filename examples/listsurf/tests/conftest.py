"""The site in this process, over a file of SQLite that has nothing in it yet."""

import sys
from pathlib import Path

import pytest
from brubeck_core import patching
from brubeck_core.config import Config
from brubeck_core.testing import TestClient
from brubeck_testkit.services.mongo import mongo_server as mongo_server

HERE = Path(__file__).parent.parent
sys.path.insert(0, str(HERE))

from listsurf.app import create_app  # noqa: E402

PASSWORD = "quiet river banks"
#: What browsers send with a request that a page of this site makes.
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(tmp_path):
    url = f"sqlite:///{tmp_path}/listsurf.db"
    # Patient, as test machines are busy.
    options = {"url": url, "timeout": 10.0}
    overrides = {
        "connection": "local",
        "concurrency": patching.active() or "threads",
        "user_store": {"sql": options},
        "queryset": {"sql": options},
    }
    app = create_app(config=Config.load(HERE, environ={}, overrides=overrides))
    yield app
    app.stop()
    app.user_store._inner.close()
    app.queryset.close()


@pytest.fixture
def visitor(app):
    """Return a browser of somebody who is not logged in."""
    return TestClient(app, headers=BROWSER)


@pytest.fixture
def log_in(app):
    """Return a function that makes an account and a browser that is logged in to it."""

    def log_in(name):
        client = TestClient(app, headers=BROWSER)
        form = {"username": name, "password": PASSWORD}
        assert client.post("/create", form=form).header("Location") == "/"
        return client

    return log_in
