"""What the class of an API can say, and where APIs are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from brubeck_core.builtin.memory_queryset import MemoryQueryset
from brubeck_core.errors import ConfigError
from brubeck_core.handlers.auth import authenticated
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.interfaces.queryset import Status
from brubeck_core.testing import TestClient


@dataclass
class Song:
    _private_fields: ClassVar[Any] = ("secret",)

    title: str = ""
    secret: str = ""
    id: str | None = None


@dataclass
class Numbered:
    owner: int | None = None


class Songs(AutoAPIBase):
    model = Song


def client_of(make_app: Any, *apis: Any, **settings: Any) -> TestClient:
    app = make_app(**settings)
    for api in apis:
        app.register_api(api)
    return TestClient(app)


def api(**settings: Any) -> type[AutoAPIBase]:
    return type("API", (AutoAPIBase,), {"model": Song, **settings})


# -- where -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "prefix", "path"),
    [
        ("", None, "/song/"),
        ("/", None, "/song/"),
        ("/api", None, "/api/song/"),
        ("/api/", None, "/api/song/"),
        ("api/v1", None, "/api/v1/song/"),
        ("/api", "/tunes", "/tunes/"),
        ("/api", "tunes/of/today/", "/tunes/of/today/"),
        ("", "/a.b", "/a.b/"),
    ],
)
def test_the_path_of_an_api(make_app: Any, base: str, prefix: str | None, path: str) -> None:
    app = make_app(api_base_url=base)
    app.register_api(Songs, prefix)
    client = TestClient(app)
    answer = client.post(path, json={"id": "a"})
    assert answer.header("location") == f"{path}a/"
    assert client.get(f"{path}a").status == 200
    assert client.get(path[:-1]).status == 200


@pytest.mark.parametrize(
    "path", ["/song/a/b", "/song/a/b/", "/songs/", "/xsong/", "/song/a%0A/", "/song//"]
)
def test_what_is_not_the_path_of_an_api(make_app: Any, path: str) -> None:
    client = client_of(make_app, Songs)
    client.post("/song/", json={"id": "a"})
    assert client.get(path).status == 404


def test_apis_of_two_models_have_items_of_their_own(make_app: Any) -> None:
    other = api(model=type("Tune", (Song,), {}))
    client = client_of(make_app, Songs, other)
    client.post("/song/", json={"id": "a"})
    assert client.get("/tune/").json()["data"] == []


def test_items_live_where_the_settings_say(make_app: Any) -> None:
    app = make_app()
    app.register_api(Songs)
    TestClient(app).post("/song/", json={"id": "a"})
    assert app.queryset.collection("song").read_one("a")[0] is Status.OK


def test_a_queryset_of_the_apis_own_is_prepared(make_app: Any) -> None:
    prepared = []

    class Own(MemoryQueryset):
        def setup(self, app: Any) -> None:
            prepared.append(app)

    app = make_app()
    app.register_api(api(queries=Own()))
    assert prepared == [app]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Song, "derived from AutoAPIBase"),
        (AutoAPIBase, "has no model"),
        (api(model=dict), "no model that AutoAPI knows"),
        (api(read_only=["titel"]), "API.read_only names 'titel'"),
        (api(write_only="secret"), "API.write_only has to be a list"),
        (api(owner_field="owner"), "API.owner_field names 'owner'"),
        (api(model=Numbered, owner_field="owner"), "'owner', which holds no text"),
    ],
)
def test_what_cannot_be_registered(make_app: Any, wrong: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make_app().register_api(wrong)


def test_a_field_that_would_be_taken_for_a_status(make_app: Any) -> None:
    model = dataclass(type("Odd", (), {"__annotations__": {"status_msg": str}}))
    with pytest.raises(ConfigError, match="call the field something else"):
        make_app().register_api(api(model=model))


def test_an_api_is_registered_once(make_app: Any) -> None:
    app = make_app()
    app.register_api(Songs)
    with pytest.raises(ConfigError, match="registered already"):
        app.register_api(Songs)


def namesake(name: str = "Song") -> Any:
    return dataclass(type(name, (), {"__annotations__": {"other": str}}))


@pytest.mark.parametrize(
    ("settings", "prefix", "message"),
    [
        ({"model": namesake()}, None, "API and Songs are both at /song"),
        ({}, "song/", "API and Songs are both at /song"),
        ({"model": namesake()}, "/other", "two models are called Song"),
        ({"model": namesake("SONG")}, "/other", "two models are called SONG"),
    ],
)
def test_apis_that_would_get_into_each_others_way(
    make_app: Any, settings: dict[str, Any], prefix: str | None, message: str
) -> None:
    app = make_app()
    app.register_api(Songs)
    with pytest.raises(ConfigError, match=message):
        app.register_api(api(**settings), prefix)


def test_apis_of_one_model_have_the_same_items(make_app: Any) -> None:
    app = make_app()
    app.register_api(Songs)
    app.register_api(api(), "/tune")
    app.register_api(api(model=namesake(), queries=MemoryQueryset()), "/other")
    client = TestClient(app)
    client.post("/song/", json={"id": "a"})
    assert client.get("/tune/a/").status == 200
    assert client.get("/other/a/").status == 404


def test_an_empty_prefix_would_take_everything(make_app: Any) -> None:
    with pytest.raises(ConfigError, match="prefix of an API is empty"):
        make_app().register_api(Songs, "/")


def test_an_api_that_nobody_registered_says_so(make_app: Any, caplog: Any) -> None:
    client = TestClient(make_app(handler_tuples=[("^/x$", Songs)]))
    assert client.get("/x").status == 500
    assert "app.register_api(Songs)" in caplog.text


# -- how -------------------------------------------------------------------------------------------


def test_an_api_may_have_some_methods_only(make_app: Any) -> None:
    client = client_of(make_app, api(methods=["GET"]))
    assert client.get("/song/").status == 200
    assert client.head("/song/").status == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/song/a/", json={})
        assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("way", ["setting", "render"])
def test_data_alone(make_app: Any, way: str) -> None:
    def render(self: Any, **kwargs: Any) -> Any:
        return AutoAPIBase.render(self, hide_status=True, **kwargs)

    client = client_of(
        make_app, api(**({"render": render} if way == "render" else {"hide_status": True}))
    )
    song = client.post("/song/", json={"id": "a", "title": "x"}).json()
    assert song == {"id": "a", "title": "x", "status_code": 201, "status_msg": "Created"}
    assert [each["id"] for each in client.get("/song/").json()] == ["a"]
    assert client.get("/song/b/").json()["status_code"] == 404
    problem = client.get("/song/b/", headers={"Accept": "*/*"})
    assert (problem.header("content-type"), problem.json()["status"]) == (
        "application/problem+json",
        404,
    )


def test_unknown_fields_may_be_left_out(make_app: Any) -> None:
    client = client_of(make_app, api(unknown_fields="discard"))
    assert client.post("/song/", json={"id": "a", "rogue": 1}).status == 201
    assert "rogue" not in client.app.queryset.collection("song").read_one("a")[1]


def test_ids_may_be_the_applications_to_choose(make_app: Any) -> None:
    client = client_of(make_app, api(client_ids=False))
    assert client.post("/song/", json={"id": "a"}).status == 422
    assert client.put("/song/a/", json={}).status == 404
    song = client.post("/song/", json={"title": "x"}).json()["data"]
    assert client.put(f"/song/{song['id']}/", json={"title": "y"}).status == 200


def test_a_private_field_may_be_for_clients_to_set(make_app: Any) -> None:
    client = client_of(make_app, api(write_only=["secret"]))
    items = client.app.queryset.collection("song")
    assert "secret" not in client.post("/song/", json={"id": "a", "secret": "s"}).json()["data"]
    client.put("/song/a/", json={"title": "y"})
    assert items.read_one("a")[1] == {"id": "a", "title": "y", "secret": "s"}
    client.patch("/song/a/", json={"secret": "t"})
    assert items.read_one("a")[1]["secret"] == "t"


# -- who -------------------------------------------------------------------------------------------


@dataclass
class Note:
    owner: str
    text: str = ""
    id: str | None = None


@pytest.mark.parametrize(
    ("user", "owner"),
    [
        ("ann", "ann"),
        ({"id": 5, "username": "ann"}, "5"),
        ({"username": "ann"}, "ann"),
        (type("User", (), {"id": None, "username": "ann"})(), "ann"),
        (type("User", (), {"id": 0, "username": "ann"})(), "0"),
    ],
    ids=["text", "record with id", "record", "object", "object with id"],
)
def test_the_owner_is_the_current_user(make_app: Any, user: Any, owner: str) -> None:
    notes = api(model=Note, owner_field="owner", get_current_user=lambda self: user)
    client = client_of(make_app, notes)
    assert client.post("/note/", json={}).json()["data"]["owner"] == owner
    assert client.get("/note/").header("cache-control") == "private, no-cache"


def test_what_one_has_already_comes_with_the_header_fields_of_the_whole(make_app: Any) -> None:
    class Noted(AutoAPIBase):
        model = Note
        owner_field = "owner"

        def get_current_user(self) -> str:
            return "ann"

        def prepare(self) -> None:
            self.headers["Access-Control-Allow-Origin"] = "https://notes.example"
            self.set_cookie("seen", "1")

    client = client_of(make_app, Noted)
    path = client.post("/note/", json={}).header("location")
    whole = client.get(path)
    answer = client.get(path, headers={"If-None-Match": whole.header("etag")})
    assert (answer.status, answer.body) == (304, b"")
    assert answer.header("cache-control") == "private, no-cache"
    names = ("etag", "cache-control", "access-control-allow-origin", "set-cookie")
    assert [answer.header(name) for name in names] == [whole.header(name) for name in names]


@dataclass
class Shared:
    _public_fields: ClassVar[Any] = ("text",)

    text: str
    owner: str | None = None
    draft: str = ""
    id: str | None = None


@pytest.mark.parametrize("user", [None, "ann"])
def test_what_is_nobodys_is_not_shown_to_nobody_as_its_owner(make_app: Any, user: Any) -> None:
    shared = api(
        model=Shared, owner_field="owner", public_read=True, get_current_user=lambda self: user
    )
    client = client_of(make_app, shared)
    item = {"id": "a", "text": "x", "owner": None, "draft": "y"}
    client.app.queryset.collection("shared").create_one(item)
    for path in ("/shared/", "/shared/a/"):
        assert "draft" not in str(client.get(path).json()["data"])


def test_an_api_may_ask_for_a_login(make_app: Any) -> None:
    class Guarded(Songs):
        get = authenticated(Songs.get)

        def auth_error(self) -> None:
            self.headers["WWW-Authenticate"] = "Basic"

    answer = client_of(make_app, Guarded).get("/song/", headers={"Accept": "application/json"})
    assert (answer.status, answer.header("www-authenticate")) == (401, "Basic")
    assert answer.json() == {"status": 401, "title": "Authentication failed"}


def test_a_rule_of_ones_own_about_single_items(make_app: Any) -> None:
    class Ruled(Songs):
        def may(self, deed: Any, item: Any) -> bool:
            return item is None or not (deed in ("create", "update") and item["title"] == "locked")

    client = client_of(make_app, Ruled)
    assert client.post("/song/", json={"title": "locked"}).status == 401
    assert client.post("/song/", json=[{"title": "x"}, {"title": "locked"}]).status == 207
