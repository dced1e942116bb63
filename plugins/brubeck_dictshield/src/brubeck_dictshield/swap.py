"""Derive a document class with other types of id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from brubeck_dictshield.document import BaseDocument
from brubeck_dictshield.errors import InvalidShield
from brubeck_dictshield.fields.base import BaseField
from brubeck_dictshield.metaclass import ID, DocumentMetaclass
from brubeck_dictshield.plan import STORED_ID

D = TypeVar("D", bound=BaseDocument)

_KEPT = ("required", "uniq_field", "description", "minimized_field_name")


def swap_field(cls: type[D], new_field: type[BaseField[Any]], fields: Sequence[str]) -> type[D]:
    """Return a class derived from `cls`, of the same name, with `fields` of another type.

    The id is put out as `_id` from then on.

        Song = swap_field(Song, ObjectIdField, ["id", "owner_id"])
    """
    unknown = [name for name in fields if name not in cls._fields]
    if unknown:
        raise InvalidShield(f"{cls.__name__} has no field {unknown[0]!r} to swap")
    namespace: dict[str, Any] = {
        "__module__": cls.__module__,
        "__doc__": cls.__doc__,
        "__qualname__": cls.__qualname__,
    }
    for name in fields:
        options = {key: getattr(cls._fields[name], key) for key in _KEPT}
        if name == ID:
            options["uniq_field"] = STORED_ID
        namespace[name] = new_field(**options)
    derived: Any = DocumentMetaclass(cls.__name__, (cls,), namespace)
    return cast("type[D]", derived)


def diff_id_field(
    new_field: type[BaseField[Any]], fields: Sequence[str]
) -> Callable[[type[D]], type[D]]:
    """Swap fields of the class that this decorates; see `swap_field`."""
    return lambda cls: swap_field(cls, new_field, fields)
