"""What was recorded of DictShield 0.4.4, as a table.

`keep` has to match, operation by operation; what a case calls a defect must not; `fix` must not
be reproduced as a whole; `choose` is free, and the README says what was chosen. Some things hold
for every case, whatever was recorded. BRUBECK_GOLDENS names the folder of another set of cases.
"""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from brubeck_dictshield.errors import InvalidShield, ShieldException
from brubeck_dictshield.fields import EmbeddedDocumentField
from dictshield_golden import (
    Raised,
    UnmappedError,
    attributes,
    build,
    decode,
    encode,
    same,
    same_error,
    same_errors,
)
from dictshield_golden_operations import OPERATIONS

FOLDER = Path(os.environ.get("BRUBECK_GOLDENS", Path(__file__).parent / "goldens"))
CASES = json.loads((FOLDER / "dictshield_cases.json").read_text())["cases"]


#: Called defects for not being what `to_json` was, which may be a defect itself; whether they
#: are what our `to_json` is has a test of its own.
COMPARED_WITH_TO_JSON = {"json_ownersafe", "json_publicsafe"}


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    """The zone that the cases were recorded in."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def attempt(work: Any, *arguments: Any) -> Any:
    try:
        return encode(work(*arguments))
    except UnmappedError:
        raise
    except Exception as error:
        return Raised(error)


def observe(case: dict[str, Any]) -> dict[str, Any]:
    """Do what a case describes; return an outcome for each operation it recorded, and more."""
    try:
        classes = build(case["models"])
    except ShieldException as error:
        return {"define": Raised(error)}
    defined = {"define": "ok"}
    cls = classes[case["models"][-1]["name"]]
    if "operation" in case:
        return defined | OPERATIONS[case["group"]](case, classes, cls, attempt)
    given = decode(case["input"], classes)
    found = defined | {
        name: attempt(class_level, getattr(cls, name), decode(case["input"], classes))
        for name in ("validate_class_fields", "validate_class_partial")
    }
    try:
        document = cls(**given)
    except Exception as error:
        return {"construct": Raised(error), **found}
    return {
        "construct": "ok",
        "attributes": attributes(document),
        "validate": attempt(lambda: {"valid": document.validate()}),
        "validate_all": attempt(lambda: {"valid": document.validate(validate_all=True)}),
        "to_python": attempt(document.to_python),
        "to_json": attempt(lambda: json.loads(document.to_json())),
        "ownersafe": attempt(cls.make_ownersafe, document),
        "publicsafe": attempt(cls.make_publicsafe, document),
        "json_ownersafe": attempt(lambda: json.loads(cls.make_json_ownersafe(document))),
        "json_publicsafe": attempt(lambda: json.loads(cls.make_json_publicsafe(document))),
        **found,
    }


def class_level(validate: Any, values: dict[str, Any]) -> dict[str, Any]:
    errors = validate(values, validate_all=True)
    return {"errors": Errors(errors), "data_after": values}


class Errors:
    """A list of errors on its way through `encode`, which leaves it alone."""

    def __init__(self, errors: list[ShieldException]) -> None:
        self.errors = errors


def rows(html: str) -> list[str]:
    """Return the rows of a form, whose order the original left to chance."""
    return sorted(row.strip() for row in re.split(r"(?=<(?:p|div)\b)", html))


def matches(operation: str, expected: Any, outcome: Any, recorded: dict[str, Any]) -> bool:
    if isinstance(outcome, Raised):
        raised = expected.get("raised") if isinstance(expected, dict) else None
        if raised is None:
            return False
        wanted = [raised]
        if operation == "validate" and raised["exception"] == "field_error":
            # Which of several is raised first was never specified.
            wanted += recorded.get("validate_all", {}).get("raised", {}).get("errors", [])
        return any(same_error(one, outcome.error) for one in wanted)
    if isinstance(outcome, dict) and isinstance(outcome.get("errors"), Errors):
        return (
            "errors" in expected
            and same(expected["data_after"], outcome["data_after"])
            and same_errors(expected["errors"], outcome["errors"].errors)
        )
    if operation == "html":
        return rows(expected) == rows(outcome)
    return same(expected, outcome)


def let_out(expected: Any, outcome: Any) -> bool:
    """Say whether the original let a raw error out where we raise one of our own."""
    raised = expected.get("raised", {}) if isinstance(expected, dict) else {}
    return (
        raised.get("exception") == "python_error"
        and isinstance(outcome, Raised)
        and isinstance(outcome.error, ShieldException)
    )


def refused_unconverted(operation: str, expected: Any) -> bool:
    """Say whether the original refused what it had not converted first, which is a defect.

    A case names it as one only where the document itself is accepted.
    """
    return operation.startswith("validate_class") and any(
        (error["code"] == "not_embedded_instance" and isinstance(error["value"], dict))
        or (error["code"] == "list_item" and isinstance(error["value"], dict))
        for error in expected.get("errors", [])
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_recorded_case(case):
    recorded, outcomes = case["observed"], observe(case)
    defects = case.get("defects_by_operation", {})
    if "define" in recorded or outcomes["define"] == "ok":
        assert set(recorded) <= set(outcomes), "cannot map these operations"
    matching = {
        operation: matches(operation, expected, outcomes[operation], recorded)
        for operation, expected in recorded.items()
        if operation in outcomes
    }
    again = [operation for operation in defects if matching.get(operation)]
    assert not set(again) - COMPARED_WITH_TO_JSON, "defects that are there again"
    if case["verdict"] == "keep":
        different = {
            operation: outcomes.get(operation)
            for operation, expected in recorded.items()
            if operation not in defects
            and not matching.get(operation)
            and not let_out(expected, outcomes.get(operation))
            and not refused_unconverted(operation, expected)
        }
        assert not different
    if case["verdict"] == "fix":
        assert not (matching and all(matching.values())), "the whole defect is there again"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_no_raw_error_comes_out(case):
    """What is recorded as protocol, such as KeyError for an unknown item, is no raw error."""
    raw = {
        operation: outcome.error
        for operation, outcome in observe(case).items()
        if isinstance(outcome, Raised)
        and not isinstance(outcome.error, ShieldException)
        and not matches(operation, case["observed"].get(operation), outcome, {})
    }
    assert not raw


STANDARD = [case for case in CASES if "operation" not in case]


def document_of(case: dict[str, Any]) -> Any:
    try:
        classes = build(case["models"])
        given = decode(case["input"], classes)
        cls = classes[case["models"][-1]["name"]]
        document = cls(**given)
    except InvalidShield:
        return None, None, None
    return cls, given, document


@pytest.mark.parametrize("case", STANDARD, ids=lambda case: case["id"])
def test_the_class_judges_values_as_a_document_does(case):
    cls, given, document = document_of(case)
    if cls is None or not set(given) <= {*cls._fields, "_id"}:
        return
    hidden = {"id", *(cls._private_fields or ())}
    by_document = {
        (error.path, error.code)
        for error in failures(document)
        if error.path.split(".")[0] not in hidden
    }
    refused = {
        (error.path, error.code)
        for found in (cls.validate_class_fields(dict(given), validate_all=True),)
        for error in singles(found)
    }
    by_class = {(path, code) for path, code in refused if code != "internal_field_overwrite"}
    assert by_class == by_document
    partial = singles(cls.validate_class_partial(dict(given), validate_all=True))
    assert {(error.path, error.code) for error in partial} == {
        (path, code) for path, code in refused if code != "required" or "." in path
    }


def failures(document: Any) -> list[ShieldException]:
    try:
        document.validate(validate_all=True)
    except ShieldException as error:
        return list(error.errors)
    return []


def singles(errors: list[ShieldException]) -> list[ShieldException]:
    return [single for error in errors for single in error.errors]


@pytest.mark.parametrize("case", STANDARD, ids=lambda case: case["id"])
def test_a_view_shows_what_it_may_and_as_json_does(case):
    cls, _, document = document_of(case)
    if cls is None:
        return
    outcomes = observe(case)
    public = set(cls._public_fields or ())
    assert set(cls.make_publicsafe(document)) <= {
        field.minimized_field_name or name for name, field in cls._fields.items() if name in public
    }
    if isinstance(outcomes["to_json"], Raised):
        return
    for name, field in cls._fields.items():
        shown = outcomes["json_ownersafe"].get(field.minimized_field_name or name)
        if shown is not None and not holds_documents(field):
            assert shown == outcomes["to_json"][field.uniq_field]


def holds_documents(field: Any) -> bool:
    return any(
        isinstance(item, EmbeddedDocumentField) for item in getattr(field, "fields", [field])
    )
