"""Objects inside of items: what they do not have is refused or left out, as the API says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pydantic
import pytest
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.testing import TestClient


@dataclass
class Player:
    name: str
    notes: dict[str, Any] = field(default_factory=dict)
    friend: Player | None = None


@dataclass
class DataBand:
    lead: Player | None = None
    others: list[Player] = field(default_factory=list)
    id: str | None = None


class StructPlayer(msgspec.Struct):
    name: str
    notes: dict[str, Any] = {}
    friend: StructPlayer | None = None


class StructBand(msgspec.Struct):
    lead: StructPlayer | None = None
    others: list[StructPlayer] = []
    id: str | None = None


class PydanticPlayer(pydantic.BaseModel):
    name: str
    notes: dict[str, Any] = {}
    friend: PydanticPlayer | None = None


class PydanticBand(pydantic.BaseModel):
    lead: PydanticPlayer | None = None
    others: list[PydanticPlayer] = []
    id: str | None = None


MAKES = [DataBand, StructBand, PydanticBand]
each_make = pytest.mark.parametrize("model", MAKES, ids=lambda model: model.__name__)


def client_of(make_app: Any, model: Any, unknown_fields: str) -> TestClient:
    settings = {"model": model, "unknown_fields": unknown_fields}
    app = make_app()
    app.register_api(type("Bands", (AutoAPIBase,), settings), "/band")
    return TestClient(app, headers={"Accept": "application/json"})


def friend_of(*names: str) -> dict[str, Any]:
    """Return a player who has a friend, and so on, the last of whom has a member too many."""
    player: dict[str, Any] = {"name": "x", "rogue": 1}
    for name in names:
        player = {"name": name, "friend": player}
    return player


UNKNOWN = [
    ({"lead": friend_of()}, "lead.rogue"),
    ({"lead": friend_of("a", "b")}, "lead.friend.friend.rogue"),
    ({"others": [{"name": "a"}, friend_of("b")]}, "others.1.friend.rogue"),
    ({"lead": {"name": "a", "nmae": None}}, "lead.nmae"),
]


@each_make
@pytest.mark.parametrize(("values", "path"), UNKNOWN, ids=[path for _, path in UNKNOWN])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_unknown_members_inside_are_refused(
    make_app: Any, model: Any, values: Any, path: str, method: str
) -> None:
    client = client_of(make_app, model, "refuse")
    before = client.post("/band/", json={"id": "a"}).json()["data"]
    answer = client.request(method, "/band/a/", json=values)
    told = [(each["path"], each["code"]) for each in answer.json()["errors"]]
    assert (answer.status, told) == (422, [(path, "unknown_field")])
    shown = client.get("/band/a/").json()["data"]
    assert shown["lead"] == before["lead"]


@each_make
def test_unknown_members_inside_may_be_left_out(make_app: Any, model: Any) -> None:
    client = client_of(make_app, model, "discard")
    for values, _ in UNKNOWN:
        assert client.put("/band/a/", json=values).status in (200, 201)
        assert client.patch("/band/a/", json=values).status == 200
        assert "rogue" not in client.get("/band/a/").text


@each_make
def test_names_of_the_clients_own_stay(make_app: Any, model: Any) -> None:
    client = client_of(make_app, model, "refuse")
    lead = {"name": "x", "notes": {"any": {"thing": [{"goes": None}]}}}
    assert client.put("/band/a/", json={"lead": lead}).status in (200, 201)
    assert client.get("/band/a/").json()["data"]["lead"]["notes"] == lead["notes"]


@each_make
def test_what_an_older_class_stored_inside_is_in_nobodys_way(make_app: Any, model: Any) -> None:
    client = client_of(make_app, model, "refuse")
    collection = client.app.queryset.collection(model.__name__.lower())
    old = {"name": "x", "horn": "alto"}
    collection.create_one({"id": "a", "lead": old, "others": [old]})
    answer = client.patch("/band/a/", json={"lead": {"name": "y"}})
    assert (answer.status, answer.json()["data"]["lead"]["name"]) == (200, "y")


@each_make
def test_it_is_described_that_they_are_refused(make_app: Any, model: Any) -> None:
    client = client_of(make_app, model, "refuse")
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    [player] = [name for name in schemas if name.endswith("Player")]
    assert schemas[player]["additionalProperties"] is False
    assert "additionalProperties" not in schemas[f"{player}.shown"]
