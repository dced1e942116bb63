"""Fields of lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        fields: the field of the items, or several: an item belongs to the first that it suits.
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
        if len(self.fields) == 1 and isinstance(value, list | tuple):
            check = self.fields[0].check
            try:
                for item in value:
                    check(item)
            except (ShieldException, *REFUSALS):
                pass
            else:
                return
        for error in self._failures(value):
            raise error

    def collect(self, value: Any) -> list[ShieldException]:
        found = super().collect(value)
        if not found or found[0].code != "list_item":
            return found
        failures = list(self._failures(value))
        first = failures[0]
        first._errors = tuple(single for failure in failures for single in failure.errors)
        return [first]

    def embedded(self) -> list[EmbeddedDocumentField]:
        return [found for field in self.fields for found in field.embedded()]

    def overwrites(self, value: Any) -> Iterator[ShieldException]:
        if self._holders and isinstance(value, list | tuple):
            for index, item in enumerate(value):
                for error in self._field_of(item).overwrites(item):
                    yield error.under(self._path(index))

    def for_python(self, value: Any) -> Any:
        return self._converted(value, "for_python")

    def for_json(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return super().for_json(value)
        return self._converted(value, "for_json")

    def safe(self, value: Any, view: View, as_json: bool) -> Any:
        if not self._holders:
            return super().safe(value, view, as_json)
        if not isinstance(value, list | tuple):
            # What would be documents if it were a list is not shown at all.
            return None
        views = [self._field_of(item).safe(item, view, as_json) for item in value]
        shown = [item for item in views if item is not None]
        return self._ordered(shown) if as_json else shown

    def describe(self) -> dict[str, Any]:
        return {"items": [field.schema() for field in self.fields]}

    def _ordered(self, items: list[Any]) -> list[Any]:
        return items

    def _accept_item(self, item: Any) -> Any:
        if len(self._holders) > 1 and isinstance(item, dict | list | tuple):
            for field in self._holders:
                accepted = field.accept(item)
                if not field.collect(accepted):
                    return accepted
        return self._holders[0].accept(item)

    def _failures(self, value: Any) -> Iterator[ShieldException]:
        if not isinstance(value, list | tuple):
            yield self.error("not_a_list", "has to be a list", value)
            return
        for index, item in enumerate(value):
            if len(self.fields) > 1 and any(not field.collect(item) for field in self.fields):
                continue
            found = self.fields[0].collect(item)
            if found:
                yield self._item_error(index, item, found)

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
        return next((field for field in self.fields if not field.collect(item)), self.fields[0])

    def _path(self, index: int) -> str:
        return str(index) if self.field_name is None else f"{self.field_name}.{index}"

    def _converted(self, value: Any, conversion: str) -> Any:
        if not isinstance(value, list | tuple):
            return value
        if len(self.fields) == 1:
            convert = getattr(self.fields[0], conversion)
            try:
                return self._ordered([convert(item) for item in value])
            except ShieldException:
                pass  # Once more below, to find out which item it was.
        converted = []
        for index, item in enumerate(value):
            try:
                converted.append(getattr(self._field_of(item), conversion)(item))
            except ShieldException as error:
                raise self._item_error(index, item, [error]) from None
        return self._ordered(converted)


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
        try:
            return sorted(items, key=self._rank)
        except TypeError:
            return items

    def _rank(self, item: Any) -> tuple[bool, Any]:
        value = item.get(self.ordering) if self.ordering and isinstance(item, dict) else item
        return value is not None, value
