"""An application with an API of each make of model, for the tests that serve one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from brubeck_core import AutoAPIBase, Brubeck
from brubeck_core.interfaces.queryset import Item
from brubeck_core.timekeeping import curtime
from brubeck_dictshield.document import Document
from brubeck_dictshield.fields import BooleanField, IntField, ListField, StringField


@dataclass
class Member:
    name: str
    plays: str | None = None


@dataclass
class Album:
    title: str
    year: int | None = None
    rating: float = 0.0
    kind: Literal["studio", "live"] = "studio"
    recorded: datetime | None = None
    tags: list[str] = field(default_factory=list)
    band: list[Member] = field(default_factory=list)
    updated_at: int = 0
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class Song(msgspec.Struct):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    beats: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4
    id: str | None = None


class Todo(Document):
    _private_fields: ClassVar[Any] = ["note"]

    class Meta:
        id_options = {"auto_fill": True}

    text = StringField(required=True, max_length=50)
    done = BooleanField(default=False)
    order = IntField(min_value=0)
    tags = ListField(StringField())
    note = StringField()


class Albums(AutoAPIBase):
    model = Album
    read_only = ("updated_at",)

    def complete(self, values: dict[str, Any], item: Item | None) -> None:
        values["updated_at"] = curtime()


class Songs(AutoAPIBase):
    model = Song


class Todos(AutoAPIBase):
    model = Todo
    hide_status = True


app = Brubeck()
for api in (Albums, Songs, Todos):
    app.register_api(api)
