"""Judge what a client sends, by the class alone, before there is a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.fields.base import BaseField
from brubeck_dictshield.plan import STORED_ID

if TYPE_CHECKING:
    from brubeck_dictshield.document import BaseDocument


def validate_class(
    cls: type[BaseDocument],
    values: dict[str, Any],
    *,
    partial: bool,
    validate_all: bool,
    refuse_unknown: bool,
) -> list[ShieldException] | bool:
    """Return the errors of `values`, or True; raise the first unless `validate_all`."""
    found = _errors(cls, values, partial, refuse_unknown)
    if validate_all:
        return list(found)
    for error in found:
        raise error
    return True


def overwrites(
    cls: type[BaseDocument], values: Mapping[str, Any], refuse_unknown: bool = False
) -> Iterator[ShieldException]:
    """Yield an error for each private value that `values` would set, at any depth.

    By whatever name: a document understands short names and those of its output, too.

    Args:
        refuse_unknown: yield an error for each unknown key, too.
    """
    names = cls._plan.names
    for key, value in values.items():
        name = names.get(key)
        if name is None:
            if refuse_unknown:
                yield _unknown(key, value)
            continue
        field = cls._fields[name]
        if _is_hidden(cls, name):
            if value is not field.default:
                yield _overwrite(key, field, value)
        else:
            yield from field.overwrites(value, refuse_unknown)


def _errors(
    cls: type[BaseDocument], values: dict[str, Any], partial: bool, refuse_unknown: bool
) -> Iterator[ShieldException]:
    if not isinstance(values, dict):
        reason = f"values of a {cls.__name__} have to be a dictionary"
        yield ShieldException(reason, field_value=values, code="not_a_dict")
        return
    fields = _by_client_key(cls)
    for key in [key for key in values if key not in fields]:
        if refuse_unknown:
            yield _unknown(key, values[key])
        else:
            del values[key]
    known = {key: values[key] for key in fields if key in values}
    yield from overwrites(cls, known, refuse_unknown)
    for key, field in fields.items():
        # Private fields are the application's to fill, so a client cannot owe them.
        if _is_hidden(cls, key):
            continue
        value = values.get(key)
        if not field.absent(value):
            yield from field.collect(value)
        elif field.required and not partial and not _has_default(field, value):
            yield field.error("required", "is required", value)


def _has_default(field: BaseField[Any], value: Any) -> bool:
    # As in a document, where empty text stays what it is unless it is converted.
    remains = value is not None and field.accept(value) is not None
    return field.default is not None and not remains


def _by_client_key(cls: type[BaseDocument]) -> dict[str, BaseField[Any]]:
    return {STORED_ID if name == "id" else name: field for name, field in cls._fields.items()}


def _is_hidden(cls: type[BaseDocument], key: str) -> bool:
    return key in cls._internal_fields or key in (cls._private_fields or ())


def _unknown(key: str, value: Any) -> ShieldException:
    return ShieldException("is unknown here", key, value, code="unknown_field")


def _overwrite(key: str, field: BaseField[Any], value: Any) -> ShieldException:
    return ShieldException(
        "is not for clients to set",
        key,
        # DictShield reports the field here, which also keeps the value out of logs.
        field,
        code="internal_field_overwrite",
        value=value,
    )
