"""What an application tells about its APIs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import brubeck_core
import msgspec
import pytest
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.testing import TestClient
from brubeck_testkit.interpreter import run_python

PAGES = Path(brubeck_core.__file__).parent / "handlers/autoapi/description/pages"


@dataclass
class Label:
    name: str
    boss: Label | None = None


@dataclass
class Song:
    _private_fields: ClassVar[Any] = ("secret",)
    _read_only_fields: ClassVar[Any] = ("added",)

    title: str
    label: Label | None = None
    live: bool = False
    secret: str = ""
    added: int = 0
    id: str | None = None


class Tune(msgspec.Struct):
    id: int
    owner: str
    name: str = ""


class Songs(AutoAPIBase):
    model = Song


class Tunes(AutoAPIBase):
    model = Tune
    owner_field = "owner"
    methods = ("GET", "POST")


@pytest.fixture
def client(make_app: Any) -> TestClient:
    app = make_app(api_base_url="/api")
    app.register_api(Songs)
    app.register_api(Tunes)
    return TestClient(app)


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


# -- OpenAPI ---------------------------------------------------------------------------------------


def test_every_address_is_described(document: dict[str, Any]) -> None:
    methods = {path: sorted(set(item) - {"parameters"}) for path, item in document["paths"].items()}
    every = ["delete", "get", "patch", "post", "put"]
    assert methods == {
        "/api/song/": every,
        "/api/song/{id}/": every,
        "/api/tune/": ["get", "post"],
        "/api/tune/{id}/": ["get", "post"],
    }


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [it["operationId"] for item in operations(document) for it in item]
    assert len(names) == len(set(names)) == 14


def test_several_apis_of_a_model_have_names_of_their_own(make_app: Any) -> None:
    class Archive(Songs):
        read_only = ("title",)

    app = make_app()
    for prefix, api in {"/a": Songs, "/b": Archive, "/c": type("Archive", (Songs,), {})}.items():
        app.register_api(api, prefix)
    document: dict[str, Any] = TestClient(app).get("/openapi.json").json()
    assert [tag["name"] for tag in document["tags"]] == ["Song", "Archive", "Archive.2"]
    names = [it["operationId"] for item in operations(document) for it in item]
    assert len(names) == len(set(names)) == 30
    schemas = document["components"]["schemas"]
    assert "title" in schemas["Song.new"]["properties"]
    assert "title" not in schemas["Archive.new"]["properties"]
    schema = document["paths"]["/b/{id}/"]["put"]["requestBody"]["content"]["application/json"]
    assert schema == {"schema": {"$ref": "#/components/schemas/Archive.replacement"}}


def test_a_model_may_be_called_as_the_documents_of_errors_are(make_app: Any) -> None:
    model = dataclass(type("Problem", (), {"__annotations__": {"cause": str}}))
    app = make_app()
    app.register_api(type("Problems", (AutoAPIBase,), {"model": model}))
    document: dict[str, Any] = TestClient(app).get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert "cause" in schemas["Problem"]["properties"]
    refused = document["components"]["responses"]["Refused"]["content"]["application/problem+json"]
    assert "detail" in schemas[refused["schema"]["$ref"].rpartition("/")[2]]["properties"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_nothing_private_is_told(client: TestClient) -> None:
    for path in ("/openapi.json", "/manifest.json"):
        assert "secret" not in client.get(path).text


def test_what_is_sent_and_what_is_shown(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert list(schemas["Song"]["properties"]) == [
        *("id", "title", "label", "live", "added", "status_code", "status_msg")
    ]
    assert list(schemas["Song.new"]["properties"]) == ["id", "title", "label", "live"]
    assert schemas["Song.new"]["required"] == ["title"]
    assert schemas["Song.changes"]["required"] == []
    assert schemas["Song.keyed"]["required"] == ["id", "title"]
    assert schemas["Tune.new"]["required"] == ["id"]
    assert "owner" in schemas["Tune"]["properties"]


def test_who_may_be_refused(document: dict[str, Any]) -> None:
    assert "401" not in document["paths"]["/api/song/"]["get"]["responses"]
    assert "401" in document["paths"]["/api/tune/"]["get"]["responses"]


def test_addresses_begin_where_the_application_is_mounted(client: TestClient) -> None:
    answer: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "/music",
        "PATH_INFO": "/openapi.json",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    body = b"".join(client.app(environ, lambda status, headers: answer.append(status)))
    assert json.loads(body)["servers"] == [{"url": "/music"}]


def operations(document: dict[str, Any]) -> Iterator[list[Any]]:
    for item in document["paths"].values():
        yield [it for key, it in item.items() if key != "parameters"]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


# -- what is not described -------------------------------------------------------------------------


def test_an_api_that_is_not_to_be_described(make_app: Any) -> None:
    app = make_app()
    app.register_api(Songs)
    app.register_api(Tunes, documented=False)
    client = TestClient(app)
    assert "Tune" not in client.get("/openapi.json").text
    assert [schema["title"] for schema in client.get("/manifest.json").json()] == ["Song"]


@pytest.mark.parametrize("path", ["/openapi.json", "/manifest.json", "/docs/", "/docs/data/"])
def test_without_anything_to_describe_there_are_no_pages(make_app: Any, path: str) -> None:
    app = make_app()
    app.register_api(Songs, documented=False)
    assert TestClient(app).get(path).status == 404


# -- the manifest ----------------------------------------------------------------------------------


def test_the_manifest_has_the_schemas(client: TestClient) -> None:
    answer = client.get("/manifest.json")
    assert answer.header("content-type") == "application/schema+json"
    song, tune = answer.json()
    assert list(song["properties"]) == ["id", "title", "label", "live", "added"]
    assert (tune["title"], list(tune["properties"])) == ("Tune", ["id", "owner", "name"])


# -- pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/docs/", "text/html; charset=utf-8"),
        ("/docs/data/", "text/html; charset=utf-8"),
        *(
            (f"/docs/assets/{file.name}", "text/javascript; charset=utf-8")
            for file in sorted(PAGES.glob("*.js"))
        ),
        ("/docs/assets/style.css", "text/css; charset=utf-8"),
    ],
)
def test_a_file_of_the_pages(client: TestClient, path: str, content_type: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.header("content-type")) == (200, content_type)
    assert len(answer.body) > 100
    assert "default-src 'none'" in str(answer.header("content-security-policy"))


@pytest.mark.parametrize(
    "path", ["/docs/assets/", "/docs/assets/x.js", "/docs/assets/../docs.html"]
)
def test_what_is_no_file_of_the_pages(client: TestClient, path: str) -> None:
    assert client.get(path).status == 404


def test_the_pages_need_their_slash(client: TestClient) -> None:
    answer = client.get("/docs")
    assert (answer.status, answer.header("location")) == (308, "/docs/")


@pytest.mark.parametrize("file", sorted(PAGES.iterdir()), ids=lambda file: file.name)
def test_the_pages_ask_nobody_else_and_write_no_markup(file: Path) -> None:
    text = file.read_text()
    assert "//" not in text.replace("// ", "").replace("https://example.org/", "")
    assert "innerHTML" not in text
    assert "<script>" not in text
    assert "style=" not in text


# -- the command -----------------------------------------------------------------------------------

APP = """
from dataclasses import dataclass
from brubeck_core import AutoAPIBase, Brubeck

@dataclass
class Song:
    title: str
    id: str | None = None

class Songs(AutoAPIBase):
    model = Song

app = Brubeck(connection="local")
app.register_api(Songs)
"""


def test_the_command_prints_the_document(tmp_path: Path) -> None:
    (tmp_path / "tunes.py").write_text(APP)
    (tmp_path / "brubeck.toml").write_text('app = "tunes:app"')
    code = "from brubeck_core.bootstrap import main; main()"
    done = run_python(code, args=["openapi"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Tunes"
    assert list(document["paths"]) == ["/song/", "/song/{id}/"]
