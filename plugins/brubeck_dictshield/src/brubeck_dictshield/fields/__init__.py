"""Every type of field. `ObjectIdField` is here too where pymongo is installed."""

from __future__ import annotations

from typing import Any

from brubeck_dictshield.fields.base import BaseField
from brubeck_dictshield.fields.dates import DateTimeField, MillisecondField, TimeStampField
from brubeck_dictshield.fields.embedded import EmbeddedDocumentField
from brubeck_dictshield.fields.geo import GeoPointField
from brubeck_dictshield.fields.ids import UUIDField
from brubeck_dictshield.fields.lists import ListField, SortedListField
from brubeck_dictshield.fields.mappings import DictField, MultiValueDictField
from brubeck_dictshield.fields.numbers import (
    BooleanField,
    DecimalField,
    FloatField,
    IntField,
    LongField,
    NumberField,
)
from brubeck_dictshield.fields.text import (
    EmailField,
    MD5Field,
    SHA1Field,
    StringField,
    URLField,
)

__all__ = [
    "BaseField",
    "BooleanField",
    "DateTimeField",
    "DecimalField",
    "DictField",
    "EmailField",
    "EmbeddedDocumentField",
    "FloatField",
    "GeoPointField",
    "IntField",
    "ListField",
    "LongField",
    "MD5Field",
    "MillisecondField",
    "MultiValueDictField",
    "NumberField",
    "SHA1Field",
    "SortedListField",
    "StringField",
    "TimeStampField",
    "URLField",
    "UUIDField",
]


def __getattr__(name: str) -> Any:
    if name != "ObjectIdField":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from brubeck_dictshield.fields.objectid import ObjectIdField

    return ObjectIdField
