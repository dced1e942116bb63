"""Documents: classes of fields, and their instances."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, overload

from brubeck_dictshield.class_validation import overwrites, validate_class
from brubeck_dictshield.errors import ShieldDocException, ShieldException
from brubeck_dictshield.fields.base import REFUSALS, BaseField
from brubeck_dictshield.jsonschema import class_from_schema, schema_of
from brubeck_dictshield.metaclass import DocumentMetaclass
from brubeck_dictshield.plan import Plan
from brubeck_dictshield.safe import safe_view
from brubeck_dictshield.visible import View

if TYPE_CHECKING:
    from brubeck_core.models import Model


class BaseDocument(metaclass=DocumentMetaclass):
    """What top-level and embedded documents have in common.

    Construction takes keywords: names of fields, their short names, and `_id` for the id. Any
    other keyword becomes a plain attribute that no output shows, unless the class has an
    attribute of that name, which it never replaces.
    """

    # What the metaclass finds out about each class.
    _fields: ClassVar[dict[str, BaseField[Any]]]
    _plan: ClassVar[Plan]
    _meta: ClassVar[dict[str, Any]]
    _class_name: ClassVar[str]
    _superclasses: ClassVar[dict[str, DocumentMetaclass]]

    _root: ClassVar[bool] = True
    _top_level: ClassVar[bool] = False
    _embeddable: ClassVar[bool] = False

    #: Names that neither an owner nor a client ever deals with.
    _internal_fields: ClassVar[frozenset[str]] = frozenset({"_id", "id", "_cls", "_types"})
    #: Names that an owner does not see; in addition to the internal ones.
    _private_fields: ClassVar[Any] = None
    #: Names that everybody sees. None, or an empty list, shows nothing.
    _public_fields: ClassVar[Any] = None

    def __init__(self, /, **values: Any) -> None:
        plan = self._plan
        own = self.__dict__
        own.update(plan.blank)
        slots = plan.slots
        for key, value in values.items():
            slot = slots.get(key)
            if slot is None:
                self._set_other(key, value)
                continue
            name, accept = slot
            if value is not None:
                own[name] = value if accept is None else accept(value)
            elif name in plan.empty:
                own[name] = plan.empty[name]()
        for name, make in plan.fresh:
            if own[name] is None:
                own[name] = make()

    def _set_other(self, key: str, value: Any) -> None:
        name = self._plan.names.get(key)
        if name is not None:
            self._fields[name].__set__(self, value)
        elif not hasattr(type(self), key):
            self.__dict__[key] = value

    def validate(self, validate_all: bool = False) -> Literal[True]:
        """Return True, or raise `ShieldException` for the first field that is wrong.

        Args:
            validate_all: look at every field, and raise one `ShieldDocException` for them all.
        """
        if validate_all:
            errors = self._failures()
            if errors:
                raise ShieldDocException(self._class_name, errors)
            return True
        own = self.__dict__
        try:
            for name, field, check in self._plan.checks:
                value = own[name]
                if value is None or value == "":
                    if field.required:
                        raise field.error("required", "is required", value)
                else:
                    check(value)
        except REFUSALS as error:
            raise field.refusal(value, error) from error
        return True

    def _failures(self) -> list[ShieldException]:
        errors: list[ShieldException] = []
        for name, field, _ in self._plan.checks:
            value = self.__dict__[name]
            if value is not None and value != "":
                errors += field.collect(value)
            elif field.required:
                errors.append(field.error("required", "is required", value))
        return errors

    def to_python(self) -> dict[str, Any]:
        """Return a dictionary of converted values; constructing from it gives the same again.

        Raises `ShieldException` for a value that cannot be converted.
        """
        return self._output(self._plan.to_python)

    @overload
    def to_json(self, encode: Literal[True] = True, sort_keys: bool = False) -> str: ...
    @overload
    def to_json(self, encode: bool, sort_keys: bool = False) -> Any: ...
    def to_json(self, encode: bool = True, sort_keys: bool = False) -> Any:
        """Return JSON text, or the dictionary for it if `encode` is false.

        Raises `ShieldException` for a value that cannot be converted.
        """
        found = self._output(self._plan.to_json)
        return json.dumps(found, sort_keys=sort_keys) if encode else found

    def _output(self, conversions: Any) -> dict[str, Any]:
        own = self.__dict__
        found: dict[str, Any] = {}
        for name, key, convert in conversions:
            value = own[name]
            if value is not None:
                found[key] = value if convert is None else convert(value)
        if self._meta.get("allow_inheritance", True):
            found["_cls"] = self._class_name
            found["_types"] = [*self._superclasses, self._class_name]
        return found

    @overload
    @classmethod
    def validate_class_fields(
        cls,
        values: dict[str, Any],
        validate_all: Literal[False] = False,
        *,
        refuse_unknown: bool = False,
    ) -> Literal[True]: ...
    @overload
    @classmethod
    def validate_class_fields(
        cls, values: dict[str, Any], validate_all: Literal[True], *, refuse_unknown: bool = False
    ) -> list[ShieldException]: ...
    @classmethod
    def validate_class_fields(
        cls, values: dict[str, Any], validate_all: bool = False, *, refuse_unknown: bool = False
    ) -> Any:
        """Judge a whole document's values as a client gives them, without making one.

        Internal and private fields are refused, unless the value is the very default. Values of
        unknown keys are deleted from `values`.

        Args:
            values: by the (long) names of fields; edited in place.
            validate_all: return the list of errors instead of raising the first.
            refuse_unknown: make unknown keys errors instead, at any depth.
        """
        return validate_class(
            cls, values, partial=False, validate_all=validate_all, refuse_unknown=refuse_unknown
        )

    @overload
    @classmethod
    def validate_class_partial(
        cls,
        values: dict[str, Any],
        validate_all: Literal[False] = False,
        *,
        refuse_unknown: bool = False,
    ) -> Literal[True]: ...
    @overload
    @classmethod
    def validate_class_partial(
        cls, values: dict[str, Any], validate_all: Literal[True], *, refuse_unknown: bool = False
    ) -> list[ShieldException]: ...
    @classmethod
    def validate_class_partial(
        cls, values: dict[str, Any], validate_all: bool = False, *, refuse_unknown: bool = False
    ) -> Any:
        """Judge some of a document's values, as `validate_class_fields` does; none is required."""
        return validate_class(
            cls, values, partial=True, validate_all=validate_all, refuse_unknown=refuse_unknown
        )

    @classmethod
    def make_ownersafe(cls, document: Self | Mapping[str, Any]) -> dict[str, Any]:
        """Return what the owner of a document may see: neither internal nor private fields."""
        return safe_view(cls, document, "owner", as_json=False)

    @classmethod
    def make_publicsafe(cls, document: Self | Mapping[str, Any]) -> dict[str, Any]:
        """Return what everybody may see: the fields in `_public_fields`, and no others."""
        return safe_view(cls, document, "public", as_json=False)

    @classmethod
    def make_json_ownersafe(
        cls, document: Self | Mapping[str, Any], encode: bool = True, sort_keys: bool = False
    ) -> Any:
        """Return the owner's view as JSON text, or as a dictionary for it."""
        found = safe_view(cls, document, "owner", as_json=True)
        return json.dumps(found, sort_keys=sort_keys) if encode else found

    @classmethod
    def make_json_publicsafe(
        cls, document: Self | Mapping[str, Any], encode: bool = True, sort_keys: bool = False
    ) -> Any:
        """Return the public view as JSON text, or as a dictionary for it."""
        found = safe_view(cls, document, "public", as_json=True)
        return json.dumps(found, sort_keys=sort_keys) if encode else found

    @classmethod
    def for_jsonschema(cls) -> dict[str, Any]:
        """Return the JSON schema of the class, of its public fields alone if it names any."""
        return schema_of(cls)

    @classmethod
    def to_jsonschema(cls) -> str:
        """Return the JSON schema of the class as text."""
        return json.dumps(cls.for_jsonschema())

    @classmethod
    def from_jsonschema(cls, schema: Mapping[str, Any]) -> type[Self]:
        """Return a class derived from this one, defined by a JSON schema.

        Raises `DictFieldNotFound` for types and formats without a field, and `InvalidShield`
        for a schema without `title` or `properties`.
        """
        return class_from_schema(cls, schema)

    @classmethod
    def __brubeck_model__(cls) -> Model:
        """Return what an AutoAPI needs to know of the class."""
        # Imported here, for most documents are never behind an API.
        from brubeck_dictshield.api_model import DocumentModel

        return DocumentModel(cls)

    @classmethod
    def _get_subclasses(cls) -> dict[str, type[BaseDocument]]:
        """Return every class derived from this one, by its name with ancestors."""
        found: dict[str, type[BaseDocument]] = {}
        for derived in cls.__subclasses__():
            found |= {derived._class_name: derived, **derived._get_subclasses()}
        return found

    @classmethod
    def _overwrites(
        cls, values: Mapping[str, Any], refuse_unknown: bool
    ) -> Iterator[ShieldException]:
        return overwrites(cls, values, refuse_unknown)

    @classmethod
    def _rename(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for key, value in values.items():
            name = cls._plan.names.get(key, key)
            field = cls._fields.get(name)
            found[name] = value if field is None else field.rename(value)
        return found

    @classmethod
    def _safe(cls, document: Any, view: View, as_json: bool) -> dict[str, Any]:
        return safe_view(cls, document, view, as_json)

    @property
    def _data(self) -> dict[str, Any]:
        """Where the values are: what a field with a `__set__` of its own writes to."""
        return self.__dict__

    def __setattr__(self, name: str, value: Any) -> None:
        field = self._fields.get(name)
        if field is None:
            object.__setattr__(self, name, value)
        else:
            field.__set__(self, value)

    def __delattr__(self, name: str) -> None:
        if name in self._fields:
            setattr(self, name, None)
        else:
            object.__delattr__(self, name)

    def __getitem__(self, name: str) -> Any:
        return getattr(self, self._known(name))

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self, self._known(name), value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return self.__dict__.get(name) is not None  # type: ignore[call-overload]

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        mine, theirs = self.__dict__, other.__dict__
        return all(mine.get(name) == theirs.get(name) for name in self._fields)

    # Documents can be changed, so they cannot be keys.
    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{type(self).__name__} object"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def _known(self, name: str) -> str:
        if name not in self._fields:
            raise KeyError(name)
        return name


class Document(BaseDocument):
    """A document that stands for itself, and has an `id`: a UUID unless its class chooses.

    class Song(Document):
        _public_fields = ["title"]
        title = StringField(required=True, max_length=80)
        class Meta:
            id_options = {"auto_fill": True}
    """

    _root = True
    _top_level = True


class EmbeddedDocument(BaseDocument):
    """A document inside another; it has no id.

    With ``class Meta: mixin = True`` it only lends its fields to the classes derived from it,
    and is not named among their ancestors.
    """

    _root = True
    _embeddable = True
