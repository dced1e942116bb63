"""Write items: judged first, all of them; then stored one by one, each over what was read.

A write is bound to the version that was judged. When somebody else was faster, the item is read
and judged again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from brubeck_core.errors import StoreUnavailable
from brubeck_core.handlers.autoapi.conditions import check_conditions, etag_of
from brubeck_core.handlers.autoapi.merging import merge_patch
from brubeck_core.handlers.autoapi.refusals import Refusal, errors_of, refuse_values
from brubeck_core.handlers.autoapi.resource import STATUS_FIELDS
from brubeck_core.interfaces.queryset import ABSENT, Item, Outcome, Status, version_of
from brubeck_core.models import FieldError, InvalidItem
from brubeck_core.models.model import ID

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi.base import AutoAPIBase
    from brubeck_core.handlers.autoapi.bodies import Entry
    from brubeck_core.handlers.autoapi.resource import Resource

#: How often one item is judged before the answer is 409.
_TRIES = 5

_CODES = {
    Status.OK: 200,
    Status.CREATED: 201,
    Status.UPDATED: 200,
    Status.NOT_FOUND: 404,
    Status.FAILED: 400,
    Status.CONFLICT: 409,
}

#: What is done with the values of an item. Only the last one needs an item that is there.
Action = Literal["create", "replace", "merge"]

#: A write that was judged: the way to do it.
Write = Callable[[], Outcome]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item: a status code, and the item if there is one to show."""

    code: int
    item_id: str
    item: Item | None = None


class Writer:
    """Writes items for one request.

    Args:
        handler: it says who may do what.
        single: whether the request is about one item: then its conditions count, and a refusal is
            raised instead of being the item's result.
    """

    def __init__(self, handler: AutoAPIBase, resource: Resource, single: bool) -> None:
        self._handler = handler
        self._resource = resource
        self._single = single

    def write(self, entries: list[Entry], action: Action) -> list[Result]:
        """Store every entry; raises `Refusal`, before anything is stored, if values will not do."""
        judges = [partial(self._judge, entry, action) for entry in entries]
        judged: list[Write | Refusal] = []
        errors: list[FieldError] = []
        for entry, judge in zip(entries, judges, strict=True):
            try:
                judged.append(self._or_refusal(judge))
            except InvalidItem as error:
                errors += errors_of(error, entry.number)
        if errors:
            raise refuse_values(errors)
        return self._one_by_one(
            [entry.item_id or "" for entry in entries],
            [partial(self._do, *each) for each in zip(judged, judges, strict=True)],
        )

    def remove(self, ids: list[str]) -> list[Result]:
        """Remove items; those that are not there do not keep the others from going."""
        return self._one_by_one(ids, [self._remove] * len(ids))

    def _one_by_one(self, ids: list[str], steps: list[Callable[[str], Result]]) -> list[Result]:
        """Take a step for each id.

        When the store is away after some, they have their results all the same: a client who got
        503 for everything would create them again.
        """
        results: list[Result] = []
        try:
            for item_id, step in zip(ids, steps, strict=True):
                results.append(step(item_id))
        except StoreUnavailable as error:
            if not results:
                raise
            self._handler.application.report_unavailable(error)
            self._handler.headers.update(error.headers)
            results += [Result(error.status, item_id) for item_id in ids[len(results) :]]
        return results

    # -- one item -------------------------------------------------------------------------------

    def _remove(self, item_id: str) -> Result:
        judge = partial(self._judge_removal, item_id)
        return self._do(self._or_refusal(judge), judge, item_id)

    def _do(self, write: Write | Refusal, judge: Callable[[], Write], item_id: str) -> Result:
        for _ in range(_TRIES):
            if isinstance(write, Refusal):
                return Result(write.status, item_id)
            status, found = write()
            if status is not Status.CONFLICT:
                break
            try:
                write = self._or_refusal(judge)
            except InvalidItem as error:
                write = refuse_values(error.errors)
                if self._single:
                    raise write from None
        code = _CODES[status]
        if code in (404, 409):
            return Result(code, item_id)
        item = self._resource.model.tidy(found)
        return Result(code, item[ID], item)

    def _or_refusal(self, judge: Callable[[], Write]) -> Write | Refusal:
        try:
            return judge()
        except Refusal as refusal:
            if self._single:
                raise
            return refusal

    def _judge(self, entry: Entry, action: Action) -> Write:
        """Return the write of an entry. Raises `InvalidItem` or `Refusal`."""
        stored = None if entry.item_id is None else self._resource.read(entry.item_id)
        item = None if stored is None else self._handler.readable(stored)
        if item is not None:
            self._handler.demand("update", item)
        elif action == "merge" or (action == "replace" and not self._resource.api.client_ids):
            raise Refusal(404)
        self._check_conditions(item)
        made = self._make(entry, action, item)
        if item is None:
            self._handler.demand("create", made)
        queries = self._resource.queries
        write = queries.create_one if action == "create" else queries.update_one
        return partial(write, made, version=ABSENT if stored is None else version_of(stored))

    def _judge_removal(self, item_id: str) -> Write:
        stored = self._resource.read(item_id)
        if stored is None:
            raise Refusal(404)
        item = self._handler.readable(stored)
        self._handler.demand("delete", item)
        self._check_conditions(item)
        destroy = self._resource.queries.destroy_one
        return partial(destroy, item_id, version=version_of(stored))

    def _check_conditions(self, item: Item | None) -> None:
        # After what would refuse the write without them, too (RFC 9110 §13.2.1).
        if self._single:
            etag = None if item is None else etag_of(self._handler.shown(item))
            check_conditions(self._handler.message, etag)

    # -- values ---------------------------------------------------------------------------------

    def _make(self, entry: Entry, action: Action, item: Item | None) -> dict[str, Any]:
        """Make the item of what a client gave and what is kept. Raises `InvalidItem`."""
        api, model, kept = self._resource.api, self._resource.model, self._resource.kept
        given = {name: it for name, it in entry.values.items() if name not in STATUS_FIELDS}
        stored = {} if item is None else model.fields_of(item)
        values = {name: it for name, it in stored.items() if name in kept}
        if item is None and api.owner_field is not None:
            values[api.owner_field] = self._handler.owner()
        errors = [*self._refused(given, values), *model.overwrites(given)]
        given, unknown = model.sort_out(given)
        if api.unknown_fields == "refuse":
            told = {each.path for each in errors}
            errors += [each for each in unknown if each.path not in told]
        if action == "create" and entry.item_id is not None and not api.client_ids:
            errors.append(FieldError(ID, "read_only", "is not for clients to set"))
        if action == "merge":
            # A field that has to be there cannot be taken away: null is a value like any other.
            nulls = {name: None for name in model.required if given.get(name, name) is None}
            target = {name: stored[name] for name in stored if name not in kept}
            given = merge_patch(target, given) | nulls
        else:
            # What nobody is shown, nobody can send back.
            values |= {name: stored[name] for name in api.write_only if name in stored}
            given = model.keep_hidden(given, stored)
        values |= {
            name: it for name, it in given.items() if name in model.fields and name not in kept
        }
        self._handler.complete(values, item)
        try:
            made = model.make_item(values, entry.item_id)
        except InvalidItem as error:
            told = {each.path for each in errors}
            errors += [each for each in error.errors if each.path not in told]
        if errors:
            raise InvalidItem(errors)
        return made

    def _refused(self, given: dict[str, Any], values: dict[str, Any]) -> list[FieldError]:
        """Return an error for each value that is not the client's to set.

        A read-only field may come back as it was shown. Private fields are left out without a
        word: to tell of them would be to name them.
        """
        resource, model = self._resource, self._resource.model
        errors = []
        for name, value in given.items():
            if name not in model.fields:
                if resource.api.unknown_fields == "refuse":
                    errors.append(FieldError(name[:100], "unknown_field", "is unknown here"))
            elif name in resource.kept and name not in model.private and value != values.get(name):
                errors.append(FieldError(name, "read_only", "is not for clients to set"))
        return errors
