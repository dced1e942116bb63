"""The tests share a Mongo server; each has a database of its own."""

from itertools import count

import pytest
from brubeck_testkit.services.mongo import mongo_server as mongo_server

NUMBERS = count(1)


@pytest.fixture
def options(mongo_server):
    """Return the options of a store with nothing in it."""
    mongo_server.start()
    return {"url": mongo_server.url, "database": f"test{next(NUMBERS)}", "timeout": 10.0}
