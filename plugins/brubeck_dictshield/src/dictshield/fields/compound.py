"""The fields that hold others of DictShield."""

from brubeck_dictshield.errors import InvalidShield, ShieldException
from brubeck_dictshield.fields import (
    DictField,
    EmbeddedDocumentField,
    ListField,
    MultiValueDictField,
    SortedListField,
)

__all__ = [
    "DictField",
    "EmbeddedDocumentField",
    "InvalidShield",
    "ListField",
    "MultiValueDictField",
    "ShieldException",
    "SortedListField",
]
