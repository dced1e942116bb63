"""The APIs of an application as an OpenAPI 3.1 document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brubeck_core.handlers.autoapi.base import AutoAPIBase
from brubeck_core.handlers.autoapi.bodies import MERGE_PATCH
from brubeck_core.handlers.autoapi.description.parameters import (
    fields_parameter,
    id_parameter,
    ids_parameter,
    list_parameters,
)
from brubeck_core.handlers.autoapi.description.schemas import (
    PROBLEM_NAME,
    PROBLEM_SCHEMA,
    reference,
    schemas_of,
)
from brubeck_core.handlers.autoapi.resource import STATUS_FIELDS
from brubeck_core.http.problems import PROBLEM
from brubeck_core.http.response import JSON
from brubeck_core.http.status import reason
from brubeck_core.models.schemas import Schema

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.handlers.autoapi.resource import Resource

_ENVELOPE = {
    STATUS_FIELDS[0]: {"type": "integer"},
    STATUS_FIELDS[1]: {"type": "string"},
    "timestamp": {"type": "integer", "description": "Milliseconds since 1970."},
}
_REFUSED = "Refused"

_EACH = "Each item has its own status."
_BOUND = "With If-Match: an ETag, only if nobody has changed the item since (else 412)."
_SEVERAL = "A list in the body is answered with a list; its items are all valid, or none is stored."


def openapi_document(app: Brubeck) -> dict[str, Any]:
    """Describe the documented APIs of an application."""
    resources = [resource for resource in app.apis.values() if resource.documented]
    paths: dict[str, Any] = {}
    schemas: dict[str, Schema] = {PROBLEM_NAME: PROBLEM_SCHEMA}
    for resource in resources:
        schemas |= schemas_of(resource)
        paths |= _paths(resource)
    name = str(app.config.get("app") or "").partition(":")[0].partition(".")[0]
    return {
        "openapi": "3.1.0",
        "info": {"title": name.capitalize() or "AutoAPI", "version": "1.0"},
        "tags": [{"name": resource.name} for resource in resources],
        "paths": paths,
        "components": {"schemas": schemas, "responses": {_REFUSED: _refused()}},
    }


def _paths(resource: Resource) -> dict[str, Any]:
    name, path = resource.name, resource.path
    new, replacement = reference(f"{name}.new"), reference(f"{name}.replacement")
    keyed, changes = reference(f"{name}.keyed"), reference(f"{name}.changes")
    keyed_changes = reference(f"{name}.keyed_changes")
    made = _Operations(resource)
    every = {
        "get": made.read("list", f"List items of {name}", list_parameters(resource)),
        "post": made.write("create", f"Create one {name} or several", _some(resource, new)),
        "put": made.write("replace_some", "Replace items", _some(resource, keyed)),
        "patch": made.write("change_some", "Change items", _some(resource, keyed_changes)),
        "delete": made.delete("delete_some", "Delete items", [ids_parameter(resource)]),
    }
    one = {
        "get": made.read("read", f"Read one {name}", [fields_parameter(resource)], one=True),
        "post": made.write("replace_too", f"Replace a {name}, as PUT does", replacement, one=True),
        "put": made.write("replace", f"Replace a {name}, or create it", replacement, one=True),
        "patch": made.write("change", f"Change parts of a {name}", changes, one=True),
        "delete": made.delete("delete", f"Delete a {name}"),
    }
    methods = {method.lower() for method in resource.api.methods}
    return {
        f"{path}/": {method: it for method, it in every.items() if method in methods},
        f"{path}/{{id}}/": {
            "parameters": [id_parameter(resource)],
            **{method: it for method, it in one.items() if method in methods},
        },
    }


class _Operations:
    """Describes what can be done with the items of one API."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._item = reference(resource.name)
        self._items = {"type": "array", "items": self._item}
        self._some = {"anyOf": [self._item, self._items]}

    def read(
        self, name: str, summary: str, parameters: list[Any], *, one: bool = False
    ) -> dict[str, Any]:
        if one:
            responses = {"200": self._answer(self._some), "207": self._answer(self._items, _EACH)}
            responses["200"]["headers"] = _header("ETag", "What to give as If-Match.")
        else:
            responses = {"200": self._answer(self._items)}
            responses["200"]["headers"] = _header(
                "X-Total-Count", "How many items there are on all pages.", "integer"
            ) | _header("Link", "The first, last, previous and next page (RFC 8288).")
        codes = (400, 401, 403, 404, 413, 414, 422) if one else (400, 401, 403, 413, 422)
        return self._operation(name, summary, parameters, responses, codes)

    def write(self, name: str, summary: str, body: Schema, *, one: bool = False) -> dict[str, Any]:
        is_patch = name.startswith("change")
        kinds = (MERGE_PATCH, JSON) if is_patch else (JSON,)
        data = self._item if one else self._some
        codes = (400, 401, 403, 404, 409, 412, 413, 414, 415, 422)
        responses = {"200": self._answer(data)}
        if not is_patch:
            responses["201"] = self._answer(data, "Created")
        if not one:
            responses["207"] = self._answer(self._items, _EACH)
        parameters = [fields_parameter(self._resource)]
        operation = self._operation(name, summary, parameters, responses, codes)
        content = {kind: {"schema": body} for kind in kinds}
        help = _BOUND if one else _SEVERAL
        return {
            **operation,
            "description": help,
            "requestBody": {"required": True, "content": content},
        }

    def delete(
        self, name: str, summary: str, parameters: list[Any] | None = None
    ) -> dict[str, Any]:
        codes = (400, 401, 403, 404, 409, 412, 413, 414, 422)
        responses = {
            "200": self._answer(self._items, "A list of what was deleted"),
            "207": self._answer(self._items, _EACH),
        }
        return {
            **self._operation(name, summary, parameters or [], responses, codes),
            "description": _BOUND,
        }

    def _operation(
        self,
        name: str,
        summary: str,
        parameters: list[Any],
        responses: dict[str, Any],
        codes: tuple[int, ...],
    ) -> dict[str, Any]:
        refused = {"$ref": f"#/components/responses/{_REFUSED}"}
        api = self._resource.api
        # Nobody is refused by an API that asks nobody's name.
        asks = api.owner_field is not None or api.may is not AutoAPIBase.may
        told = [code for code in codes if asks or code not in (401, 403)]
        return {
            "operationId": f"{name}_{self._resource.name}",
            "summary": summary,
            "tags": [self._resource.name],
            "parameters": parameters,
            "responses": {**responses, **{str(code): refused for code in told}},
        }

    def _answer(self, data: Schema, description: str = "OK") -> dict[str, Any]:
        envelope: Schema = {
            "type": "object",
            "properties": {"data": data, **_ENVELOPE},
            "required": ["data", *_ENVELOPE],
        }
        api = self._resource.api
        if api.hide_status:
            schema = data
        elif api.render is not AutoAPIBase.render:
            # It may hide the status, or do anything else.
            schema = {"anyOf": [envelope, data]}
        else:
            schema = envelope
        return {"description": description, "content": {JSON: {"schema": schema}}}


def _some(resource: Resource, item: Schema) -> Schema:
    several = {"type": "array", "items": item, "maxItems": resource.api.max_items}
    return {"anyOf": [item, several]}


def _header(name: str, description: str, kind: str = "string") -> dict[str, Any]:
    return {name: {"description": description, "schema": {"type": kind}}}


def _refused() -> dict[str, Any]:
    payload: Schema = {"type": "object", "properties": _ENVELOPE, "required": [*STATUS_FIELDS]}
    items = {"type": "array", "items": payload}
    return {
        "description": f"{reason(400)}, and what is wrong. A client that sends no Accept gets the "
        "status alone.",
        "content": {
            PROBLEM: {"schema": reference(PROBLEM_NAME)},
            JSON: {"schema": {"anyOf": [payload, items]}},
            # A server says so before there is anybody to ask for problem documents.
            "text/plain": {"schema": {"type": "string"}},
        },
    }
