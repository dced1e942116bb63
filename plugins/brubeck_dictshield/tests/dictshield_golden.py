"""Read recorded cases: models, values and errors, as the `reading` part of the file explains."""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
from dataclasses import dataclass
from typing import Any

from brubeck_dictshield import fields
from brubeck_dictshield.document import BaseDocument, Document, EmbeddedDocument
from brubeck_dictshield.errors import InvalidShield, ShieldDocException, ShieldException
from brubeck_dictshield.fields import BaseField
from brubeck_dictshield.multivaluedict import MultiValueDict
from brubeck_dictshield.swap import swap_field
from bson import ObjectId

ROOTS = {"document": Document, "embedded": EmbeddedDocument}
PREDICATES = {
    "is_even": lambda value: value % 2 == 0,
    "starts_with_a": lambda value: value.startswith("a"),
}
NUMBER_CLASSES = {"int": int, "long": int, "float": float, "complex": complex}
MODEL_KEYS = {
    "name", "kind", "fields", "bases", "also_root", "meta", "_meta", "private_fields",
    "public_fields", "swap_ids",
}  # fmt: skip
SCALAR_TAGS = {
    "$datetime": datetime.datetime.fromisoformat,
    "$uuid": uuid.UUID,
    "$decimal": decimal.Decimal,
    "$objectid": ObjectId,
}

#: Codes that the recorded cases name, with exactly our words.
RECORDED_CODES = {
    "above_max", "bad_dict_key", "below_min", "choices", "custom_validation", "geo_dimension",
    "geo_types", "hash_length", "internal_field_overwrite", "invalid_email", "invalid_url",
    "invalid_value", "list_item", "not_a_decimal", "not_a_list", "not_a_number", "not_boolean",
    "not_datetime", "not_embedded_instance", "not_hex", "regex", "required", "too_long",
}  # fmt: skip
#: Codes of ours that they do not; a neutral code which is none of the above stands for one.
OUR_CODES = {
    "geo_container", "not_a_dict", "not_objectid", "not_uuid", "too_short", "url_unreachable",
}  # fmt: skip


class UnmappedError(Exception):
    """A case says something that this reader does not understand."""


@dataclass
class Raised:
    """An operation that ended in an exception."""

    error: Exception


def build(models: list[dict[str, Any]]) -> dict[str, type[BaseDocument]]:
    """Define the models of a case, by name; the last one is under test."""
    classes: dict[str, type[BaseDocument]] = {}
    for model in models:
        require(set(model) <= MODEL_KEYS, f"model keys {set(model) - MODEL_KEYS}")
        classes[model["name"]] = build_model(model, classes)
    return classes


def build_model(model: dict[str, Any], classes: dict[str, Any]) -> Any:
    namespace: dict[str, Any] = {
        name: build_field(spec, classes) for name, spec in model["fields"].items()
    }
    for key in ("private_fields", "public_fields"):
        if key in model:
            namespace[f"_{key}"] = model[key]
    meta = dict(model.get("meta", {}))
    inheritance = {
        "allow_inheritance": meta.pop("allow_inheritance", None),
        **model.get("_meta", {}),
    }
    if inheritance["allow_inheritance"] is not None:
        namespace["_meta"] = inheritance
    if "id_field" in meta:
        meta["id_field"] = getattr(fields, meta["id_field"])
    if meta:
        namespace["Meta"] = type("Meta", (), meta)
    root = ROOTS[model["kind"]]
    bases = [classes[name] for name in model.get("bases", [])]
    bases = [root, *bases] if model.get("also_root") or not bases else bases
    cls = type(root)(model["name"], tuple(bases), namespace)
    swap = model.get("swap_ids")
    return swap_field(cls, getattr(fields, swap["field"]), swap["names"]) if swap else cls


def build_field(spec: dict[str, Any], classes: dict[str, Any]) -> BaseField[Any]:
    kind = getattr(fields, spec["type"], None)
    require(kind is not None, f"field type {spec['type']}")
    options = {
        name: build_option(name, value, classes) for name, value in spec.get("options", {}).items()
    }
    return kind(**options)


def build_option(name: str, value: Any, classes: dict[str, Any]) -> Any:
    if name == "fields":
        if isinstance(value, list):
            return [build_option(name, item, classes) for item in value]
        return build_field(value, classes) if is_field(value) else decode(value, classes)
    if name == "document_type":
        return classes.get(value, value)
    if name == "basecls" and isinstance(value, str):
        return getattr(fields, value, value)
    if name == "number_class":
        return NUMBER_CLASSES[value if isinstance(value, str) else next(iter(value.values()))]
    return decode(value, classes)


def is_field(value: Any) -> bool:
    return isinstance(value, dict) and "type" in value


def decode(value: Any, classes: dict[str, Any]) -> Any:
    """Make the Python value that tagged JSON stands for."""
    if isinstance(value, list):
        return [decode(item, classes) for item in value]
    if not isinstance(value, dict):
        return value
    tag = next((key for key in value if key.startswith("$") and not isinstance(value, str)), None)
    if tag in SCALAR_TAGS:
        return SCALAR_TAGS[tag](value[tag])
    if tag == "$tuple":
        return tuple(decode(value[tag], classes))
    if tag == "$doc":
        return classes[value[tag]](**decode(value["fields"], classes))
    if tag == "$multivaluedict":
        return MultiValueDict(decode(value[tag], classes))
    if tag == "$callable_returning":
        returned = decode(value[tag], classes)
        return lambda *_: returned
    if tag == "$predicate":
        return PREDICATES[value[tag]]
    return {key: decode(item, classes) for key, item in value.items()}


def encode(value: Any) -> Any:
    """Make tagged JSON of a Python value."""
    if isinstance(value, MultiValueDict):
        return {"$multivaluedict": {key: encode(items) for key, items in value.lists()}}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"$tuple": [encode(item) for item in value]}
    if isinstance(value, BaseDocument):
        return {"$doc": type(value).__name__, "fields": attributes(value)}
    if isinstance(value, BaseField):
        return {"$field": type(value).__name__}
    if isinstance(value, datetime.datetime):
        return {"$datetime": value.isoformat()}
    for tag, kind in SCALAR_TAGS.items():
        if isinstance(kind, type) and isinstance(value, kind):
            return {tag: str(value)}
    return value


def attributes(document: BaseDocument) -> dict[str, Any]:
    return {name: encode(document[name]) for name in document if document[name] is not None}


def same(expected: Any, actual: Any) -> bool:
    """Compare recorded JSON with ours: types count, orders the original left open do not."""
    if isinstance(expected, dict):
        if set(expected) == {"$text_of"}:
            return isinstance(actual, str)
        if set(expected) == {"$generated"}:
            kind = expected["$generated"]
            return actual is not None and (f"${kind}" not in SCALAR_TAGS or f"${kind}" in actual)
        return (
            isinstance(actual, dict)
            and set(expected) == set(actual)
            and all(
                same(sorted(expected[key]), sorted(actual[key]))
                if key == "_types"
                else same(expected[key], actual[key])
                for key in expected
            )
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(map(same, expected, actual))
        )
    return type(expected) is type(actual) and expected == actual


def same_code(expected: str, actual: str) -> bool:
    if expected in RECORDED_CODES | OUR_CODES:
        return expected == actual
    return actual in OUR_CODES


def same_value(expected: Any, actual: Any) -> bool:
    """Compare the value of an error, which may be text that Python 2 made of a value."""
    if isinstance(expected, str) and isinstance(actual, str):
        return expected == actual or re.sub(r"\bu(?=['\"])", "", expected) == actual
    return same(expected, actual)


def same_error(expected: dict[str, Any], error: Exception) -> bool:
    """Compare a recorded exception with ours."""
    kind = expected["exception"]
    if kind == "field_error":
        return (
            type(error) is ShieldException
            and same_code(expected["code"], error.code)
            and expected["field"] == error.field_name
            and same_value(expected["value"], encode(error.field_value))
            and expected.get("reason_type", "str") in ("str", "unicode")
            and isinstance(error.reason, str)
        )
    if kind == "document_error":
        return (
            isinstance(error, ShieldDocException)
            and expected["doc"] == error.doc
            and same_errors(expected["errors"], error.error_list)
        )
    if kind == "definition_error":
        return isinstance(error, InvalidShield)
    require(kind == "python_error", f"exception {kind}")
    return expected["type"] in {cls.__name__ for cls in type(error).__mro__}


def same_errors(expected: list[dict[str, Any]], errors: list[ShieldException]) -> bool:
    by_field = sorted(errors, key=lambda error: (error.field_name or "", error.code))
    recorded = sorted(expected, key=lambda error: (error["field"] or "", error["code"]))
    return len(recorded) == len(by_field) and all(map(same_error, recorded, by_field))


def require(condition: bool, what: str) -> None:
    if not condition:
        raise UnmappedError(f"this reader does not know: {what}")
