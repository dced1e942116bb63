"""The ids of items of any make, and texts to search for."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
import pydantic
import pytest
from brubeck_core.models import InvalidItem, model_of

ID = "111b4bb7-55f5-441b-ba25-c7a4fd99442c"


# -- ids -------------------------------------------------------------------------------------------


@dataclass
class Numbered:
    id: int
    title: str = ""


@dataclass
class Named:
    id: str
    title: str = ""


@dataclass
class Nameless:
    title: str = ""


class Optional(msgspec.Struct):
    id: str | None = None


class Same(msgspec.Struct):
    id: str = "new"


@pytest.mark.parametrize("cls", [Named, Nameless, Optional, Same])
def test_an_id_is_made_where_none_is_given(cls: Any) -> None:
    first, second = (model_of(cls).make_item({}, None)["id"] for _ in range(2))
    assert uuid.UUID(first) != uuid.UUID(second)


@pytest.mark.parametrize("cls", [Named, Nameless, Optional])
def test_an_id_is_taken_as_it_is_given(cls: Any) -> None:
    assert model_of(cls).make_item({}, "five")["id"] == "five"


def test_numbers_as_ids_are_text_outside_of_the_model() -> None:
    model = model_of(Numbered)
    assert model.make_item({"title": "x"}, "5") == {"title": "x", "id": "5"}
    for text in ("x", "5x", "-5", "\u0665", "9" * 30):
        with pytest.raises(InvalidItem):
            model.make_item({}, text)


class Zero(msgspec.Struct):
    id: int = 0


class PydanticZero(pydantic.BaseModel):
    id: int = 0


@pytest.mark.parametrize("cls", [Numbered, Zero, PydanticZero])
def test_nobody_makes_up_numbers(cls: Any) -> None:
    with pytest.raises(InvalidItem) as caught:
        model_of(cls).make_item({}, None)
    assert ("id", "required") in [(error.path, error.code) for error in caught.value.errors]
    assert model_of(Zero).make_item({}, "0") == {"id": "0"}


def test_a_class_may_count_its_items() -> None:
    numbers = itertools.count(5)
    counted = msgspec.defstruct(
        "Counted", [("id", int, msgspec.field(default_factory=lambda: next(numbers)))]
    )
    first, second = (int(model_of(counted).make_item({}, None)["id"]) for _ in range(2))
    assert 5 <= first < second


# -- text to search for ----------------------------------------------------------------------------


@dataclass
class DataEvent:
    at: datetime | None = None
    day: date | None = None
    title: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class StructEvent(msgspec.Struct):
    at: datetime | None = None
    day: date | None = None
    title: str = ""
    id: uuid.UUID = msgspec.field(default_factory=uuid.uuid4)


class PydanticEvent(pydantic.BaseModel):
    at: datetime | None = pydantic.Field(None, alias="when")
    day: date | None = None
    title: str = ""
    id: uuid.UUID = pydantic.Field(default_factory=uuid.uuid4)


@pytest.mark.parametrize("cls", [DataEvent, StructEvent, PydanticEvent])
def test_texts_to_search_for_are_spelled_as_they_are_kept(cls: Any) -> None:
    model = model_of(cls)
    at = "when" if cls is PydanticEvent else "at"
    values = {at: "2026-01-01T00:00:00Z", "day": "2026-01-02", "title": ID.upper()}
    item = model.make_item(values, ID)
    spellings = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.000Z"]
    assert {model.spell(at, text) for text in spellings} == {item[at]}
    assert model.spell("day", "2026-01-02") == item["day"]
    assert model.spell("id", ID.upper()) == ID
    assert model.spell("title", ID.upper()) == item["title"]
    for name in (at, "day", "id"):
        assert model.spell(name, "2026 or so") == "2026 or so"
