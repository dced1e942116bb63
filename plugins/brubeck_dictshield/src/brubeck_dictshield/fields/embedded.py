"""The field of a document inside a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from brubeck_dictshield.errors import InvalidShield, ShieldDocException, ShieldException
from brubeck_dictshield.fields.base import BaseField
from brubeck_dictshield.jsonable import jsonable
from brubeck_dictshield.visible import View

if TYPE_CHECKING:
    from brubeck_dictshield.document import BaseDocument, EmbeddedDocument

#: What says that a document is embedded in its own kind.
SELF: Literal["self"] = "self"

#: Dictionaries nested deeper than this are not made into documents.
MAX_DEPTH = 64


class EmbeddedDocumentField(BaseField[Any]):
    """A document inside a document; a dictionary becomes one on assignment.

    Args:
        document_type: a class derived from `EmbeddedDocument`, ``"self"`` for the class that
            this field is part of, or the name of a class that is defined later.
    """

    json_type = "object"

    def __init__(self, document_type: type[EmbeddedDocument] | str, **options: Any) -> None:
        super().__init__(**options)
        if not isinstance(document_type, str) and not _is_embeddable(document_type):
            raise InvalidShield(
                f"an EmbeddedDocumentField holds a class derived from EmbeddedDocument, "
                f"not {document_type!r}"
            )
        self._given = document_type
        self._found: type[BaseDocument] | None = None
        self._recursive: bool | None = None

    @property
    def document_type(self) -> type[BaseDocument]:
        """The class of the documents held. Raises `InvalidShield` for an unknown name."""
        if self._found is None:
            self._found = self._find()
        return self._found

    def accept(self, value: Any) -> Any:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            return value
        return value if self._is_too_deep(value) else self.document_type(**value)

    def validate(self, value: Any) -> None:
        document = self._document(value)
        try:
            document.validate()
        except ShieldException as error:
            raise error.under(self.field_name) from None

    def collect(self, value: Any) -> list[ShieldException]:
        document = self.accept(value)
        if not isinstance(document, self.document_type):
            return self._raised(self.check, value)
        try:
            document.validate(validate_all=True)
        except ShieldException as error:
            found = error.error_list if isinstance(error, ShieldDocException) else [error]
            return [single.under(self.field_name) for single in found]
        is_stock = type(self).validate is EmbeddedDocumentField.validate
        return self._raised(self.check_options if is_stock else self.check, document)

    def likeness(self, item: Any) -> int:
        if isinstance(item, dict):
            names = self.document_type._plan.names
            return sum(key in names for key in item)
        return int(isinstance(item, self.document_type))

    def embedded(self) -> list[EmbeddedDocumentField]:
        return [self]

    def overwrites(self, value: Any, refuse_unknown: bool = False) -> Iterator[ShieldException]:
        if isinstance(value, dict) and not self._is_too_deep(value):
            for error in self.document_type._overwrites(value, refuse_unknown):
                yield error.under(self.field_name)

    def rename(self, value: Any) -> Any:
        if isinstance(value, dict) and not self._is_too_deep(value):
            return self.document_type._rename(value)
        return value

    def for_python(self, value: Any) -> Any:
        document = self._document(value)
        try:
            return document.to_python()
        except ShieldException as error:
            raise error.under(self.field_name) from None

    def for_json(self, value: Any) -> Any:
        document = self._document(value)
        try:
            return document.to_json(encode=False)
        except ShieldException as error:
            raise error.under(self.field_name) from None

    def safe(self, value: Any, view: View, as_json: bool) -> Any:
        if isinstance(value, dict) and self._is_too_deep(value):
            return None
        try:
            if isinstance(value, dict):
                return self.document_type._safe(value, view, as_json)
            if isinstance(value, self.document_type):
                return value._safe(value, view, as_json)
        except ShieldException as error:
            raise error.under(self.field_name) from None
        # What is no document has no lists of fields to go by, so nothing inside it is shown.
        return jsonable(value) if isinstance(value, str | int | float) else None

    def schema(self) -> dict[str, Any]:
        found = self.document_type.for_jsonschema()
        if self.description is not None:
            found["description"] = self.description
        if self.required:
            found["required"] = True
        return found

    def _document(self, value: Any) -> BaseDocument:
        document = self.accept(value)
        if not isinstance(document, self.document_type):
            raise self.error(
                "not_embedded_instance",
                f"is not a {self.document_type.__name__}, nor a dictionary of one "
                f"(nested at most {MAX_DEPTH} deep)",
                value,
            )
        return document

    def _find(self) -> type[BaseDocument]:
        if not isinstance(self._given, str):
            return self._given
        if self._given == SELF and self.owner_document is not None:
            return self.owner_document
        # Imported here, because documents are made of fields.
        from brubeck_dictshield.document import EmbeddedDocument

        named = [
            document
            for chain, document in EmbeddedDocument._get_subclasses().items()
            if self._given in (chain, document.__name__)
        ]
        if len(named) != 1:
            raise InvalidShield(
                f"there are {len(named)} embedded documents named {self._given!r}; an "
                "EmbeddedDocumentField needs the name of one, or the class itself"
            )
        return named[0]

    def _is_too_deep(self, value: Any) -> bool:
        if self._recursive is None:
            self._recursive = self.document_type in reachable(self.document_type)
        return self._recursive and _is_deeper_than(value, MAX_DEPTH)


def reachable(document: type[BaseDocument]) -> set[type[BaseDocument]]:
    """Return every class of document that can be embedded in `document`, at any depth."""
    found: set[type[BaseDocument]] = set()
    waiting = [document]
    while waiting:
        for field in waiting.pop()._fields.values():
            for item in field.embedded():
                if item.document_type not in found:
                    found.add(item.document_type)
                    waiting.append(item.document_type)
    return found


def _is_embeddable(document: Any) -> bool:
    return isinstance(document, type) and getattr(document, "_embeddable", False)


def _is_deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list | tuple)
        ]
        if not level:
            return False
    return True
