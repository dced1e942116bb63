"""Servers of stores that the to-do list can be configured for."""

from brubeck_testkit.services.mongo import mongo_server as mongo_server
from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url
