"""Fields of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from brubeck_dictshield.errors import InvalidShield, ShieldException, text_of
from brubeck_dictshield.fields.base import REFUSALS, BaseField
from brubeck_dictshield.fields.embedded import EmbeddedDocumentField
from brubeck_dictshield.visible import View

if TYPE_CHECKING:
    from brubeck_dictshield.document import BaseDocument


class ListField(BaseField[list[Any]]):
    """A list, each of whose items suits a field.

    Dictionaries become embedded documents on assignment. Other items stay as they are, and are
    converted on output.

    Args:
        fields: the field of the items, or several: an item belongs to the first that it suits,
            a dictionary or list to the one that it is most like.
    """

    json_type = "array"

    def __init__(self, fields: BaseField[Any] | Sequence[BaseField[Any]], **options: Any) -> None:
        options.setdefault("default", list)
        super().__init__(**options)
        self.fields = [fields] if isinstance(fields, BaseField) else fields
        if not (
            isinstance(self.fields, list | tuple)
            and self.fields
            and all(isinstance(field, BaseField) for field in self.fields)
        ):
            raise InvalidShield(
                f"a ListField is made of a field, or of a list of fields, not of {fields!r}; "
                "BaseField() takes items of any kind"
            )
        # The fields whose items are documents, or lists of them.
        self._holders = [field for field in self.fields if field.embedded()]

    def own(self, owner: type[BaseDocument]) -> None:
        super().own(owner)
        for field in self.fields:
            field.own(owner)

    def empty(self) -> list[Any]:
        return []

    def accept(self, value: Any) -> Any:
        if not self._holders or not isinstance(value, list | tuple):
            return value
        return [self._accept_item(item) for item in value]

    def validate(self, value: Any) -> None:
        if not isinstance(value, list | tuple):
            raise self._no_list(value)
        self._each(self._method("check"), value)

    def collect(self, value: Any) -> list[ShieldException]:
        found = self._raised(self.check_options, value)
        if found:
            return found
        if not isinstance(value, list | tuple):
            return [self._no_list(value)]
        failures = [
            self._item_error(index, item, found)
            for index, item in enumerate(value)
            if (found := self._field_of(item).collect(item))
        ]
        if not failures:
            is_stock = type(self).validate is ListField.validate
            return [] if is_stock else self._raised(self.validate, value)
        # One error for the list, as for every field, which knows those of all its items.
        first = failures[0]
        first._errors = tuple(single for failure in failures for single in failure.errors)
        return [first]

    def likeness(self, item: Any) -> int:
        return int(isinstance(item, list | tuple))

    def embedded(self) -> list[EmbeddedDocumentField]:
        return [found for field in self.fields for found in field.embedded()]

    def overwrites(self, value: Any, refuse_unknown: bool = False) -> Iterator[ShieldException]:
        if self._holders and isinstance(value, list | tuple):
            for index, item in enumerate(value):
                for error in self._field_of(item).overwrites(item, refuse_unknown):
                    yield error.under(self._path(index))

    def rename(self, value: Any) -> Any:
        if self._holders and isinstance(value, list):
            return [self._field_of(item).rename(item) for item in value]
        return value

    def for_python(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return self._ordered(self._each(self._method("for_python"), value))

    def for_json(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return super().for_json(value)
        return self._ordered(self._each(self._method("for_json"), value))

    def safe(self, value: Any, view: View, as_json: bool) -> Any:
        if not self._holders:
            return super().safe(value, view, as_json)
        if not isinstance(value, list | tuple):
            # What would be documents if it were a list is not shown at all.
            return None
        views = self._each(lambda item: self._safe_item(item, view, as_json), value)
        shown = [item for item in views if item is not None]
        return self._ordered(shown) if as_json else shown

    def describe(self) -> dict[str, Any]:
        return {"items": [field.schema() for field in self.fields]}

    def _ordered(self, items: list[Any]) -> list[Any]:
        return items

    def _accept_item(self, item: Any) -> Any:
        if not isinstance(item, dict | list | tuple):
            return item
        field = self._field_of(item)
        return field.accept(item) if field in self._holders else item

    def _safe_item(self, item: Any, view: View, as_json: bool) -> Any:
        field = self._field_of(item)
        if isinstance(item, dict | list | tuple) and not (
            field in self._holders or field.likeness(item)
        ):
            # It may have been meant to be a document.
            return None
        return field.safe(item, view, as_json)

    def _method(self, name: str) -> Callable[[Any], Any]:
        """Return a method of whichever field an item belongs to."""
        if len(self.fields) == 1:
            method: Callable[[Any], Any] = getattr(self.fields[0], name)
            return method
        return lambda item: getattr(self._field_of(item), name)(item)

    def _each(self, call: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """Call a function for each item; if it raises, say for which."""
        done: list[Any] = []
        try:
            for item in items:
                done.append(call(item))
        except ShieldException as error:
            raise self._item_error(len(done), items[len(done)], [error]) from None
        except REFUSALS as error:
            item = items[len(done)]
            raise self._item_error(len(done), item, [self.refusal(item, error)]) from error
        return done

    def _no_list(self, value: Any) -> ShieldException:
        return self.error("not_a_list", "has to be a list", value)

    def _item_error(
        self, index: int, item: Any, found: Sequence[ShieldException]
    ) -> ShieldException:
        path = self._path(index)
        singles = [single.under(path) for error in found for single in error.errors]
        for single in singles:
            single.field_name = single.field_name or self.field_name
        return ShieldException(
            f"has an item that {singles[0].reason}",
            self.field_name,
            text_of(item),
            code="list_item",
            path=path,
            value=item,
            errors=singles,
        )

    def _field_of(self, item: Any) -> BaseField[Any]:
        if len(self.fields) == 1:
            return self.fields[0]
        # Trying them all on a document would try them all on each document in it.
        alike = max(self.fields, key=lambda field: field.likeness(item))
        if alike.likeness(item):
            return alike
        return next((field for field in self.fields if not field.collect(item)), self.fields[0])

    def _path(self, index: int) -> str:
        return str(index) if self.field_name is None else f"{self.field_name}.{index}"


class SortedListField(ListField):
    """A list that is sorted on output.

    Args:
        ordering: the key to sort dictionaries and embedded documents by. Items without it, and
            None, come first. Items that cannot be compared keep their order.
    """

    def __init__(
        self,
        fields: BaseField[Any] | Sequence[BaseField[Any]],
        ordering: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(fields, **options)
        self.ordering = ordering

    def _ordered(self, items: list[Any]) -> list[Any]:
        keys = self._keys()

        def rank(item: Any) -> tuple[bool, Any]:
            value = item
            if keys and isinstance(item, dict):
                value = next((item[key] for key in keys if key in item), None)
            return value is not None, value

        try:
            return sorted(items, key=rank)
        except TypeError:
            return items

    def _keys(self) -> list[str]:
        """Return what output may call the field to sort by: a view has its short name."""
        if self.ordering is None:
            return []
        keys = [self.ordering]
        for holder in self.embedded():
            field = holder.document_type._fields.get(self.ordering)
            if field is not None:
                keys += filter(None, (field.uniq_field, field.minimized_field_name))
        return keys
