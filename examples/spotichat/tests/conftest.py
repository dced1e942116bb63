"""The chat in this process, without a server in between."""

import sys
from pathlib import Path

import pytest
from brubeck_core.testing import TestClient
from brubeck_testkit.applications import bare_config
from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url

HERE = Path(__file__).parent.parent
sys.path.insert(0, str(HERE))

from spotichat.app import create_app  # noqa: E402

#: Times that a test can wait for.
FAST = {"poll_seconds": 0.2, "reaper_seconds": 0.1, "user_seconds": 0.6}


@pytest.fixture
def make_chat():
    """Return a function that makes the application; its settings are those of [settings]."""
    apps = []

    def make(settings_of_brubeck=None, **settings):
        own = FAST | settings
        app = create_app(config=bare_config(), settings=own, **(settings_of_brubeck or {}))
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.stop()


@pytest.fixture
def app(make_chat):
    # Nobody is to go missing in the middle of a test.
    return make_chat(reaper_seconds=3600, user_seconds=3600)


@pytest.fixture
def log_in(app):
    """Return a function that makes a client of somebody who is logged in."""

    def log_in(name, app=app):
        client = TestClient(app)
        answer = client.post(f"/api/login/{name}")
        assert answer.status == 200
        client.token = answer.json()["username"]
        return client

    return log_in
