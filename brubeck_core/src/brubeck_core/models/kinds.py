"""The kinds of values that a dataclass may hold, as JSON and back."""

from __future__ import annotations

import dataclasses
import types
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from brubeck_core.errors import ConfigError
from brubeck_core.models.schemas import REFERENCE, Schema, nullable


@dataclass(frozen=True, slots=True)
class Kind:
    """What JSON holds for a type: its schema, and the ways from it and to it.

    `load` is given what suits the schema.
    """

    schema: Schema
    load: Callable[[Any], Any]
    dump: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _iso(value: Any) -> Any:
    return value.isoformat()


_PLAIN: dict[Any, Kind] = {
    str: Kind({"type": "string"}, _same, _same),
    int: Kind({"type": "integer"}, int, _same),
    float: Kind({"type": "number"}, float, _same),
    bool: Kind({"type": "boolean"}, _same, _same),
    None: Kind({"type": "null"}, _same, _same),
    type(None): Kind({"type": "null"}, _same, _same),
    Any: Kind({}, _same, _same),
    uuid.UUID: Kind({"type": "string", "format": "uuid"}, uuid.UUID, str),
    datetime: Kind({"type": "string", "format": "date-time"}, datetime.fromisoformat, _iso),
    date: Kind({"type": "string", "format": "date"}, date.fromisoformat, _iso),
    time: Kind({"type": "string", "format": "time"}, time.fromisoformat, _iso),
}


class Kinds:
    """The kinds of one dataclass and of all that it is made of.

    Args:
        root: the dataclass, after which the definitions are named.
    """

    def __init__(self, root: type) -> None:
        self._root = root
        self._made: dict[type, Kind] = {}
        #: The schemas of the dataclasses, by the names that references have.
        self.definitions: dict[str, Schema] = {}

    def of_dataclass(self, cls: type) -> Kind:
        """Return the kind of a dataclass, which may hold its own kind."""
        if cls in self._made:
            return self._made[cls]
        name = f"{self._root.__name__}.{cls.__name__}"
        fields: dict[str, tuple[Kind, dataclasses.Field[Any]]] = {}

        def load(values: dict[str, Any]) -> Any:
            return cls(
                **{
                    key: fields[key][0].load(value)
                    for key, value in values.items()
                    if fields[key][1].init
                }
            )

        def dump(value: Any) -> dict[str, Any]:
            return {key: kind.dump(getattr(value, key)) for key, (kind, _) in fields.items()}

        made = self._made[cls] = Kind({"$ref": f"{REFERENCE}{name}"}, load, dump)
        hints = get_type_hints(cls)
        for field in dataclasses.fields(cls):
            fields[field.name] = self._of(hints[field.name], f"{cls.__name__}.{field.name}"), field
        self.definitions[name] = {
            "title": cls.__name__,
            "type": "object",
            "properties": {key: _described(kind, it) for key, (kind, it) in fields.items()},
            "required": [key for key, (_, field) in fields.items() if _is_required(field)],
            "additionalProperties": False,
        }
        return made

    def _of(self, hint: Any, where: str) -> Kind:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is None and hint in _PLAIN:
            return _PLAIN[hint]
        if origin is Literal:
            return Kind({"enum": list(arguments)}, _same, _same)
        if origin in (Union, types.UnionType):
            return self._of_union(arguments, where)
        if hint is list or origin is list:
            return self._of_list(arguments[0] if arguments else Any, where)
        if hint is dict or (origin is dict and arguments[0] is str):
            return self._of_dict(arguments[1] if arguments else Any, where)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return Kind({"enum": [member.value for member in hint]}, hint, lambda it: it.value)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self.of_dataclass(hint)
        raise ConfigError(
            f"{where} is of the type {hint!r}, which AutoAPI cannot turn into JSON and back; use "
            "text, numbers, bool, datetime, date, time, UUID, Enum, Literal, list, dict with text "
            "as keys, a dataclass, one of these or None, or make the model with msgspec or pydantic"
        )

    def _of_union(self, hints: tuple[Any, ...], where: str) -> Kind:
        others = [hint for hint in hints if hint is not type(None)]
        if len(others) != 1:
            raise ConfigError(
                f"{where} is one of several types, which JSON does not tell apart; a field of a "
                "dataclass has one type, or is that or None"
            )
        kind = self._of(others[0], where)
        return Kind(
            nullable(kind.schema),
            lambda value: None if value is None else kind.load(value),
            lambda value: None if value is None else kind.dump(value),
        )

    def _of_list(self, hint: Any, where: str) -> Kind:
        kind = self._of(hint, where)
        return Kind(
            {"type": "array", "items": kind.schema},
            lambda value: [kind.load(item) for item in value],
            lambda value: [kind.dump(item) for item in value],
        )

    def _of_dict(self, hint: Any, where: str) -> Kind:
        kind = self._of(hint, where)
        return Kind(
            {"type": "object", "additionalProperties": kind.schema},
            lambda value: {key: kind.load(item) for key, item in value.items()},
            lambda value: {key: kind.dump(item) for key, item in value.items()},
        )


def _is_required(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.init and field.default is missing and field.default_factory is missing


def _described(kind: Kind, field: dataclasses.Field[Any]) -> Schema:
    default = field.default
    if default is dataclasses.MISSING or default is None or "$ref" in kind.schema:
        return kind.schema
    return {**kind.schema, "default": kind.dump(default)}
