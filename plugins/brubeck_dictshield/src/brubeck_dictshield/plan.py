"""What is known about a document class once it is defined, laid out for speed.

A document is constructed, validated and put out far more often than its class is made, so
everything that depends on the class alone is looked up here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from brubeck_dictshield.fields.base import BaseField

Convert = Callable[[Any], Any]

#: The name that stored documents give the id.
STORED_ID = "_id"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the documents of one class are filled, checked and put out.

    Args:
        names: by every key that construction understands, the name of the field.
        slots: by key, the name of the field and what converts its value; fields that override
            `__set__` are not in here.
        blank: the values of a new document, as far as all documents can share them.
        empty: by the names of fields for which None is a value of its own, what makes it.
        fresh: names of the other fields, and what makes their values.
        checks: name, field and check of each.
        to_python, to_json: name, output key and conversion of each.
    """

    names: Mapping[str, str]
    slots: Mapping[str, tuple[str, Convert | None]]
    blank: Mapping[str, Any]
    empty: Mapping[str, Callable[[], Any]]
    fresh: tuple[tuple[str, Callable[[], Any]], ...]
    checks: tuple[tuple[str, BaseField[Any], Callable[[Any], None]], ...]
    to_python: tuple[tuple[str, str, Convert | None], ...]
    to_json: tuple[tuple[str, str, Convert | None], ...]


def make_plan(fields: Mapping[str, BaseField[Any]], id_name: str | None) -> Plan:
    """Lay out the plan of a class with these fields."""
    names = _names(fields, id_name)
    stock = {name for name, field in fields.items() if not overrides(field, "__set__")}
    makers = {name: field.default_maker() for name, field in fields.items()}
    return Plan(
        names=names,
        slots={key: (name, _accept(fields[name])) for key, name in names.items() if name in stock},
        blank={
            name: None if makers[name] is not None else field.make_default()
            for name, field in fields.items()
        },
        empty={name: field.empty for name, field in fields.items() if overrides(field, "empty")},
        fresh=tuple((name, make) for name, make in makers.items() if make is not None),
        checks=tuple((name, field, _check(field)) for name, field in fields.items()),
        to_python=_output(fields, "for_python"),
        to_json=_output(fields, "for_json"),
    )


def overrides(field: BaseField[Any], method: str) -> bool:
    """Say whether the class of `field` has a method of its own in place of the stock one."""
    return getattr(type(field), method) is not getattr(BaseField, method)


def _names(fields: Mapping[str, BaseField[Any]], id_name: str | None) -> dict[str, str]:
    names = {}
    for name, field in fields.items():
        for key in (field.uniq_field, field.minimized_field_name):
            if key is not None:
                names[key] = name
    # A field's own name wins over what another one is called for short.
    names.update((name, name) for name in fields)
    if id_name is not None:
        names.setdefault(STORED_ID, id_name)
    return names


def _accept(field: BaseField[Any]) -> Convert | None:
    if not overrides(field, "accept"):
        return None
    if field.default is None or field.default_maker() is not None:
        return field.accept
    accept, default = field.accept, field.make_default()

    def accept_or_default(value: Any) -> Any:
        accepted = accept(value)
        return default if accepted is None else accepted

    return accept_or_default


def _check(field: BaseField[Any]) -> Callable[[Any], None]:
    if field.choices is None and field.validation is None and not overrides(field, "check"):
        return field.validate
    return field.check


def _conversion(field: BaseField[Any], conversion: str) -> Convert | None:
    # What comes from JSON may still be something else by the time it goes back there.
    if conversion == "for_json" or overrides(field, conversion):
        convert: Convert = getattr(field, conversion)
        return convert
    return None


def _output(
    fields: Mapping[str, BaseField[Any]], conversion: str
) -> tuple[tuple[str, str, Convert | None], ...]:
    return tuple(
        (
            name,
            field.uniq_field or name,
            _conversion(field, conversion),
        )
        for name, field in fields.items()
    )
