"""The part of JSON Schema (draft 2020-12) that models are published in, and judged by.

It is read without guesses: where a value may be one of several kinds that look alike, it is left
to the model, so that the cost stays linear in the value.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any

Schema = dict[str, Any]
#: Where, why for programs, and why for people.
Mistake = tuple[str, str, str]

#: What begins a reference to another schema of the same document.
REFERENCE = "#/components/schemas/"

#: The numbers that every store can keep.
LEAST, GREATEST = -(2**63), 2**63 - 1

#: How many mistakes are told of one item.
MOST_MISTAKES = 100

# Clients make up names, and a name is part of every path below it.
_LONGEST_NAME = 80

_SCALARS = ("string", "integer", "number", "boolean")

_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def find_mistakes(
    schema: Schema, value: Any, definitions: Mapping[str, Schema], path: str = ""
) -> list[Mistake]:
    """Compare a JSON value with a schema and return what is wrong with it, up to 100 mistakes.

    Looks at kinds, references, properties (required ones, unknown ones where they are refused),
    items, choices, formats of ids and moments, and bounds of numbers. The rest is the model's.
    """
    return list(islice(_mistakes(schema, value, definitions, path), MOST_MISTAKES))


def bound_integers(schema: Any) -> Any:
    """Return a schema whose whole numbers have bounds, so that every store can keep them."""
    if isinstance(schema, list):
        return [bound_integers(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: bound_integers(value) for key, value in schema.items()}
    if found.get("type") == "integer" or "integer" in (found.get("type") or ()):
        if "exclusiveMinimum" not in found:
            found["minimum"] = max(found.get("minimum", LEAST), LEAST)
        if "exclusiveMaximum" not in found:
            found["maximum"] = min(found.get("maximum", GREATEST), GREATEST)
    return found


def kind_of(schema: Schema) -> str | None:
    """Return the one kind of scalar that a schema describes, besides null, or None."""
    kinds = {name for branch in _branches(schema) for name in _types(branch)} - {"null"}
    if len(kinds) == 1:
        (kind,) = kinds
        return kind if kind in _SCALARS else None
    return None


def format_of(schema: Schema) -> str | None:
    """Return the format that a schema asks of text, or None."""
    return next((it["format"] for it in _branches(schema) if "format" in it), None)


def nullable(schema: Schema) -> Schema:
    """Return the schema of the same or null."""
    types = _types(schema)
    if "$ref" in schema or "anyOf" in schema or "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if not types or "null" in types:
        return schema
    return {**schema, "type": [*types, "null"]}


def join(path: str, name: object) -> str:
    """Return the path of what is called `name` inside of `path`."""
    shown = str(name)[:_LONGEST_NAME]
    return f"{path}.{shown}" if path else shown


def resolve(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return the schema that a reference leads to."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix(REFERENCE)]
    return schema


def alike(schema: Schema, value: Any, definitions: Mapping[str, Schema]) -> list[Schema]:
    """Return the branches of a schema, or itself, that have the kind of a value."""
    branches = (resolve(it, definitions) for it in _branches(resolve(schema, definitions)))
    return [branch for branch in branches if _fits(_types(branch), value)]


def _mistakes(
    schema: Schema, value: Any, definitions: Mapping[str, Schema], path: str
) -> Iterator[Mistake]:
    schema = resolve(schema, definitions)
    if "anyOf" in schema or "oneOf" in schema:
        found = alike(schema, value, definitions)
        if not found:
            branches = [resolve(branch, definitions) for branch in _branches(schema)]
            yield path, "wrong_type", _reason(name for each in branches for name in _types(each))
        elif len(found) == 1:
            yield from _mistakes(found[0], value, definitions, path)
        return
    types = _types(schema)
    if not _fits(types, value):
        yield path, "wrong_type", _reason(types)
        return
    if "enum" in schema and not _is_one_of(value, schema["enum"]):
        allowed = ", ".join(map(str, schema["enum"]))
        yield path, "choices", f"has to be one of: {allowed}"
    elif "const" in schema and not _is_one_of(value, [schema["const"]]):
        yield path, "choices", f"has to be {schema['const']}"
    elif isinstance(value, str):
        yield from _text_mistakes(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_mistakes(schema, value, path)
    elif isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                yield from _mistakes(items, item, definitions, join(path, index))
    elif isinstance(value, dict):
        yield from _object_mistakes(schema, value, definitions, path)


def _object_mistakes(
    schema: Schema, value: dict[str, Any], definitions: Mapping[str, Schema], path: str
) -> Iterator[Mistake]:
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in value:
            yield join(path, name), "required", "is required"
    for name, each in value.items():
        if name in properties:
            yield from _mistakes(properties[name], each, definitions, join(path, name))
        elif isinstance(others, dict):
            yield from _mistakes(others, each, definitions, join(path, name))
        elif not others:
            yield join(path, name), "unknown_field", "is unknown here"


def _text_mistakes(schema: Schema, value: str, path: str) -> Iterator[Mistake]:
    parse = _FORMATS.get(schema.get("format", ""))
    if parse is not None:
        try:
            parse(value)
        except ValueError:
            yield path, "format", f"is not of the format {schema['format']}"


def _number_mistakes(schema: Schema, value: float, path: str) -> Iterator[Mistake]:
    if value < schema.get("minimum", value):
        yield path, "below_min", f"is less than {schema['minimum']}"
    elif value > schema.get("maximum", value):
        yield path, "above_max", f"is greater than {schema['maximum']}"
    elif abs(value) > sys.float_info.max:
        yield path, "above_max", "is too large"


def _uuid(text: str) -> None:
    # Of all its spellings the one that is put out again (RFC 9562 §4), in any case.
    if str(uuid.UUID(text)) != text.lower():
        raise ValueError(text)


_FORMATS: dict[str, Callable[[str], object]] = {
    "uuid": _uuid,
    "date-time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


#: What Python makes of a text of each of these formats when it writes it again.
RESPELLED: dict[str, Callable[[str], str]] = {
    "uuid": lambda text: str(uuid.UUID(text)),
    "date-time": lambda text: datetime.fromisoformat(text).isoformat(),
    "date": lambda text: date.fromisoformat(text).isoformat(),
    "time": lambda text: time.fromisoformat(text).isoformat(),
}


def _types(schema: Schema) -> list[str]:
    given = schema.get("type")
    if given is None:
        # Choices have kinds too.
        choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
        return list(dict.fromkeys(_type_of(choice) for choice in choices))
    return [given] if isinstance(given, str) else given


def _type_of(value: Any) -> str:
    return next(name for name in ("integer", *_WORDS) if _fits([name], value))


def _reason(types: Iterable[str]) -> str:
    return f"has to be {' or '.join(dict.fromkeys(_WORDS[name] for name in types))}"


def _branches(schema: Schema) -> list[Schema]:
    found: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return found


def _fits(types: list[str], value: Any) -> bool:
    if not types:
        return True
    match value:
        case None:
            return "null" in types
        case bool():
            return "boolean" in types
        case int():
            return "integer" in types or "number" in types
        case float():
            return "number" in types or ("integer" in types and value.is_integer())
        case str():
            return "string" in types
        case list():
            return "array" in types
        case _:
            return "object" in types


def _is_one_of(value: Any, allowed: Iterable[Any]) -> bool:
    return any(
        value == each and isinstance(value, bool) == isinstance(each, bool) for each in allowed
    )
