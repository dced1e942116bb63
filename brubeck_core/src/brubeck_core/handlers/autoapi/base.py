"""The handler class of a REST API made from a model."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from brubeck_core.errors import ConfigError, HTTPError
from brubeck_core.handlers.autoapi import bodies, listing
from brubeck_core.handlers.autoapi.conditions import etag_of, is_conditional
from brubeck_core.handlers.autoapi.hooks import APIHooks, Deed
from brubeck_core.handlers.autoapi.refusals import Refusal, problem
from brubeck_core.handlers.autoapi.writing import Action, Result, Writer
from brubeck_core.handlers.web import WebMessageHandler
from brubeck_core.http.conditional import is_not_modified
from brubeck_core.http.problems import PROBLEM
from brubeck_core.http.response import Response
from brubeck_core.models.model import ID

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi.resource import Resource
    from brubeck_core.interfaces.queryset import Item


#: Values that a model takes and a store does not: those of fields that take anything, mostly.
_UNSTORABLE = (
    "The store cannot keep this item: it nests too deep, is too large, or has a number or a text "
    "that the store does not know."
)


class AutoAPIBase(APIHooks):
    """Answer for the items of a model: list, read, create, replace, merge and delete them.

    class Songs(AutoAPIBase):
        model = Song

    app.register_api(Songs)

    The settings and hooks are those of `APIHooks`.
    """

    _errors: Any = ()
    _is_problem = False

    def get(self, ids: str = "") -> Response:
        """Answer with a page of the items, with the item of an id, or with those of several."""
        resource = self._resource
        if not ids:
            return self._list()
        wanted = bodies.split_ids(resource, ids)
        self.demand("read", None)
        fields = listing.read_fields(self.message, resource, self.view(None))
        results = self._read(wanted)
        if "," in ids:
            return self._answer_many(results, fields)
        etag = None if results[0].item is None else etag_of(self.shown(results[0].item))
        known = self.message.header("if-none-match")
        if etag is not None and is_not_modified(etag, 0, known, None):
            return self._answer_unchanged(etag)
        return self._answer_one(results[0], fields)

    def post(self, ids: str = "") -> Response:
        """Create what the body has, or, with ids in the address, replace it."""
        return self._write(ids, "replace" if ids else "create")

    def put(self, ids: str = "") -> Response:
        """Replace items, or create them under the ids they are to have."""
        return self._write(ids, "replace")

    def patch(self, ids: str = "") -> Response:
        """Change parts of items (JSON Merge Patch, RFC 7396)."""
        return self._write(ids, "merge")

    def delete(self, ids: str = "") -> Response:
        """Delete items, and answer with a list of them.

        The ids are in the address: ``/songs/1,2/``, or ``/songs/?ids=1,2``.
        """
        too_many = 414 if ids else 422
        ids = listing.read_ids(self.message, ids)
        if not ids:
            raise Refusal(400, "Which items? Put their ids into the address.")
        wanted = bodies.split_ids(self._resource, ids, too_many)
        self.demand("delete", None)
        single = "," not in ids
        self._check_single(single)
        known = [bodies.known_id(self._resource.model, item_id) for item_id in wanted]
        removed = iter(self._writer(single).remove([it for it in known if it is not None]))
        results = [
            Result(404, item_id) if it is None else next(removed)
            for item_id, it in zip(wanted, known, strict=True)
        ]
        if single and results[0].code >= 400:
            raise Refusal(results[0].code)
        return self._answer_many(results)

    # -- what the parts of an API ask the handler -----------------------------------------------

    def demand(self, deed: Deed, item: Item | None) -> None:
        """Raise `Refusal` 403, or 401 for nobody, unless who asks may do this."""
        if not self.may(deed, item):
            raise Refusal(403 if self.current_user else 401)

    def readable(self, stored: Item) -> Item:
        """Return a stored item if who asks may read it; raises `Refusal` 404."""
        item = self._resource.model.tidy(stored)
        if not self.may("read", item):
            raise Refusal(404)
        return item

    def shown(self, item: Item) -> dict[str, Any]:
        """Return what is shown of an item to who asks."""
        return self._resource.model.show(item, self.view(item))

    # -- reading and writing --------------------------------------------------------------------

    def _list(self) -> Response:
        resource = self._resource
        self.demand("list", None)
        wanted = listing.read_listing(self.message, resource, self.view(None), self.scope())
        page = resource.queries.find(wanted.query)
        self.headers["X-Total-Count"] = str(page.total)
        links = listing.links(self.message, wanted, page.total)
        if links is not None:
            self.headers["Link"] = links
        items = [resource.model.tidy(item) for item in page.items]
        return self._answer_many([Result(200, item[ID], item) for item in items], wanted.fields)

    def _read(self, ids: list[str]) -> list[Result]:
        known = {item_id: bodies.known_id(self._resource.model, item_id) for item_id in ids}
        stored = self._resource.read_several([*dict.fromkeys(it for it in known.values() if it)])
        return [self._result(item_id, stored.get(known[item_id] or "")) for item_id in ids]

    def _result(self, item_id: str, stored: Item | None) -> Result:
        item = None if stored is None else self._resource.model.tidy(stored)
        if item is None or not self.may("read", item):
            return Result(404, item_id)
        return Result(200, item[ID], item)

    def _write(self, ids: str, action: Action) -> Response:
        resource = self._resource
        given = bodies.split_ids(resource, ids) if ids else []
        self.demand("create" if action == "create" else "update", None)
        known = [bodies.known_id(resource.model, item_id) for item_id in given]
        if None in known:
            raise Refusal(404)
        fields = listing.read_fields(self.message, resource, self.view(None))
        entries = bodies.read_entries(
            self.message, resource, [it for it in known if it], new_ids=action == "create"
        )
        single = not isinstance(entries, list)
        self._check_single(single)
        results = self._writer(single).write(
            [entries] if isinstance(entries, bodies.Entry) else entries, action
        )
        return (
            self._answer_one(results[0], fields) if single else self._answer_many(results, fields)
        )

    def _check_single(self, single: bool) -> None:
        if not single and is_conditional(self.message):
            raise Refusal(400, "If-Match and If-None-Match go with a single item.")

    def _writer(self, single: bool) -> Writer:
        return Writer(self, self._resource, single)

    # -- answering ------------------------------------------------------------------------------

    def _answer_one(self, result: Result, fields: Collection[str] | None = None) -> Response:
        if result.item is None or result.code >= 400:
            raise Refusal(result.code, _UNSTORABLE if result.code == 400 else "")
        self.headers["ETag"] = etag_of(self.shown(result.item))
        if result.code == self.CREATED_CODE:
            path = f"{self.message.script_name}{self._resource.path}/{result.item_id}/"
            self.headers["Location"] = quote(path)
        self.add_to_payload("data", self._presented(result, fields))
        return self._answer(result.code)

    def _answer_many(
        self, results: list[Result], fields: Collection[str] | None = None
    ) -> Response:
        self.add_to_payload("data", [self._presented(result, fields) for result in results])
        codes = {result.code for result in results}
        if len(codes) > 1:
            return self._answer(self.MULTI_CODE)
        return self._answer(codes.pop() if codes else self.SUCCESS_CODE)

    def _answer_unchanged(self, etag: str) -> Response:
        # With the fields that the whole answer would have had (RFC 9110 §15.4.5).
        self.headers["ETag"] = etag
        self._keep_private()
        self.set_status(304)
        return WebMessageHandler.render(self)

    def _answer(self, code: int) -> Response:
        self._keep_private()
        self.set_status(code)
        return self.render()

    def _keep_private(self) -> None:
        if self.owner_field is not None:
            self.headers["Cache-Control"] = "private, no-cache"

    def _presented(self, result: Result, fields: Collection[str] | None) -> dict[str, Any]:
        shown: dict[str, Any] = {ID: result.item_id}
        if result.item is not None:
            shown = self.shown(result.item)
        if fields is not None:
            shown = {name: shown[name] for name in shown if name in fields or name == ID}
        shown[self._STATUS_CODE] = result.code
        shown[self._STATUS_MSG] = self._standard_message(result.code)
        return shown

    def render(
        self,
        status_code: int | None = None,
        http_200: bool = False,
        hide_status: bool | None = None,
        **kwargs: Any,
    ) -> Response:
        """Make the answer; see `JSONMessageHandler.render`."""
        if self._is_problem:
            return WebMessageHandler.render(self, status_code, http_200)
        hidden = self.hide_status if hide_status is None else hide_status
        return super().render(status_code, http_200, hidden, **kwargs)

    def error_body(self, status_code: int, detail: str) -> tuple[str | bytes, str] | None:
        """Make a problem document for clients that say what they accept (RFC 9457).

        A client that sends no `Accept` gets the payload, as the original answered.
        """
        if self.message.header("accept") is None:
            return super().error_body(status_code, detail)
        self._is_problem = True
        return problem(status_code, detail, self._errors), PROBLEM

    def _refuse(self, error: HTTPError) -> Response:
        if error.status == self.AUTH_FAILED:
            self.auth_error()
        self.headers.update(error.headers)
        if self.message.header("accept") is None:
            self._payload = {}
            self.set_status(error.status)
            return self.render()
        self._errors = error.errors if isinstance(error, Refusal) else ()
        headers = self.headers
        return self.render_error(
            error.status, lambda: self.headers.update(headers), detail=error.detail
        )

    @property
    def _resource(self) -> Resource:
        found = self.application.apis.get(type(self))
        if found is None:
            raise ConfigError(
                f"the API {type(self).__qualname__} is not registered with this application: "
                f"app.register_api({type(self).__qualname__})"
            )
        return found
