"""The plain fields of DictShield."""

from brubeck_dictshield.errors import InvalidShield, ShieldException
from brubeck_dictshield.fields import (
    BaseField,
    BooleanField,
    DateTimeField,
    DecimalField,
    DictField,
    EmailField,
    FloatField,
    GeoPointField,
    IntField,
    LongField,
    MD5Field,
    NumberField,
    SHA1Field,
    StringField,
    URLField,
    UUIDField,
)

__all__ = [
    "BaseField",
    "BooleanField",
    "DateTimeField",
    "DecimalField",
    "DictField",
    "EmailField",
    "FloatField",
    "GeoPointField",
    "IntField",
    "InvalidShield",
    "LongField",
    "MD5Field",
    "NumberField",
    "SHA1Field",
    "ShieldException",
    "StringField",
    "URLField",
    "UUIDField",
]
