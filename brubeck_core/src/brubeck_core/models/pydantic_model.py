"""pydantic's models as models."""

from __future__ import annotations

from typing import Any

import pydantic
from brubeck_core.models.model import ID, FieldError, InvalidItem, Model
from brubeck_core.models.schemas import REFERENCE


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

    def _load(self, values: dict[str, Any]) -> dict[str, Any]:
        try:
            loaded = self.cls.model_validate(values)
        except pydantic.ValidationError as error:
            raise InvalidItem(
                FieldError(".".join(map(str, each["loc"])), _code(each["type"]), each["msg"])
                for each in error.errors(include_url=False, include_context=False)
            ) from None
        return loaded.model_dump(mode="json", by_alias=True)


def _code(kind: str) -> str:
    return {"missing": "required", "extra_forbidden": "unknown_field"}.get(kind, kind)
