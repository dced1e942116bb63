"""msgspec's structs as models."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from brubeck_core.models.model import ID, FieldError, InvalidItem, Model
from brubeck_core.models.schemas import REFERENCE

#: What ends a message with the place of the mistake.
_PLACE = re.compile(r"(?P<reason>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)


class MsgspecModel(Model):
    """A `msgspec.Struct`; the names of fields are the encoded ones."""

    def __init__(self, cls: type) -> None:
        template = f"{REFERENCE}{cls.__name__}.{{name}}"
        _, schemas = msgspec.json.schema_components([cls], ref_template=template)
        own = schemas.pop(cls.__name__)
        definitions = {f"{cls.__name__}.{name}": schema for name, schema in schemas.items()}
        definitions[f"{cls.__name__}.{cls.__name__}"] = own
        super().__init__(cls, own, definitions, ID if ID in own["properties"] else None)
        self._types = {it.encode_name: it.type for it in msgspec.structs.fields(cls)}

    def _load(self, values: dict[str, Any]) -> dict[str, Any]:
        # A struct tells of the first mistake only; its fields are asked one by one.
        errors = [
            error.under(name)
            for name, value in values.items()
            if name in self._types
            for error in _errors(value, self._types[name])
        ]
        if not errors:
            errors = _errors(values, self.cls)
        if errors:
            raise InvalidItem(errors)
        loaded: dict[str, Any] = msgspec.to_builtins(
            msgspec.convert(values, self.cls, strict=False)
        )
        return loaded

    def spell(self, name: str, text: str) -> str:
        # Schemas of its moments say nothing of a format.
        try:
            return str(msgspec.to_builtins(msgspec.convert(text, self._types.get(name, str))))
        except msgspec.ValidationError:
            return text


def _errors(value: Any, kind: Any) -> list[FieldError]:
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        found = _PLACE.match(str(error))
        assert found is not None  # it matches any text
        path = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", found["path"] or "").strip(".")
        return [FieldError(path, "invalid_value", found["reason"])]
    return []
