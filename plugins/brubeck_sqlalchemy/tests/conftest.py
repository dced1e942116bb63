"""Every test has a file or a real server, and an application whose backend it waits by."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from brubeck_sqlalchemy.queryset import SQLQueryset
from brubeck_sqlalchemy.users import SQLUserStore
from brubeck_testkit.services.postgres import postgres_server as postgres_server


@pytest.fixture(scope="session")
def _database(postgres_server) -> str:
    """Return the address of a database of this plugin's tests."""
    return postgres_server.create_database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the address of a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'brubeck.db'}"


@pytest.fixture
def postgres_url(postgres_server, _database: str) -> Iterator[str]:
    """Return the address of a database without tables.

    A test may stop the server; it runs again for the next one.
    """
    postgres_server.start()
    name = _database.rpartition("/")[2]
    postgres_server.run("DROP TABLE IF EXISTS brubeck_users, brubeck_items", name)
    yield _database
    postgres_server.start()


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database of each kind."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def opened(make_app) -> Iterator[Callable[..., Any]]:
    """Return a function that makes a store, for an application; closed at the end."""
    with ExitStack() as stack:
        app = make_app()

        def make(kind: type, url: str, **options: Any) -> Any:
            store = stack.enter_context(closing(kind(url, **options)))
            store.setup(app)
            return store

        yield make


@pytest.fixture
def users(opened, url: str) -> SQLUserStore:
    store: SQLUserStore = opened(SQLUserStore, url)
    return store


@pytest.fixture
def items(opened, url: str) -> SQLQueryset:
    store: SQLQueryset = opened(SQLQueryset, url)
    return store
