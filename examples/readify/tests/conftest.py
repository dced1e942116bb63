"""The site in this process, over a file of SQLite that has nothing in it yet."""

import sys
from pathlib import Path

import pytest
from brubeck_core import patching
from brubeck_core.config import Config
from brubeck_core.testing import TestClient
from brubeck_testkit.passwords import quick_passwords as quick_passwords

HERE = Path(__file__).parent.parent
sys.path.insert(0, str(HERE))

from readify.app import create_api, create_app  # noqa: E402

PASSWORD = "quiet river banks"
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def make(tmp_path, quick_passwords):
    """Return a function that makes one of the applications, all of them over the same file."""
    made = []
    # Patient, as test machines are busy.
    options = {"url": f"sqlite:///{tmp_path}/readify.db", "timeout": 10.0}
    overrides = {
        "connection": "local",
        "concurrency": patching.active() or "threads",
        "user_store": {"sql": options},
        "queryset": {"sql": options},
    }

    def make(create):
        app = create(config=Config.load(HERE, environ={}, overrides=overrides))
        made.append(app)
        return app

    yield make
    for app in made:
        app.stop()
        app.user_store._inner.close()
        app.queryset.close()


@pytest.fixture
def app(make):
    return make(create_app)


@pytest.fixture
def api(make):
    return TestClient(make(create_api))


@pytest.fixture
def visitor(app):
    """Return a browser of somebody who is not logged in."""
    return TestClient(app, headers=BROWSER)


@pytest.fixture
def log_in(app):
    """Return a function that makes an account and a browser that is logged in to it."""

    def log_in(name):
        app.accounts.create(name, PASSWORD)
        client = TestClient(app, headers=BROWSER)
        form = {"username": name, "password": PASSWORD}
        assert client.post("/login", form=form).header("Location") == "/"
        return client

    return log_in


@pytest.fixture
def dave(log_in):
    return log_in("dave")


@pytest.fixture
def clock(monkeypatch):
    """Let each thing that is kept be of another millisecond."""
    moments = iter(range(1_700_000_000_000, 1_800_000_000_000))
    monkeypatch.setattr("readify.queries.curtime", lambda: next(moments))
