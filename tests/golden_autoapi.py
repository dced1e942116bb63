"""The recorded cases of AutoAPI and of querysets, built from their words and checked.

The models are documents of brubeck_dictshield, the queryset is the original's `DictQueryset`.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from brubeck.autoapi import AutoAPIBase
from brubeck.queryset import DictQueryset
from brubeck.request_handling import Brubeck
from brubeck_core.interfaces.queryset import Outcome, Status
from brubeck_core.testing import Answer
from brubeck_dictshield import fields
from brubeck_dictshield.document import Document
from golden_apps import Case, UnknownCase, make_app

FIELDS: dict[str, Callable[..., Any]] = {
    "boolean": fields.BooleanField,
    "email": fields.EmailField,
    "float": fields.FloatField,
    "integer": fields.IntField,
    "string": fields.StringField,
}
STATUSES = {200: Status.UPDATED, 201: Status.CREATED, 400: Status.FAILED, 404: Status.NOT_FOUND}

Send = Callable[[Any, dict[str, Any], str], Answer]
Compare = Callable[[Any, Any], None]


# -- AutoAPI --------------------------------------------------------------------------------------


def check_api(case: Case, transport: str, send: Send, assert_same: Compare) -> None:
    """Send the requests of a case in order, and look at each answer."""
    if "two applications" in case.get("subject", ""):
        check_manifests(case, transport, send)
        return
    app = api_app(case)
    differs = False
    for step in case["steps"]:
        seen = step["observed"]
        answer = send(app, step["request"], transport)
        assert answer.status < 500
        if case["verdict"] == "keep":
            assert answer.status == seen["status"]
            assert_same(answer.json(), seen["json"])
            assert_headers(answer, seen["headers"])
        else:
            differs |= not shows_same(answer, seen, assert_same)
    assert differs or case["verdict"] != "fix"


def api_app(case: Case) -> Brubeck:
    """Build the application that a case describes, with the choices that the original made."""
    path = case["steps"][0]["request"]["path"]
    words = case["handler"]
    found = re.match(r"AutoAPI on model (\w+) (\{.*?\})", words)
    if found is None or "in-memory queryset" not in words:
        raise UnknownCase(words)
    name, description = found.groups()
    base, is_todo, _ = path.partition(f"/{name.lower()}")
    if is_todo:
        document = document_of(name, description)
    else:
        # The same without the settings that have its id filled in.
        base, name = "", path.split("/")[1]
        document = type(name.capitalize(), (Document,), {"text": fields.StringField()})

    class API(AutoAPIBase):
        model = document
        queries = scripted(case) if reports_statuses(case) else DictQueryset()
        methods = ("GET", "POST", "PUT", "DELETE")
        unknown_fields = "discard"

        def render(self, **kwargs: Any) -> Any:
            if "hide_status" in words:
                kwargs["hide_status"] = True
            return super().render(**kwargs)

    app = make_app(api_base_url=base)
    app.register_api(API)
    return app


def document_of(name: str, description: str) -> type[Document]:
    """Build a class of documents from words such as ``{text: string required, ...}``."""
    made: dict[str, Any] = {}
    private: list[str] = []
    meta: dict[str, Any] = {}
    for field in description.strip("{}").split(", "):
        field_name, _, words = field.partition(": ")
        kind, *options = words.split(" ")
        if kind == "uuid":
            meta["id_options"] = {"auto_fill": "auto-filled" in options}
            continue
        given: dict[str, Any] = {"required": "required" in options}
        if "default" in options:
            given["default"] = json.loads(options[options.index("default") + 1])
        if "private" in options:
            private.append(field_name)
        made[field_name] = FIELDS[kind](**given)
    body = {**made, "_private_fields": private, "Meta": type("Meta", (), meta)}
    return type(name, (Document,), body)


def reports_statuses(case: Case) -> bool:
    words = re.findall(r"\b(?:Created|Updated|Failed|Not Found)\b", case.get("note", ""))
    return len(words) > 1


def scripted(case: Case) -> DictQueryset:
    """Make a queryset that reports what was observed of each item."""
    codes = {
        item["id"]: item["status_code"]
        for step in case["steps"]
        for item in items_of(step["observed"].get("json", {}))
    }

    class Scripted(DictQueryset):
        def create_one(self, shield: Any, **version: Any) -> Outcome:
            _, stored = super().create_one(shield, **version)
            return STATUSES[codes[shield["id"]]], stored

        def update_one(self, shield: Any, **version: Any) -> Outcome:
            return self.create_one(shield, **version)

    return Scripted()


def items_of(payload: Any) -> Iterator[dict[str, Any]]:
    data = payload.get("data", []) if isinstance(payload, dict) else payload
    yield from [data] if isinstance(data, dict) else data


def shows_same(answer: Answer, seen: dict[str, Any], assert_same: Compare) -> bool:
    """Say whether an answer is the recorded one; where none was sent, any answer is another."""
    if seen.get("no_reply") or answer.status != seen["status"]:
        return False
    try:
        assert_same(answer.json(), seen["json"])
    except AssertionError:
        return False
    return True


def assert_headers(answer: Answer, headers: list[list[str]]) -> None:
    for name, value in headers:
        expected = value.replace("DELETE, OPTIONS", "DELETE, HEAD, OPTIONS")
        assert answer.header(name) == (expected if name == "Allow" else value)


def check_manifests(case: Case, transport: str, send: Send) -> None:
    """Two applications have a manifest each, with their own models alone."""
    for name in ("First", "Second"):
        api = type(name, (AutoAPIBase,), {"model": type(name, (Document,), {})})
        app = make_app()
        app.register_api(api)
        answer = send(app, {"path": "/manifest.json"}, transport)
        assert answer.header("content-type") == "application/schema+json"
        assert [schema["title"] for schema in answer.json()] == [name]


# -- querysets ------------------------------------------------------------------------------------


def check_queryset(case: Case) -> None:
    """Do with a queryset what was done when it was recorded, and compare the outcomes."""
    seen, defects = case["observed"], case.get("defects", {})
    found = outcomes(DictQueryset(), seen)
    assert set(found) == set(seen)
    for name, outcome in found.items():
        if name in defects:
            assert outcome != seen[name], name
        else:
            assert outcome == seen[name], name


def outcomes(queryset: DictQueryset, seen: dict[str, Any]) -> dict[str, Any]:
    todo = document_of("Todo", "{text: string, completed: boolean default false, id: uuid}")

    def document(outcome: Any) -> Document:
        return todo(id=outcome[1]["document_id"], text=outcome[1]["text"])

    def one(name: str) -> Document:
        return document(seen[name])

    def many(name: str) -> list[Document]:
        return [document(outcome) for outcome in seen[name]]

    first = seen["create_one"][1]["document_id"]
    missing = seen["read_missing"][1]
    steps: dict[str, Callable[[], Any]] = {
        "create_one": lambda: queryset.create(one("create_one")),
        "create_again": lambda: queryset.create(one("create_again")),
        "create_many": lambda: queryset.create(many("create_many")),
        "read_one": lambda: queryset.read(first),
        "read_missing": lambda: queryset.read(missing),
        "read_many": lambda: queryset.read([first, missing]),
        "read_all_count": lambda: len(queryset.read([])),
        "update_one": lambda: queryset.update(one("update_one")),
        "update_many": lambda: queryset.update(many("update_many")),
        "destroy_one": lambda: queryset.destroy(first),
        "destroy_missing": lambda: queryset.destroy(first),
        "destroy_many_missing": lambda: queryset.destroy(
            [outcome[1]["document_id"] for outcome in seen["create_many"]] + [first]
        ),
        "left": lambda: [str(item["_id"]) for _, item in queryset.read([])],
    }
    return {name: described(step()) for name, step in steps.items()}


def described(value: Any) -> Any:
    """Return an outcome as it was written down."""
    if isinstance(value, Document):
        return {"document_id": str(value.id), "text": value.text}
    if isinstance(value, list | tuple):
        return [described(each) for each in value]
    if isinstance(value, dict):
        return {key: described(each) for key, each in value.items()}
    return str(value) if isinstance(value, uuid.UUID | Status) else value
