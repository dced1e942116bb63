"""The tests share a Mongo server; each has a database of its own."""

import pytest
from brubeck_testkit.services.mongo import mongo_server as mongo_server
from brubeck_testkit.services.mongo import mongo_url as mongo_url


@pytest.fixture
def options(mongo_url):
    """Return the options of a store with nothing in it; patient, as test machines are busy."""
    return {"url": mongo_url, "timeout": 10.0}
