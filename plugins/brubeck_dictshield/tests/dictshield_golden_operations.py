"""Recorded cases that are not a construction: what each of their observations stands for.

The cases name an operation in words and give what came out. Where they leave the arguments
open, these are read back from the outcome.
"""

from __future__ import annotations

import copy
import json
import pickle
from html.parser import HTMLParser
from typing import Any

from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.fields import StringField
from brubeck_dictshield.forms import Form
from brubeck_dictshield.multivaluedict import MultiValueDict
from dictshield_golden import decode, require

SAMPLES = {
    "StringField": "a",
    "URLField": "http://example.com",
    "EmailField": "a@example.com",
    "IntField": 1,
    "LongField": 1,
    "FloatField": 1.5,
    "BooleanField": True,
}


def document_operations(case: Any, classes: Any, cls: Any, attempt: Any) -> dict[str, Any]:
    recorded = case["observed"]
    names = [name for name in cls._fields if name != "id"]
    first = names[0]
    if "attr" not in recorded:
        field = getattr(cls, first)
        known = {"type": type(field).__name__, "fields": sorted(cls._fields)}
        return {
            key: attempt(lambda key=key: known.get(key) or getattr(field, key)) for key in recorded
        }
    document = cls(**{first: recorded["attr"]})
    last = names[-1]
    coerced = recorded.get("setitem_coerces")

    def set_item(name: str, value: Any) -> Any:
        other = cls()
        other[name] = value
        return other[name]

    def assign(name: str, value: Any) -> Any:
        other = cls(**{first: recorded["attr"]})
        setattr(other, name, value)
        return getattr(other, name)

    table = {
        "attr": lambda: getattr(document, first),
        "getitem": lambda: document[first],
        "getitem_unknown": lambda: document["nosuch"],
        "setitem_coerces": lambda: set_item(last, str(coerced)),
        "setitem_unknown": lambda: set_item("nosuch", 1),
        "set_none": lambda: assign(first, None),
        "unset_is_none": lambda: getattr(document, last),
        "contains_set": lambda: first in document,
        "contains_unset": lambda: last in document,
        "contains_unknown": lambda: "nosuch" in document,
        "iter": lambda: sorted(document),
        "len": lambda: len(document),
        "str": lambda: str(document),
        "repr": lambda: repr(document),
    }
    return run(table, recorded, attempt)


def subclasses(case: Any, classes: Any, cls: Any, attempt: Any) -> dict[str, Any]:
    root = classes[case["models"][0]["name"]]
    return {"subclasses": attempt(lambda: sorted(root._get_subclasses()))}


def safe_views(case: Any, classes: Any, cls: Any, attempt: Any) -> dict[str, Any]:
    recorded = case["observed"]
    given = decode(recorded["input"], classes)
    before = copy.deepcopy(given)
    table = {
        "ownersafe": lambda: cls.make_ownersafe(given),
        "publicsafe": lambda: cls.make_publicsafe(given),
        "json_ownersafe": lambda: json.loads(cls.make_json_ownersafe(given)),
        "json_publicsafe": lambda: json.loads(cls.make_json_publicsafe(given)),
    }
    views = run(table, set(recorded) - {"input", "input_dict_is_modified_in_place"}, attempt)
    return {"input": recorded["input"], "input_dict_is_modified_in_place": given != before, **views}


def class_validation(case: Any, classes: Any, cls: Any, attempt: Any) -> dict[str, Any]:
    recorded = case["observed"]
    wrong = recorded.get("bad", {}).get("raised", {"field": None})
    name = wrong["field"] or next(iter(cls._fields))
    table = {
        "good": lambda: cls.validate_class_partial(
            {name: SAMPLES[type(cls._fields[name]).__name__]}
        ),
        "empty": lambda: cls.validate_class_partial({}),
        "bad": lambda: cls.validate_class_partial({name: decode(wrong["value"], classes)}),
    }
    return run(table, recorded, attempt)


def json_schema(case: Any, classes: Any, cls: Any, attempt: Any) -> dict[str, Any]:
    recorded = case["observed"]
    if "input" in case:
        return schema_input(case["input"], recorded, attempt)
    if "raised" in recorded:
        return {"raised": attempt(cls.for_jsonschema)}
    table = {"schema": cls.for_jsonschema, "text_form": lambda: json.loads(cls.to_jsonschema())}
    return run(table, recorded, attempt)


def schema_input(schema: Any, recorded: Any, attempt: Any) -> dict[str, Any]:
    made = attempt(lambda: None)
    if "raised" in recorded:
        return {"raised": attempt(Document.from_jsonschema, schema)}
    cls = Document.from_jsonschema(schema)
    types = {name: type(field).__name__ for name, field in cls._fields.items()}
    table = {
        "name": lambda: cls.__name__,
        "title": lambda: cls.__name__,
        "fields": lambda: types if isinstance(recorded["fields"], dict) else sorted(types),
        "types": lambda: types,
        "schema": cls.for_jsonschema,
    }
    return {**run(table, recorded, attempt), "made": made}


class Inputs(HTMLParser):
    """What a form consists of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def css(self, tag: str) -> str | None:
        return next((found.get("class") for found in self.all(tag)), None)


def forms(case: Any, classes: Any, cls: Any, attempt: Any) -> dict[str, Any]:
    recorded = case["observed"]
    names = [name for name in cls._fields if name != "id"]

    def rows() -> list[str | None]:
        # The private list is the argument left open: it is what does not show.
        form = Form(cls, private_fields=[name for name in names if name not in recorded["rows"]])
        return sorted({found["name"] or "" for found in Inputs(form.as_p()).all("input")})

    def html() -> str:
        parsed = Inputs(recorded["html"])
        inputs = parsed.all("input")
        shown = {found["name"] for found in inputs}
        values = {found["name"]: found["value"] for found in inputs if "value" in found}
        if parsed.all("div"):
            return Form(cls).as_div(
                values,
                div_class=parsed.css("div"),
                label_class=parsed.css("label"),
                input_class=parsed.css("input"),
                skip_fields=[name for name in names if name not in shown],
            )
        return Form(cls).as_p(values, p_class=parsed.css("p"), input_class=parsed.css("input"))

    embedded = type(EmbeddedDocument)("Part", (EmbeddedDocument,), {"a": StringField()})
    other = type(Document)("Other", (Document,), {"a": StringField()})
    table = {
        "rows": rows,
        "html": html,
        "embedded_model": lambda: Form(embedded).as_p(),
        "other_document": lambda: Form(cls).as_p(other()),
        "text": lambda: Form(cls).as_p("text"),
        "same_model": lambda: Form(cls).as_p(cls()),
    }
    return run(table, recorded, attempt)


def multi_value_dictionary(case: Any, classes: Any, cls: Any, attempt: Any) -> dict[str, Any]:
    recorded = case["observed"]
    values = MultiValueDict({"a": ["1", "2"], "e": []})

    def update() -> list[Any]:
        values.update({"a": "3"})
        return values.getlist("a")

    def set_item() -> list[Any]:
        values["b"] = "x"
        return list(values.getlist("b"))

    def append() -> list[Any]:
        values.appendlist("b", "y")
        return values.getlist("b")

    def items() -> list[Any]:
        values.pop("e", None)
        return sorted(values.items())

    # In this order, which the later outcomes depend on.
    table = {
        "getitem_last": lambda: values["a"],
        "empty_item": lambda: values["e"],
        "empty_get_default": lambda: values.get("e", "d"),
        "missing": lambda: values["nosuch"],
        "missing_getlist": lambda: values.getlist("nosuch"),
        "missing_get_default": lambda: values.get("nosuch", "d"),
        "update_extends": update,
        "getlist": lambda: values.getlist("a"),
        "setitem": set_item,
        "append": append,
        "items": items,
        "plain": values.dict,
        "copy": lambda: copy.copy(values),
        "pickle": lambda: pickle.loads(pickle.dumps(values)),
    }
    return run(table, recorded, attempt)


def run(table: dict[str, Any], recorded: Any, attempt: Any) -> dict[str, Any]:
    """Run what was recorded, in the table's order."""
    require(set(recorded) <= set(table), f"observations {sorted(set(recorded) - set(table))}")
    return {name: attempt(work) for name, work in table.items() if name in recorded}


OPERATIONS = {
    "class_validation": class_validation,
    "document": document_operations,
    "forms": forms,
    "inheritance": subclasses,
    "jsonschema": json_schema,
    "multivaluedict": multi_value_dictionary,
    "safe": safe_views,
}
