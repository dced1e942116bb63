"""Dataclasses as models."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

from brubeck_core.models.kinds import Kind, Kinds
from brubeck_core.models.model import ID, FieldError, InvalidItem, Model


class DataclassModel(Model):
    """A class made by `dataclasses.dataclass`.

    Fields are text, numbers, truth values, moments, UUIDs, enumerations, literals, lists and
    dictionaries of those, further dataclasses, or None. What `__post_init__` refuses with a
    `ValueError` is an error of the whole item.

    Raises `ConfigError` for fields of other types.
    """

    judges_any_kind: ClassVar[bool] = False

    def __init__(self, cls: type) -> None:
        kinds = Kinds(cls)
        self._kind: Kind = kinds.of_dataclass(cls)
        schema = kinds.definitions[f"{cls.__name__}.{cls.__name__}"]
        id_name = ID if ID in schema["properties"] else None
        super().__init__(cls, schema, kinds.definitions, id_name)
        # A field that the class fills in by itself cannot be given to it.
        self.read_only |= {it.name for it in dataclasses.fields(cls) if not it.init}

    def fields_of(self, item: Mapping[str, Any]) -> dict[str, Any]:
        # Stored by an older version of the class, maybe, which had other fields inside.
        return self.sort_out(super().fields_of(item))[0]

    def _load(self, values: dict[str, Any]) -> dict[str, Any]:
        try:
            loaded = self._kind.load(values)
        except ValueError as error:
            raise InvalidItem([FieldError("", "invalid_value", str(error))]) from error
        dumped: dict[str, Any] = self._kind.dump(loaded)
        return dumped
