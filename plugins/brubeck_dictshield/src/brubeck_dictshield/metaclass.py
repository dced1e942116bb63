"""The class of document classes: it collects fields, and names every class after its ancestors."""

from __future__ import annotations

from typing import Any, ClassVar

from brubeck_dictshield.errors import InvalidShield
from brubeck_dictshield.fields.base import BaseField
from brubeck_dictshield.fields.ids import UUIDField
from brubeck_dictshield.plan import STORED_ID, Plan, make_plan

#: The name of the id field that every top-level document has.
ID = "id"


class DocumentMetaclass(type):
    """Make a document class out of its fields.

    The fields leave the class's namespace, so that reading a value from a document is reading a
    plain attribute; on the class, their names still give the fields.
    """

    _fields: dict[str, BaseField[Any]]
    _plan: Plan
    _meta: dict[str, Any]
    _class_name: str
    _superclasses: dict[str, DocumentMetaclass]
    _id_name: str | None
    _mixin: bool
    _root: bool
    _top_level: ClassVar[bool]

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> DocumentMetaclass:
        """Collect the fields of a new class; raises `InvalidShield` if they cannot be."""
        declared = {key: it for key, it in namespace.items() if isinstance(it, BaseField)}
        rest = {key: it for key, it in namespace.items() if key not in declared}
        meta = vars(rest.pop("Meta", object))
        cls = super().__new__(mcs, name, bases, rest, **options)
        parents = [base for base in bases if isinstance(base, DocumentMetaclass)]
        cls._root = not parents or rest.get("_root", False)
        cls._mixin = bool(meta.get("mixin", False))
        cls._meta = {**getattr(cls, "_meta", {}), **_settings(meta)}
        cls._fields = _inherited(parents, rest) | declared
        cls._refuse_text_as_list("_private_fields", "_public_fields")
        cls._name_after(parents)
        cls._choose_id(declared, meta)
        for key, field in cls._fields.items():
            _refuse_reserved(cls, key)
            if field.field_name is None or key in declared:
                field.bind(key, cls)  # type: ignore[arg-type]
        cls._plan = make_plan(cls._fields, cls._id_name)
        return cls

    def __getattr__(cls, name: str) -> Any:
        """Return the field called `name`."""
        try:
            return cls.__dict__["_fields"][name]
        except KeyError:
            raise AttributeError(
                f"document class {cls.__name__!r} has neither a field nor an attribute {name!r}"
            ) from None

    def __dir__(cls) -> list[str]:
        return [*super().__dir__(), *cls._fields]

    def _refuse_text_as_list(cls, *attributes: str) -> None:
        for attribute in attributes:
            # Every part of a text is "in" it, so that it would show what it does not name.
            if isinstance(cls.__dict__.get(attribute), str):
                raise InvalidShield(f"{cls.__name__}.{attribute} has to be a list of names")

    def _name_after(cls, parents: list[DocumentMetaclass]) -> None:
        named = [parent for parent in parents if not (parent._root or parent._mixin)]
        cls._class_name = ".".join([*(p._class_name for p in reversed(named)), cls.__name__])
        cls._superclasses = {}
        for parent in named:
            cls._superclasses |= {**parent._superclasses, parent._class_name: parent}

    def _choose_id(cls, declared: dict[str, BaseField[Any]], meta: Any) -> None:
        cls._id_name = None
        if cls._root or not cls._top_level:
            return
        marked = [key for key, field in cls._fields.items() if field.id_field]
        if len(marked) > 1:
            raise InvalidShield(
                f"{cls.__name__} has more than one field with id_field=True: {', '.join(marked)}"
            )
        if marked:
            cls._id_name = marked[0]
            if marked != [ID]:
                cls._fields.pop(ID, None)
            return
        cls._id_name = ID
        settings = {"id_field", "id_options"} & set(meta)
        if ID not in declared and (settings or ID not in cls._fields):
            cls._fields.pop(ID, None)
            cls._fields = {ID: _make_id(cls.__name__, meta)} | cls._fields


def _inherited(parents: list[DocumentMetaclass], rest: dict[str, Any]) -> dict[str, BaseField[Any]]:
    found: dict[str, BaseField[Any]] = {}
    for parent in parents:
        for key, field in parent._fields.items():
            # A plain attribute of the same name takes the field's place.
            if key not in rest:
                found.setdefault(key, field)
    return found


def _settings(meta: Any) -> dict[str, Any]:
    return {key: meta[key] for key in ("bucket",) if key in meta}


def _make_id(name: str, meta: Any) -> BaseField[Any]:
    kind = meta.get("id_field", UUIDField)
    options = meta.get("id_options")
    if not (isinstance(kind, type) and issubclass(kind, BaseField)):
        raise InvalidShield(f"Meta.id_field of {name} is a class of field, not {kind!r}")
    if options is None:
        return kind()
    return kind(**{"uniq_field": STORED_ID, **options})


def _refuse_reserved(cls: type, key: str) -> None:
    for base in cls.__mro__:
        if base.__dict__.get("_root") and key in base.__dict__:
            raise InvalidShield(
                f"{cls.__name__} cannot have a field named {key!r}: documents have that already"
            )
