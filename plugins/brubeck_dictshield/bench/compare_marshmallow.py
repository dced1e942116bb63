"""Compare a document of ten fields with the same schema in marshmallow 4.

    pip install marshmallow && python compare_marshmallow.py

Both start from the same dictionary, as parsed from JSON. A document is constructed, validated
and put out with `to_python`; marshmallow does `load`, and then `load` and `dump`. The best of
several rounds counts, since all else is other programs' noise. Exits 1 if documents are slower
than `load` alone.
"""

from __future__ import annotations

import sys
import timeit
from importlib.metadata import version

from brubeck_dictshield.document import Document
from brubeck_dictshield.fields import (
    BooleanField,
    DateTimeField,
    EmailField,
    FloatField,
    IntField,
    ListField,
    StringField,
    URLField,
    UUIDField,
)
from marshmallow import Schema, fields, validate

DATA = {
    "ref": "111b4bb7-55f5-441b-ba25-c7a4fd99442c",
    "title": "Take Five",
    "artist": "The Dave Brubeck Quartet",
    "email": "paul@example.com",
    "site": "http://example.com/take-five",
    "year": 1959,
    "rating": 4.75,
    "live": False,
    "recorded": "1959-07-01T10:30:00",
    "tags": ["jazz", "5/4", "cool"],
}


class Song(Document):
    """The document."""

    ref = UUIDField(required=True)
    title = StringField(required=True, max_length=80)
    artist = StringField(max_length=80)
    email = EmailField()
    site = URLField()
    year = IntField(min_value=1900, max_value=2100)
    rating = FloatField(min_value=0, max_value=5)
    live = BooleanField()
    recorded = DateTimeField()
    tags = ListField(StringField(max_length=20))


class SongSchema(Schema):
    """The same in marshmallow."""

    ref = fields.UUID(required=True)
    title = fields.String(required=True, validate=validate.Length(max=80))
    artist = fields.String(validate=validate.Length(max=80))
    email = fields.Email()
    site = fields.Url()
    year = fields.Integer(validate=validate.Range(1900, 2100))
    rating = fields.Float(validate=validate.Range(0, 5))
    live = fields.Boolean()
    recorded = fields.NaiveDateTime()
    tags = fields.List(fields.String(validate=validate.Length(max=20)))


SCHEMA = SongSchema()


def document() -> None:
    """Construct, validate, put out."""
    song = Song(**DATA)
    song.validate()
    song.to_python()


def load() -> None:
    """Validate and convert."""
    SCHEMA.load(DATA)


def load_and_dump() -> None:
    """Validate and convert, there and back."""
    SCHEMA.dump(SCHEMA.load(DATA))


def microseconds(work: str) -> float:
    """Return the best time of one call, in microseconds."""
    timer = timeit.Timer(f"{work}()", globals=globals())
    number, _ = timer.autorange()
    return min(timer.repeat(7, max(1, number // 2))) / max(1, number // 2) * 1e6


def main() -> int:
    """Print the times and the ratio."""
    print(f"Python {sys.version.split()[0]}, marshmallow {version('marshmallow')}")
    times = {work: microseconds(work) for work in ("document", "load", "load_and_dump")}
    for work, time in times.items():
        print(f"{work:<14} {time:8.2f} µs")
    ratio = times["document"] / times["load"]
    print(f"document / load = {ratio:.2f}")
    return int(ratio > 1)


if __name__ == "__main__":
    raise SystemExit(main())
