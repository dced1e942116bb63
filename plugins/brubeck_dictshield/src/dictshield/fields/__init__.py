"""The fields of DictShield, all of them; `ObjectIdField` too where pymongo is installed."""

from typing import Any

from brubeck_dictshield import fields as _fields
from brubeck_dictshield.errors import DictFieldNotFound, InvalidShield, ShieldException
from brubeck_dictshield.fields import *  # noqa: F403

__all__ = [*_fields.__all__, "DictFieldNotFound", "InvalidShield", "ShieldException"]


def __getattr__(name: str) -> Any:
    return getattr(_fields, name)
