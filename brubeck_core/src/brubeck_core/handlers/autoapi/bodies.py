"""What a client sent: one item or a list of them, each with the id it is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brubeck_core.handlers.autoapi.refusals import Refusal, errors_of, refuse_values
from brubeck_core.http.json_body import parse_json
from brubeck_core.http.request import FORM, MULTIPART, Request
from brubeck_core.http.response import JSON
from brubeck_core.http.websocket import is_allowed_origin
from brubeck_core.models import FieldError, InvalidItem
from brubeck_core.models.model import ID

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi.resource import Resource
    from brubeck_core.models import Model

MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Entry:
    """The values for one item.

    Args:
        values: as the client gave them, by the names of the fields.
        item_id: the id they are meant for; None for a new one.
        number: the place in a list of items, or None for a single one.
    """

    values: dict[str, Any]
    item_id: str | None
    number: int | None


def split_ids(resource: Resource, ids: str, too_many: int = 414) -> list[str]:
    """Return the ids of an address, each once.

    Raises `Refusal`: 404 for none, and `too_many` for that.
    """
    most = resource.api.max_items
    found = list(dict.fromkeys(filter(None, ids.split(","))))
    if len(found) > most:
        raise Refusal(too_many, f"An address has at most {most} ids.")
    if not found:
        raise Refusal(404)
    return found


def known_id(model: Model, text: str) -> str | None:
    """Return an id as items have it; None when no item can have it."""
    try:
        return str(model.identify(text))
    except InvalidItem:
        return None


def read_entries(
    request: Request, resource: Resource, ids: list[str], *, new_ids: bool
) -> list[Entry] | Entry:
    """Read the body: JSON, or the field `data` of a form with JSON in it.

    Args:
        ids: those in the address.
        new_ids: whether items without an id get one.

    Raises `Refusal`: 400 for what is no item or list of items, and for a list with other ids
    than the address; 415 for other kinds of bodies; 422 for too many items, and for one with
    another id than the address.
    """
    body = _read(request)
    many = isinstance(body, list)
    given = body if many else [body]
    if len(given) > resource.api.max_items:
        raise Refusal(422, f"A request has at most {resource.api.max_items} items.")
    if not all(isinstance(each, dict) for each in given):
        raise Refusal(400, "The body has to be a JSON object, or a list of objects.")
    entries, errors = [], []
    for number, values in enumerate(given):
        try:
            entries.append(_entry(resource.model, values, number if many else None))
        except InvalidItem as error:
            errors += errors_of(error, number if many else None)
    if errors:
        raise refuse_values(errors)
    if many:
        return _check_list(entries, ids, new_ids)
    return _check_single(entries[0], ids, new_ids)


def _check_list(entries: list[Entry], ids: list[str], new_ids: bool) -> list[Entry]:
    if ids and {entry.item_id for entry in entries} != set(ids):
        raise Refusal(400, "The ids of the items are not those of the address.")
    if not (ids or new_ids or all(entry.item_id for entry in entries)):
        raise Refusal(400, "Each item needs its id.")
    return entries


def _check_single(entry: Entry, ids: list[str], new_ids: bool) -> Entry:
    if not ids:
        if entry.item_id is None and not new_ids:
            raise Refusal(400, "Which item? Put its id into the address or into the body.")
        return entry
    if len(ids) > 1 or entry.item_id not in (None, ids[0]):
        error = FieldError(ID, "id_mismatch", "is not the id in the address")
        raise Refusal(422, "The item is another than the address names.", [error])
    return Entry(entry.values, ids[0], None)


def _entry(model: Model, given: Mapping[str, Any], number: int | None) -> Entry:
    values = model.rename(given)
    names = {ID, model.id_name or ID}
    ids = {_id_text(model, values.pop(name, None)) for name in names} - {None}
    if len(ids) > 1:
        raise InvalidItem([FieldError(ID, "id_mismatch", "is given twice, and differs")])
    return Entry(values, ids.pop() if ids else None, number)


def _id_text(model: Model, value: Any) -> str | None:
    if value is None:
        return None
    # In an address every id is text; where the model has numbers, a number will do as well.
    if not isinstance(value, str) and not (type(value) is int and model.has_numbered_ids):
        raise InvalidItem([FieldError(ID, "wrong_type", "has to be text")])
    return str(model.identify(str(value)))


def _read(request: Request) -> Any:
    media_type = request.media_type
    if media_type == JSON or (media_type == MERGE_PATCH and request.method == "PATCH"):
        return parse_json(request.plain_body, request.limits.max_json_depth)
    if media_type not in (FORM, MULTIPART):
        headers = {"Accept-Patch": f"{MERGE_PATCH}, {JSON}"} if request.method == "PATCH" else {}
        raise Refusal(
            415, "The body has to be JSON, with Content-Type: application/json.", headers=headers
        )
    # Pages of any origin can send a form, and browsers put their cookies on it.
    site = request.header("sec-fetch-site")
    if site not in (None, "same-origin", "none") or not is_allowed_origin(request, None):
        raise Refusal(403, "Forms of other sites are not taken.")
    data = request.arguments.get("data")
    if not data:
        raise Refusal(400, "The form has no field `data` with JSON in it.")
    return parse_json(data[-1].encode(), request.limits.max_json_depth)
