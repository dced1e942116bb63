"""What AutoAPI knows of a model: its fields, who may see and set them, and how to judge values."""

from __future__ import annotations

import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from brubeck_core.errors import BrubeckError, ConfigError
from brubeck_core.models.schemas import (
    RESPELLED,
    Schema,
    bound_integers,
    find_mistakes,
    format_of,
    kind_of,
)
from brubeck_core.models.unknown import known_part

#: Who looks at an item: its owner, or anybody.
View = Literal["owner", "public"]

#: Characters of an id.
MAX_ID = 200

# Ids stand in addresses, several of them with commas between.
_unaddressable = re.compile(r"[/,\x00-\x1f\x7f]|^\.{0,2}$").search

#: The name that every item has its id under, whatever the model calls it.
ID = "id"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value.

    Args:
        path: where it is: ``author.email``, ``comments.2.text``; empty for the whole item.
        code: why, for programs.
        reason: why, for people.
    """

    path: str
    code: str
    reason: str

    def under(self, prefix: object) -> FieldError:
        """Return the error with its path below `prefix`."""
        path = f"{prefix}.{self.path}" if self.path else str(prefix)
        return FieldError(path, self.code, self.reason)


class InvalidItem(BrubeckError, ValueError):
    """Values that a model refuses; `errors` has everything that is wrong with them."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(f"{error.path} {error.reason}" for error in self.errors[:5]))


class Model(ABC):
    """A class of items.

    An item is a dictionary of JSON values: a field's value under its name, and the text id under
    `id`. A class of any make may have lists of names as class attributes: `_private_fields` (the
    application's own, never shown), `_public_fields` (what everybody sees; nobody but the owner
    sees anything without it) and `_read_only_fields` (shown, and not for clients to set).

    Args:
        cls: the class.
        schema: its JSON Schema (draft 2020-12), an object with a property for each field.
        definitions: the schemas that it refers to as ``#/components/schemas/<name>``.
        id_name: the field that identifies an item; None when the class has none.

    Raises `ConfigError` for lists that name what is no field.
    """

    def __init__(
        self,
        cls: type,
        schema: Schema,
        definitions: Mapping[str, Schema],
        id_name: str | None,
    ) -> None:
        self.cls = cls
        self.name = cls.__name__
        self.schema = bound_integers(schema)
        self.definitions = {name: bound_integers(it) for name, it in definitions.items()}
        self.id_name = id_name
        #: The schema of each field, by its name.
        self.fields: dict[str, Schema] = self.schema["properties"]
        self.required: frozenset[str] = frozenset(self.schema.get("required", ()))
        self.private = self._names("_private_fields")
        self.read_only = self._names("_read_only_fields")
        #: What the views call each field.
        self.labels: dict[str, str] = {name: name for name in self.fields}
        #: The names that each view shows, besides the id.
        self.visible: dict[View, frozenset[str]] = {
            "owner": frozenset(self.fields) - self.private - {ID},
            "public": self._names("_public_fields") - self.private - {ID},
        }

    #: Whether `_load` may be asked about values of the wrong kind too.
    judges_any_kind: ClassVar[bool] = True

    @abstractmethod
    def _load(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values, converted and with defaults, as JSON. Raises `InvalidItem`."""

    def load(self, values: dict[str, Any]) -> dict[str, Any]:
        """Judge the values of an item, JSON in and JSON out.

        They have to be what the schema says, so that what is published is what holds, and what
        the class itself asks for. Raises `InvalidItem` with everything that is wrong.
        """
        errors = find_mistakes(self.schema, values, self.definitions)
        found = [FieldError(*error) for error in errors]
        if found and not self.judges_any_kind:
            raise InvalidItem(found)
        try:
            loaded = self._load(values)
        except InvalidItem as error:
            # What is wrong inside of a value is wrong with the value too, which says less.
            told = {place for each in found for place in _places(each.path)}
            found += [each for each in error.errors if each.path not in told]
        if found:
            raise InvalidItem(found)
        return loaded

    def rename(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a client gave under the fields' names, where views call them otherwise."""
        return dict(values)

    def sort_out(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
        """Return a client's values for fields, without what objects inside do not have, and errors.

        There is an error for each member of those objects that was left out.
        """
        unknown: list[str] = []
        found = {
            name: known_part(self.fields[name], value, self.definitions, name, unknown)
            for name, value in values.items()
            if name in self.fields
        }
        return found, [FieldError(path, "unknown_field", "is unknown here") for path in unknown]

    def overwrites(self, values: Mapping[str, Any]) -> list[FieldError]:
        """Return an error for each value that a client must not set, inside of `values`."""
        return []

    def keep_hidden(self, values: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a client gave with the values inside that they are never shown, as stored."""
        return dict(values)

    def make_item(self, values: Mapping[str, Any], item_id: str | None) -> dict[str, Any]:
        """Make an item of the values of its fields.

        Args:
            values: those a client gave and those that are kept.
            item_id: the id; None for the model's own default, or else a new UUID.

        Raises `InvalidItem`.
        """
        values = dict(values)
        name = self.id_name
        if name is None:
            return {ID: item_id or str(uuid.uuid4()), **self.load(values)}
        if item_id is not None:
            values[name] = self.identify(item_id)
        elif values.get(name) is None and name in self.required and not self.has_numbered_ids:
            values[name] = str(uuid.uuid4())
        fields = self.load(values)
        # A default that is the same for every item is the id of none.
        is_given = values.get(name) is not None
        nobodys = {None, ""} if is_given else {None, "", self.fields[name].get("default")}
        if fields.get(name) in nobodys:
            if self.has_numbered_ids:
                raise InvalidItem([FieldError(name, "required", "is required")])
            fields = self.load({**values, name: str(uuid.uuid4())})
        return {**fields, ID: str(fields[name])}

    def fields_of(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of an item's fields, without its id."""
        return {name: item[name] for name in self.fields if name in item and name != self.id_name}

    def identify(self, text: str) -> Any:
        """Return an id as the model takes it. Raises `InvalidItem` if no item can have it."""
        schema = {} if self.id_name is None else self.fields[self.id_name]
        value: Any = text
        if self.has_numbered_ids:
            value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
        elif schema.get("format") == "uuid":
            value = text.lower()
        if (
            value is None
            or len(text) > MAX_ID
            or _unaddressable(text)
            or find_mistakes(schema, value, self.definitions)
        ):
            raise InvalidItem([FieldError(ID, "invalid_id", "is not an id that an item can have")])
        return value

    def spell(self, name: str, text: str) -> str:
        """Return a text to search a field for as items have it: an id, a date or a time of day.

        What is no such thing stays as it is.
        """
        field = self.id_name if name == ID else name
        if field is None or format_of(self.fields[field]) not in RESPELLED:
            return text
        try:
            return self._respell(field, text)
        except ValueError:
            return text

    def _respell(self, field: str, text: str) -> str:
        """Return another spelling of a text as this makes one of it. Raises `ValueError`."""
        return RESPELLED[format_of(self.fields[field]) or ""](text)

    def show(self, item: Mapping[str, Any], view: View) -> dict[str, Any]:
        """Return what a view shows of an item: its id, and the visible fields."""
        shown = self.visible[view]
        return {ID: item[ID], **{name: item[name] for name in item if name in shown}}

    def tidy(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return an item of what a queryset has stored, by whichever program."""
        return dict(stored)

    @property
    def has_numbered_ids(self) -> bool:
        """Whether ids are numbers, which clients have to choose."""
        return self.id_name is not None and kind_of(self.fields[self.id_name]) == "integer"

    def _names(self, attribute: str) -> frozenset[str]:
        names = getattr(self.cls, attribute, None) or ()
        if isinstance(names, str) or not isinstance(names, Iterable):
            raise ConfigError(f"{self.name}.{attribute} has to be a list of names, not {names!r}")
        unknown = sorted(set(names) - set(self.fields) - {ID})
        if unknown:
            raise ConfigError(
                f"{self.name}.{attribute} names {', '.join(map(repr, unknown))}, which is no field "
                f"of it; there are: {', '.join(self.fields)}"
            )
        return frozenset(names)


def _places(path: str) -> Iterator[str]:
    """Yield a path and those of everything that it is inside of, the whole item as well."""
    while path:
        yield path
        path = path.rpartition(".")[0]
    yield path
