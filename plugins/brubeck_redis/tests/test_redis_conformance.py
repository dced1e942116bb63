"""The stores keep what every store of their kind promises, over a real server."""

import pytest
from brubeck_redis import RedisCache, RedisItems, RedisUserStore
from brubeck_testkit.autoapi import AutoAPISuite
from brubeck_testkit.cache import CacheSuite
from brubeck_testkit.queryset import QuerysetSuite
from brubeck_testkit.users import UserStoreSuite


class TestCache(CacheSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def cache(self, redis_url):
        return RedisCache(redis_url)

    @pytest.fixture
    def another(self, redis_url):
        return RedisCache(redis_url)


class TestUserStore(UserStoreSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def store(self, redis_url):
        return RedisUserStore(redis_url)

    @pytest.fixture
    def another(self, redis_url):
        return RedisUserStore(redis_url)


class TestItems(QuerysetSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def queryset(self, redis_url):
        return RedisItems(redis_url)

    @pytest.fixture
    def another(self, redis_url):
        return RedisItems(redis_url)


class TestCollection(QuerysetSuite):
    @pytest.fixture
    def queryset(self, redis_url):
        return RedisItems(redis_url).collection("songs")


class TestAutoAPI(AutoAPISuite):
    @pytest.fixture
    def queryset(self, redis_url):
        return RedisItems(redis_url)
