"""Classes of any make as AutoAPI sees them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import pydantic
import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.models import InvalidItem, Model, model_of


@dataclass
class DataMember:
    name: str
    plays: str | None = None
    friend: DataMember | None = None


@dataclass
class DataAlbum:
    _public_fields: ClassVar[Any] = ("title",)
    _private_fields: ClassVar[Any] = ["sold"]

    title: str
    year: int | None = None
    rating: float = 0.0
    live: bool = False
    tags: list[str] = field(default_factory=list)
    band: list[DataMember] = field(default_factory=list)
    sold: int = 0
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class StructMember(msgspec.Struct):
    name: str
    plays: str | None = None
    friend: StructMember | None = None


class StructAlbum(msgspec.Struct):
    _public_fields = ("title",)
    _private_fields = ("sold",)

    title: str
    year: int | None = None
    rating: float = 0.0
    live: bool = False
    tags: list[str] = []
    band: list[StructMember] = []
    sold: int = 0
    id: uuid.UUID = msgspec.field(default_factory=uuid.uuid4)


class PydanticMember(pydantic.BaseModel):
    name: str
    plays: str | None = None
    friend: PydanticMember | None = None


class PydanticAlbum(pydantic.BaseModel):
    _public_fields: ClassVar[Any] = ("title",)
    _private_fields: ClassVar[Any] = ("sold",)

    title: str
    year: int | None = None
    rating: float = 0.0
    live: bool = False
    tags: list[str] = []
    band: list[PydanticMember] = []
    sold: int = 0
    id: uuid.UUID = pydantic.Field(default_factory=uuid.uuid4)


ALBUMS = [DataAlbum, StructAlbum, PydanticAlbum]
ID = "111b4bb7-55f5-441b-ba25-c7a4fd99442c"
DAVE = {"name": "Dave", "plays": None, "friend": None}
FULL = {
    "title": "Time Out",
    "year": 1959,
    "rating": 4.5,
    "live": True,
    "tags": ["jazz"],
    "band": [{"name": "Paul", "plays": "alto", "friend": DAVE}],
    "sold": 5,
}

#: Values beside the title, and where and why they are refused.
WRONG = [
    ({"title": None}, ["title wrong_type"]),
    ({"title": 5}, ["title wrong_type"]),
    ({"year": "1959"}, ["year wrong_type"]),
    ({"year": 19.5}, ["year wrong_type"]),
    ({"year": True}, ["year wrong_type"]),
    ({"year": 2**63}, ["year above_max"]),
    ({"year": -(2**63) - 1}, ["year below_min"]),
    ({"rating": "4"}, ["rating wrong_type"]),
    ({"rating": 10**400}, ["rating above_max"]),
    ({"live": 1}, ["live wrong_type"]),
    ({"live": "true"}, ["live wrong_type"]),
    ({"tags": "jazz"}, ["tags wrong_type"]),
    ({"tags": ["a", None, 5]}, ["tags.1 wrong_type", "tags.2 wrong_type"]),
    ({"band": [{"name": "x"}, {}]}, ["band.1.name required"]),
    ({"band": [{"name": "x", "friend": {"name": 5}}]}, ["band.0.friend.name wrong_type"]),
    ({"band": {}, "year": "x"}, ["band wrong_type", "year wrong_type"]),
    ({"id": "x"}, ["id format"]),
    ({"id": "{111b4bb755f5441bba25c7a4fd99442c}"}, ["id format"]),
]

each_make = pytest.mark.parametrize("cls", ALBUMS, ids=lambda cls: cls.__name__)


@pytest.fixture
def model(cls: Any) -> Model:
    return model_of(cls)


@each_make
def test_values_become_an_item_of_json(model: Model) -> None:
    assert model.make_item(FULL, ID) == {**FULL, "id": ID}


@each_make
def test_defaults_are_filled_in(model: Model) -> None:
    item = model.make_item({"title": "x"}, None)
    assert uuid.UUID(item.pop("id"))
    blank = {"year": None, "rating": 0.0, "live": False, "tags": [], "band": [], "sold": 0}
    assert item == {"title": "x", **blank}


@each_make
def test_whole_numbers_may_be_written_as_fractions(model: Model) -> None:
    item = model.make_item({"title": "x", "year": 1959.0, "rating": 5}, ID)
    assert (item["year"], type(item["year"])) == (1959, int)
    assert (item["rating"], type(item["rating"])) == (5.0, float)


@each_make
@pytest.mark.parametrize(("values", "expected"), WRONG, ids=[str(case[0])[:50] for case in WRONG])
def test_what_is_wrong_is_told_all_at_once(
    model: Model, values: dict[str, Any], expected: list[str]
) -> None:
    with pytest.raises(InvalidItem) as caught:
        model.make_item({"title": "x", **values}, None)
    assert sorted(f"{error.path} {error.code}" for error in caught.value.errors) == expected


@each_make
def test_a_missing_title(model: Model) -> None:
    with pytest.raises(InvalidItem) as caught:
        model.load({"rating": "x"})
    assert {(e.path, e.code) for e in caught.value.errors} == {
        ("title", "required"),
        ("rating", "wrong_type"),
    }


@each_make
def test_views(model: Model) -> None:
    item = model.make_item(FULL, ID)
    owners = {name: value for name, value in item.items() if name != "sold"}
    assert model.show(item, "owner") == owners
    assert model.show(item, "public") == {"id": ID, "title": "Time Out"}


@each_make
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ID, ID),
        (ID.upper(), ID),
        ("x", None),
        ("", None),
        (ID.replace("-", ""), None),
        (f"urn:uuid:{ID}", None),
    ],
)
def test_ids_of_an_address(model: Model, text: str, expected: str | None) -> None:
    if expected is not None:
        assert model.identify(text) == expected
        return
    with pytest.raises(InvalidItem):
        model.identify(text)


@each_make
def test_what_an_item_of_a_deep_tree_costs_grows_with_its_size(model: Model) -> None:
    member: dict[str, Any] = {"name": "x"}
    for _ in range(60):
        member = {"name": "x", "friend": member}
    assert model.make_item({"title": "x", "band": [member] * 20}, None)["band"][19]["name"] == "x"


# -- what each make has of its own -----------------------------------------------------------------


class Colour(Enum):
    RED = "red"
    BLUE = 5


@dataclass
class Everything:
    colour: Colour = Colour.RED
    kind: Literal["a", 1] = "a"
    at: datetime | None = None
    on: date = date(1959, 7, 1)
    to: time = time(20, 30)
    prices: dict[str, list[int]] = field(default_factory=dict)
    anything: Any = None
    ids: list[uuid.UUID] = field(default_factory=list)
    shout: str = field(init=False, default="")

    def __post_init__(self) -> None:
        if self.kind == 1 and self.colour is Colour.BLUE:
            raise ValueError("a blue 1 is too much")
        self.shout = str(self.kind).upper()


FILLED = {
    "colour": 5,
    "kind": "a",
    "at": "1959-07-01T12:00:00+00:00",
    "on": "1959-07-02",
    "to": "21:00:00",
    "prices": {"lp": [5, 6]},
    "anything": {"a": [None]},
    "ids": [ID],
    "shout": "A",
}


def test_a_dataclass_may_hold_every_kind_that_json_can() -> None:
    model = model_of(Everything)
    item = model.make_item(FILLED, "x")
    assert item == {**FILLED, "id": "x"}
    assert model.make_item(model.fields_of(item), "x") == item


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"colour": "green"}, "colour choices"),
        ({"kind": True}, "kind wrong_type"),
        ({"at": "yesterday"}, "at format"),
        ({"on": "1959-13-01"}, "on format"),
        ({"prices": {"lp": ["x"]}}, "prices.lp.0 wrong_type"),
        ({"rogue": 1}, "rogue unknown_field"),
        ({"kind": 1, "colour": 5}, " invalid_value"),
    ],
    ids=str,
)
def test_what_a_dataclass_refuses(values: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidItem) as caught:
        model_of(Everything).load(values)
    assert [f"{error.path} {error.code}" for error in caught.value.errors] == [expected]


def test_what_a_class_fills_in_by_itself_is_read_only() -> None:
    assert model_of(Everything).read_only == {"shout"}


def test_rules_of_a_struct_hold() -> None:
    class Song(msgspec.Struct, rename="camel"):
        short_title: Annotated[str, msgspec.Meta(max_length=3)]
        beats: Annotated[int, msgspec.Meta(ge=1)] = 4

    with pytest.raises(InvalidItem) as caught:
        model_of(Song).load({"shortTitle": "long", "beats": 0})
    assert {error.path for error in caught.value.errors} == {"shortTitle", "beats"}
    assert model_of(Song).load({"shortTitle": "abc"}) == {"shortTitle": "abc", "beats": 4}


def test_rules_of_a_pydantic_model_hold() -> None:
    class Song(pydantic.BaseModel):
        title: str = pydantic.Field(max_length=3, alias="name")
        price: Decimal = Decimal("5.40")

        @pydantic.model_validator(mode="after")
        def check(self) -> Song:
            if self.title == "x":
                raise ValueError("no x")
            return self

    model = model_of(Song)
    assert model.load({"name": "abc"}) == {"name": "abc", "price": "5.40"}
    for values, path in (({"name": "long"}, "name"), ({"name": "x"}, ""), ({}, "name")):
        with pytest.raises(InvalidItem) as caught:
            model.load(values)
        assert [error.path for error in caught.value.errors] == [path]


# -- what is no model ------------------------------------------------------------------------------


BROKEN = [
    (object, "no model that AutoAPI knows"),
    (5, "no model that AutoAPI knows"),
    (type("Lists", (), {"_private_fields": "title"}), "has to be a list of names"),
    (type("Names", (), {"_private_fields": ["titel"]}), "'titel', which is no field"),
    (type("Public", (), {"_public_fields": ["titel"]}), "'titel', which is no field"),
]


@pytest.mark.parametrize(("cls", "message"), BROKEN)
def test_what_will_not_do(cls: Any, message: str) -> None:
    if isinstance(cls, type) and cls is not object:
        cls.__annotations__ = {"title": str}
        cls = dataclass(cls)
    with pytest.raises(ConfigError, match=message):
        model_of(cls)


def test_a_list_of_names_that_pydantic_took_for_a_private_attribute() -> None:
    class Song(pydantic.BaseModel):
        title: str = ""
        _private_fields = ["title"]

    with pytest.raises(ConfigError, match="has to be a list of names"):
        model_of(Song)


@pytest.mark.parametrize("kind", [int | str, Decimal, set[int], dict[int, str], complex])
def test_a_dataclass_with_what_json_cannot_hold(kind: Any) -> None:
    cls = dataclass(type("Odd", (), {"__annotations__": {"value": kind}}))
    with pytest.raises(ConfigError, match=r"Odd\.value"):
        model_of(cls)


def test_a_class_may_say_by_itself_how_it_is_seen() -> None:
    class Own:
        @classmethod
        def __brubeck_model__(cls) -> Model:
            return model_of(DataAlbum)

    assert model_of(Own).name == "DataAlbum"
