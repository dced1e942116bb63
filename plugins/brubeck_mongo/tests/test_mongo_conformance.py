"""The stores do what every store of their kind promises, over a real server."""

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
        return MongoUserStore(**options)

    @pytest.fixture
    def another(self, options):
        return MongoUserStore(**options)


class TestItems(QuerysetSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def queryset(self, options):
        return MongoQueryset(**options)

    @pytest.fixture
    def another(self, options):
        return MongoQueryset(**options)


class TestAPI(AutoAPISuite):
    @pytest.fixture
    def queryset(self, options):
        return MongoQueryset(**options)
