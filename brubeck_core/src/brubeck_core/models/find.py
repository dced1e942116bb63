"""Find the way to see a class as a model."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from brubeck_core.errors import ConfigError
from brubeck_core.models.model import Model


def model_of(cls: Any) -> Model:
    """Return what AutoAPI needs to know of a class, whatever it is made with.

    Raises `ConfigError` for a class that is no model, and for one with fields that JSON cannot
    hold.
    """
    own = getattr(cls, "__brubeck_model__", None)
    if own is not None:
        found: Model = own()
        return found
    if isinstance(cls, type) and is_dataclass(cls):
        from brubeck_core.models.dataclass_model import DataclassModel

        return DataclassModel(cls)
    if hasattr(cls, "__struct_fields__"):
        from brubeck_core.models.msgspec_model import MsgspecModel

        return MsgspecModel(cls)
    if hasattr(cls, "model_validate") and hasattr(cls, "model_json_schema"):
        from brubeck_core.models.pydantic_model import PydanticModel

        return PydanticModel(cls)
    raise ConfigError(
        f"{cls!r} is no model that AutoAPI knows: give it a DictShield document, a dataclass, a "
        "msgspec Struct or a pydantic model, or a class with a class method __brubeck_model__ "
        "that returns a brubeck_core.models.Model"
    )
