"""`app.add_static` serves the files of a folder."""

import pytest
from brubeck_core import Brubeck, ConfigError
from brubeck_core.config import Config
from brubeck_core.http.static import CHUNK
from brubeck_core.testing import TestClient


@pytest.fixture
def client(tmp_path):
    media = tmp_path / "site" / "media"
    media.mkdir(parents=True)
    (tmp_path / "site" / "secret.txt").write_text("not served")
    (media / "style.css").write_text("p {}")
    (media / "large.bin").write_bytes(b"5" * (CHUNK + 4))
    app = Brubeck(connection="local", config=Config(tmp_path / "site"))
    app.add_static("/media", "media", max_age=60)
    return TestClient(app)


def test_a_file_is_served_with_its_type(client):
    answer = client.get("/media/style.css")
    assert (answer.status, answer.text) == (200, "p {}")
    assert answer.header("Content-Type") == "text/css; charset=utf-8"
    assert answer.header("Cache-Control") == "public, max-age=60"


@pytest.mark.parametrize(("name", "length"), [("style.css", 4), ("large.bin", CHUNK + 4)])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_length_is_told(client, method, name, length):
    answer = client.request(method, f"/media/{name}", headers={"Range": "bytes=x"})
    assert answer.header("Content-Length") == str(length)
    assert len(answer.body) == (length if method == "GET" else 0)


def test_a_range_is_a_part(client):
    answer = client.get("/media/style.css", headers={"Range": "bytes=2-3"})
    assert (answer.status, answer.text) == (206, "{}")


def test_a_range_is_none_for_head(client):
    answer = client.request("HEAD", "/media/style.css", headers={"Range": "bytes=2-3"})
    assert (answer.status, answer.header("Content-Length")) == (200, "4")


def test_what_is_known_is_not_sent_again(client):
    etag = client.get("/media/style.css").header("ETag")
    answer = client.get("/media/style.css", headers={"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/media/none.css", 404),
        ("GET", "/media/", 404),
        ("GET", "/media", 404),
        ("GET", "/mediastyle.css", 404),
        ("GET", "/media/../secret.txt", 404),
        ("GET", "/media//etc/passwd", 404),
        ("POST", "/media/style.css", 405),
    ],
)
def test_what_is_not_served(client, method, path, status):
    assert client.request(method, path).status == status


def test_a_whole_site(tmp_path):
    (tmp_path / "index.html").write_text("<p>Take five")
    app = Brubeck(connection="local", config=Config(tmp_path))
    app.add_static("/", ".", index="index.html")
    assert TestClient(app).get("/").text == "<p>Take five"


def test_a_folder_that_is_none_is_refused_at_once(tmp_path):
    app = Brubeck(connection="local", config=Config(tmp_path))
    with pytest.raises(ConfigError, match="not a folder"):
        app.add_static("/media", "media")
