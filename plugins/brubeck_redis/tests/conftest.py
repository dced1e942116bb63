"""The tests share a Redis server, which is empty when one begins."""

import pytest
from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url


@pytest.fixture
def options(redis_url):
    """Return the options of a store with nothing in it; patient, as test machines are busy."""
    return {"url": redis_url, "timeout": 10.0}
