"""Where a file of SQLite is: relative paths are in the application's directory."""

from contextlib import closing
from pathlib import Path

import pytest
from brubeck_core.app.brubeck import Brubeck
from brubeck_core.config import Config
from brubeck_sqlalchemy.engines import is_in_memory, make_engine, place_engine
from brubeck_sqlalchemy.users import SQLUserStore
from brubeck_testkit.applications import bare_config


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("sqlite:///songs.db", "/srv/jazz/songs.db"),
        ("sqlite:///data/songs.db", "/srv/jazz/data/songs.db"),
        ("sqlite:////tmp/songs.db", "/tmp/songs.db"),
        ("sqlite:///file:songs.db?uri=true", "file:songs.db"),
        ("sqlite:///:memory:", ":memory:"),
        ("postgresql://ann:a%40b@localhost/songs", "songs"),
    ],
)
def test_where_a_database_is(url: str, database: str) -> None:
    engine = place_engine(make_engine(url, 1), Path("/srv/jazz"), 1)
    assert engine.url.database == database


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_what_is_in_memory_stays_there(url: str) -> None:
    assert is_in_memory(place_engine(make_engine(url, 1), Path("/srv/jazz"), 1))


def test_a_relative_path_is_in_the_applications_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    config = Config(tmp_path, bare_config().layers)
    with closing(SQLUserStore("sqlite:///users.db")) as store:
        store.setup(Brubeck(config=config))
        store.create({"username": "dave"})
    assert (tmp_path / "users.db").is_file()
    assert not list((tmp_path / "elsewhere").iterdir())
