"""What every field can do, and how to write one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.jsonable import jsonable
from brubeck_dictshield.visible import View, visible

if TYPE_CHECKING:
    from typing import Self

    from brubeck_dictshield.document import BaseDocument
    from brubeck_dictshield.fields.embedded import EmbeddedDocumentField

T = TypeVar("T")


#: What `validate` may raise in place of a `ShieldException`, as many fields of 2012 do.
REFUSALS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)

#: Defaults of these types can be shared by all documents.
_SHAREABLE = (str, bytes, int, float, type(None))


class BaseField(Generic[T]):
    """A field that takes any value, and the base of all others.

    A field of one's own overrides some of:

    - `accept`: what assignment makes of a value; it must not raise, so that all mistakes of a
      document can be told at once,
    - `validate`: raise `self.error(...)` for a value that is wrong; it sees what `accept` made,
      and in lists and class-level validation what was given,
    - `for_python`, `for_json`: what output makes of a value,
    - `json_type` and `describe`: its JSON schema.

    Args:
        required: None and `''` are errors.
        default: a value, or a function without arguments that makes one; shown when the stored
            value is None.
        choices: the values allowed.
        validation: a predicate that a value has to satisfy.
        uniq_field: the key in `to_python` and `to_json`; the field's name unless given.
        field_name: set by the document class.
        id_field: this field takes the place of `id`.
        description: for the JSON schema.
        minimized_field_name: a short key for owner and public views.
    """

    #: What JSON schema calls the type.
    json_type = "any"
    json_format: str | None = None

    def __init__(
        self,
        *,
        required: bool = False,
        default: Any = None,
        choices: Sequence[Any] | None = None,
        validation: Callable[[Any], Any] | None = None,
        uniq_field: str | None = None,
        field_name: str | None = None,
        id_field: bool = False,
        description: str | None = None,
        minimized_field_name: str | None = None,
    ) -> None:
        self.required = required
        self.default = default
        self.choices = choices
        self.validation = validation
        self.uniq_field = uniq_field
        self.field_name = field_name
        self.id_field = id_field
        self.description = description
        self.minimized_field_name = minimized_field_name
        self.owner_document: type[BaseDocument] | None = None

    def bind(self, name: str, owner: type[BaseDocument]) -> None:
        """Learn the name given by the document class, and which class that is."""
        self.field_name = name
        self.uniq_field = self.uniq_field or name
        self.own(owner)

    def own(self, owner: type[BaseDocument]) -> None:
        """Learn which document class this field is part of."""
        if self.owner_document is None:
            self.owner_document = owner

    def error(
        self, code: str, reason: str, value: Any, *, path: str | None = None
    ) -> ShieldException:
        """Make the error to raise for `value`."""
        return ShieldException(reason, self.field_name, value, code=code, path=path)

    def accept(self, value: Any) -> Any:
        """Convert a value that is being assigned, or leave it for `validate` to refuse."""
        return value

    def empty(self) -> Any:
        """Return what assigning None stores: None, so that the default shows."""
        return None

    def absent(self, value: Any) -> bool:
        """Say whether `value` counts as none at all."""
        return value is None or value == ""

    def check(self, value: Any) -> None:
        """Raise `ShieldException` unless a value satisfies choices, predicate and type."""
        self.check_options(value)
        self.validate(value)

    def check_options(self, value: Any) -> None:
        """Raise `ShieldException` unless a value satisfies choices and predicate."""
        if self.choices is None and self.validation is None:
            return
        value = self._accepted(value)
        if self.choices is not None and value not in self.choices:
            allowed = ", ".join(map(str, self.choices))
            raise self.error("choices", f"has to be one of: {allowed}", value)
        if self.validation is not None:
            self._ask(self.validation, value)

    def validate(self, value: Any) -> None:
        """Raise `ShieldException` unless a value suits this type of field."""

    def collect(self, value: Any) -> list[ShieldException]:
        """Return what `check` raises, and what it would raise after that.

        Looks at every value once, however deeply documents are nested.
        """
        return self._raised(self.check, value)

    def refusal(self, value: Any, error: Exception) -> ShieldException:
        """Make the error for a value that a field of one's own refused with a builtin error."""
        refused = self.error("invalid_value", "is not a value for this field", value)
        refused.__cause__ = error
        return refused

    def likeness(self, item: Any) -> int:
        """Say how much a dictionary, list or document is like what this field holds."""
        return 0

    def embedded(self) -> list[EmbeddedDocumentField]:
        """Return the fields of embedded documents that this one is, or is made of."""
        return []

    def overwrites(self, value: Any, refuse_unknown: bool = False) -> Iterator[ShieldException]:
        """Yield an error for each private value that a client tries to set inside `value`.

        Args:
            refuse_unknown: and for each key that the documents in it do not know.
        """
        return iter(())

    def rename(self, value: Any) -> Any:
        """Return what a client gave with documents inside under their fields' own names."""
        return value

    def for_python(self, value: Any) -> Any:
        """Return a value for `to_python`."""
        return value

    def for_json(self, value: Any) -> Any:
        """Return a value for `to_json`: one that JSON can hold."""
        return jsonable(value)

    def safe(self, value: Any, view: View, as_json: bool) -> Any:
        """Return a value for an owner or public view; None leaves it out."""
        shown = visible(value, view, as_json)
        return self.for_json(shown) if as_json else shown

    def default_maker(self) -> Callable[[], Any] | None:
        """Return a function that makes a default for each document anew, if one is needed."""
        if not callable(self.default) and isinstance(self.default, _SHAREABLE):
            return None
        return lambda: self._accepted(
            self.default() if callable(self.default) else copy.deepcopy(self.default)
        )

    def make_default(self) -> Any:
        """Return the value that a document has when it was given none."""
        make = self.default_maker()
        return self._accepted(self.default) if make is None else make()

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of this field."""
        found: dict[str, Any] = {"type": self.json_type}
        if self.field_name is not None:
            found["title"] = self.field_name
        if self.json_format is not None:
            found["format"] = self.json_format
        found.update(self.describe())
        if self.default is not None and not callable(self.default):
            found["default"] = self.for_json(self.default)
        if self.description is not None:
            found["description"] = self.description
        if self.required:
            found["required"] = True
        return found

    def describe(self) -> dict[str, Any]:
        """Return what the JSON schema says about this type of field in particular."""
        return {}

    def _accepted(self, value: Any) -> Any:
        return self.empty() if value is None else self.accept(value)

    def _raised(self, judge: Callable[[Any], None], value: Any) -> list[ShieldException]:
        try:
            judge(value)
        except ShieldException as error:
            # A traceback keeps the frames that it went through; a client can make thousands.
            return [error.with_traceback(None)]
        except REFUSALS as error:
            return [self.refusal(value, error)]
        return []

    def _ask(self, predicate: Callable[[Any], Any], value: Any) -> None:
        if not callable(predicate):
            raise self.error(
                "invalid_value",
                f"cannot be judged: the field's `validation` is {predicate!r}, "
                "and has to be a function",
                value,
            )
        try:
            satisfied = predicate(value)
        except REFUSALS as error:
            # A predicate is written for values of the right type, and meets others here.
            raise self.error("invalid_value", "cannot be judged by its own rule", value) from error
        if not satisfied:
            raise self.error("custom_validation", "does not satisfy its own rule", value)

    if TYPE_CHECKING:
        # Documents keep values as plain attributes; what their class makes of a field's name,
        # and what reading it from a document gives, only type checkers have to be told.
        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type | None = None) -> T | None: ...
        def __get__(self, instance: object | None, owner: type | None = None) -> Any: ...

    def __set__(self, instance: Any, value: Any) -> None:
        """Store what `accept` makes of a value, or the default if that is None."""
        accepted = self._accepted(value)
        vars(instance)[self.field_name] = self.make_default() if accepted is None else accepted
