"""Documents as AutoAPI's models."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from brubeck_core.models import FieldError, InvalidItem, Model, View
from brubeck_dictshield.api_schema import document_schemas, is_asked_for
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.fields import EmbeddedDocumentField
from brubeck_dictshield.plan import STORED_ID
from brubeck_dictshield.storable import has_formats, storable

if TYPE_CHECKING:
    from brubeck_dictshield.document import BaseDocument

#: What stored documents say about their class.
_CLASS = ("_cls", "_types")


class DocumentModel(Model):
    """A class of documents.

    A JSON API takes JSON's kinds of values: text for a number is refused, where assignment to the
    document would convert it. A required private field is the application's to fill, so that
    clients are not told that it is missing.
    """

    cls: type[BaseDocument]

    def __init__(self, cls: type[BaseDocument]) -> None:
        schema, definitions = document_schemas(cls)
        super().__init__(cls, schema, definitions, cls._id_name)
        self.labels = {
            name: field.minimized_field_name or name for name, field in cls._fields.items()
        }
        self._has_formats = has_formats(cls)

    def rename(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return self.cls._rename(values)

    def overwrites(self, values: Mapping[str, Any]) -> list[FieldError]:
        return [
            _field_error(error)
            for name, field in self.cls._fields.items()
            if name in values and name not in self.private
            for error in field.overwrites(values[name])
        ]

    def keep_hidden(self, values: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        return _with_hidden(self.cls, values, stored, ())

    def _load(self, values: dict[str, Any]) -> dict[str, Any]:
        try:
            document = self.cls(**values)
            document.validate(validate_all=True)
            return self._dump(document)
        except ShieldException as error:
            errors = [
                _field_error(single)
                for single in error.errors
                if single.code != "required" or is_asked_for(self.cls, single.path)
            ]
            if errors:
                raise InvalidItem(errors) from None
        return self._dump(document)

    def _dump(self, document: BaseDocument) -> dict[str, Any]:
        values = storable(document) if self._has_formats else document.to_json(encode=False)
        names = self.cls._plan.names
        return {names.get(key, key): it for key, it in values.items() if key not in _CLASS}

    def show(self, item: Mapping[str, Any], view: View) -> dict[str, Any]:
        safe = self.cls.make_json_ownersafe if view == "owner" else self.cls.make_json_publicsafe
        return {"id": item["id"], **safe(item, encode=False)}

    def tidy(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        if "id" in stored and STORED_ID not in stored and not any(key in stored for key in _CLASS):
            return dict(stored)
        values = self._dump(self.cls(**stored))
        return {**values, "id": str(values[self.id_name] if self.id_name else stored["id"])}


def _with_hidden(
    cls: type[BaseDocument],
    values: Mapping[str, Any],
    stored: Mapping[str, Any],
    hidden: Collection[str],
) -> dict[str, Any]:
    """Return values with those of hidden fields, and of documents inside, as they are stored.

    Which document of a list is which, nobody can say: their hidden values are not kept.
    """
    found = {name: stored[name] for name in hidden if name in stored} | dict(values)
    for name, field in cls._fields.items():
        new, old = values.get(name), stored.get(name)
        if (
            isinstance(field, EmbeddedDocumentField)
            and isinstance(new, dict)
            and isinstance(old, dict)
        ):
            inner = field.document_type
            old = {inner._plan.names.get(key, key): value for key, value in old.items()}
            found[name] = _with_hidden(inner, new, old, inner._private_fields or ())
    return found


def _field_error(error: ShieldException) -> FieldError:
    return FieldError(error.path, error.code, error.reason)
