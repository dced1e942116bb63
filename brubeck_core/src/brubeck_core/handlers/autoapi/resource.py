"""What is known of an API once it is registered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from brubeck_core.interfaces.queryset import Item, Queryset, Status
from brubeck_core.models import Model, View
from brubeck_core.models.model import ID
from brubeck_core.models.schemas import kind_of

if TYPE_CHECKING:
    from brubeck_core.handlers.autoapi.base import AutoAPIBase

#: What each item of an answer has besides its fields, so that clients send it back too.
STATUS_FIELDS = ("status_code", "status_msg")

#: The fields that `since` goes by, the first that a model has.
_MOMENTS = ("updated_at", "created_at")


@dataclass(frozen=True)
class Resource:
    """One API of an application.

    Args:
        api: its class.
        model: the model as AutoAPI sees it.
        queries: where its items live.
        path: where it is, such as ``/todo``.
        documented: whether manifest, OpenAPI and pages show it.
        name: what they call it.
    """

    api: type[AutoAPIBase]
    model: Model
    queries: Queryset
    path: str
    documented: bool
    name: str

    @cached_property
    def kept(self) -> frozenset[str]:
        """The fields that no client sets: private, read-only, and the owner's."""
        api, model = self.api, self.model
        kept = (model.private - set(api.write_only)) | model.read_only | set(api.read_only)
        return kept | ({api.owner_field} if api.owner_field else set())

    @cached_property
    def searchable(self) -> dict[View, dict[str, str]]:
        """By view, the fields to filter and sort by, with the kind of their values."""
        return {view: self._searchable(view) for view in ("owner", "public")}

    @cached_property
    def moment(self) -> str | None:
        """The field of milliseconds that `since` goes by, or None."""
        return next(
            (name for name in _MOMENTS if kind_of(self.model.fields.get(name, {})) == "integer"),
            None,
        )

    def read(self, item_id: str) -> Item | None:
        """Return what is stored under an id, as it is stored, or None."""
        status, item = self.queries.read_one(item_id)
        return item if status is Status.OK else None

    def read_several(self, ids: list[str]) -> dict[str, Item]:
        """Return what is stored under some ids, by the ids, of those that are there."""
        outcomes = self.queries.read_many(ids) if ids else []
        pairs = zip(ids, outcomes, strict=True)
        return {item_id: item for item_id, (status, item) in pairs if status is Status.OK}

    def _searchable(self, view: View) -> dict[str, str]:
        kinds: dict[str, Any] = {ID: "string"}
        for name, schema in self.model.fields.items():
            if name in self.model.visible[view]:
                kinds[name] = kind_of(schema)
        return {name: kind for name, kind in kinds.items() if kind is not None}
