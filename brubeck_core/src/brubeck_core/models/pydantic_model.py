"""pydantic's models as models."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pydantic
from brubeck_core.models.model import ID, FieldError, InvalidItem, Model
from brubeck_core.models.schemas import MOST_MISTAKES, REFERENCE, join

#: The codes that others use for the same.
_CODES = {"missing": "required", "extra_forbidden": "unknown_field"}


class PydanticModel(Model):
    """A `pydantic.BaseModel`; the names of fields are their aliases."""

    cls: type[pydantic.BaseModel]

    def __init__(self, cls: type[pydantic.BaseModel]) -> None:
        template = f"{REFERENCE}{cls.__name__}.{{model}}"
        schema = cls.model_json_schema(ref_template=template)
        nested = schema.pop("$defs", {})
        if "$ref" in schema:
            schema = nested[schema["$ref"].rpartition(".")[2]]
        definitions = {f"{cls.__name__}.{name}": nested[name] for name in nested}
        super().__init__(cls, schema, definitions, ID if ID in schema["properties"] else None)
        self._annotations: dict[str, Any] = {
            field.alias or name: field.annotation for name, field in cls.model_fields.items()
        }

    def _load(self, values: dict[str, Any]) -> dict[str, Any]:
        try:
            loaded = self.cls.model_validate(values)
        except pydantic.ValidationError as error:
            errors = error.errors(include_url=False, include_context=False, include_input=False)
            raise InvalidItem(map(_field_error, errors[:MOST_MISTAKES])) from None
        return loaded.model_dump(mode="json", by_alias=True)

    def _respell(self, field: str, text: str) -> str:
        adapter: pydantic.TypeAdapter[Any] = _adapter(self._annotations.get(field, str))
        return str(adapter.dump_python(adapter.validate_python(text), mode="json"))


# Making one costs a hundred times what it does.
_adapter = cache(pydantic.TypeAdapter)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    path = ""
    for name in error["loc"]:
        path = join(path, name)
    code = _CODES.get(error["type"], error["type"])
    return FieldError(path, code, error["msg"])
