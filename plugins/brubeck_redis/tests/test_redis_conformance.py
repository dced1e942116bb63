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
    def cache(self, options):
        return RedisCache(**options)

    @pytest.fixture
    def another(self, options):
        return RedisCache(**options)


class TestUserStore(UserStoreSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def store(self, options):
        return RedisUserStore(**options)

    @pytest.fixture
    def another(self, options):
        return RedisUserStore(**options)


class TestItems(QuerysetSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def queryset(self, options):
        return RedisItems(**options)

    @pytest.fixture
    def another(self, options):
        return RedisItems(**options)


class TestCollection(QuerysetSuite):
    @pytest.fixture
    def queryset(self, options):
        return RedisItems(**options).collection("songs")


class TestAutoAPI(AutoAPISuite):
    @pytest.fixture
    def queryset(self, options):
        return RedisItems(**options)
