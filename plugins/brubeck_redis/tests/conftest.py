"""Every test has a real server."""

from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url
