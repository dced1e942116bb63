"""Fields of dictionaries."""

from __future__ import annotations

from typing import Any

from brubeck_dictshield.errors import InvalidShield
from brubeck_dictshield.fields.base import BaseField
from brubeck_dictshield.jsonable import jsonable
from brubeck_dictshield.multivaluedict import MultiValueDict


class DictField(BaseField[dict[str, Any]]):
    """A dictionary whose own keys have neither ``.`` nor ``$``, which databases give a meaning.

    Args:
        basecls: the class of field that the values are meant for; documentation only.
    """

    json_type = "object"

    def __init__(self, basecls: type[BaseField[Any]] | None = None, **options: Any) -> None:
        options.setdefault("default", dict)
        super().__init__(**options)
        if basecls is not None and not (
            isinstance(basecls, type) and issubclass(basecls, BaseField)
        ):
            raise InvalidShield(f"the basecls of a DictField is a class of field, not {basecls!r}")
        self.basecls = basecls

    def likeness(self, item: Any) -> int:
        return int(isinstance(item, dict))

    def validate(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise self.error("not_a_dict", "has to be a dictionary", value)
        for key in value:
            if not isinstance(key, str) or "." in key or "$" in key:
                raise self.error("bad_dict_key", "has a key that is no plain text name", value)


class MultiValueDictField(DictField):
    """A dictionary of lists that shows the last value of each; see `MultiValueDict`."""

    def __init__(self, basecls: type[BaseField[Any]] | None = None, **options: Any) -> None:
        options.setdefault("default", MultiValueDict)
        super().__init__(basecls, **options)

    def accept(self, value: Any) -> Any:
        if not isinstance(value, dict) or isinstance(value, MultiValueDict):
            return value
        return MultiValueDict(
            (key, list(items) if isinstance(items, list | tuple) else [items])
            for key, items in value.items()
        )

    def for_json(self, value: Any) -> Any:
        return jsonable(dict(value.lists()) if isinstance(value, MultiValueDict) else value)
