"""The stores keep what every store promises, on SQLite and on PostgreSQL."""

import pytest
from brubeck_sqlalchemy.queryset import SQLQueryset
from brubeck_sqlalchemy.users import SQLUserStore
from brubeck_testkit.autoapi import AutoAPISuite
from brubeck_testkit.packaging import PackagingSuite
from brubeck_testkit.queryset import QuerysetSuite
from brubeck_testkit.users import UserStoreSuite


class TestPackaging(PackagingSuite):
    distribution = "brubeck-sqlalchemy"


class TestSQLUserStore(UserStoreSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def store(self, users):
        return users

    @pytest.fixture
    def another(self, opened, url):
        return opened(SQLUserStore, url)


class TestSQLQueryset(QuerysetSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def queryset(self, items):
        return items

    @pytest.fixture
    def another(self, opened, url):
        return opened(SQLQueryset, url)


class TestQuerysetOfAnUnknownDatabase(QuerysetSuite):
    """What is not known to find by itself reads everything."""

    @pytest.fixture
    def queryset(self, opened, sqlite_url):
        queryset = opened(SQLQueryset, sqlite_url)
        queryset._language = None
        return queryset


class TestQuerysetInMemory(QuerysetSuite):
    @pytest.fixture
    def queryset(self, opened):
        return opened(SQLQueryset, "sqlite://")


class TestSQLAutoAPI(AutoAPISuite):
    @pytest.fixture
    def queryset(self, items):
        return items
