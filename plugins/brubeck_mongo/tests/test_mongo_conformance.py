"""The stores do what every store of their kind promises, over a real server."""

from contextlib import closing

import pytest
from brubeck_mongo.queryset import MongoQueryset
from brubeck_mongo.users import MongoUserStore
from brubeck_testkit.autoapi import AutoAPISuite
from brubeck_testkit.queryset import QuerysetSuite
from brubeck_testkit.users import UserStoreSuite


class TestUsers(UserStoreSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def store(self, options):
        with closing(MongoUserStore(**options)) as store:
            yield store

    @pytest.fixture
    def another(self, options):
        with closing(MongoUserStore(**options)) as store:
            yield store


class TestItems(QuerysetSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def queryset(self, options):
        with closing(MongoQueryset(**options)) as queryset:
            yield queryset

    @pytest.fixture
    def another(self, options):
        with closing(MongoQueryset(**options)) as queryset:
            yield queryset


class TestAPI(AutoAPISuite):
    @pytest.fixture
    def queryset(self, options):
        with closing(MongoQueryset(**options)) as queryset:
            yield queryset
