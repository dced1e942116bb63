"""What an API is told by its class: settings, and hooks that say who may do and see what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from brubeck_core.handlers.json import JSONMessageHandler
from brubeck_core.interfaces.query import Condition, Operator
from brubeck_core.models import View

if TYPE_CHECKING:
    from brubeck_core.interfaces.queryset import Item, Queryset

#: What `APIHooks.may` is asked about.
Deed = Literal["list", "read", "create", "update", "delete"]


class APIHooks(JSONMessageHandler):
    """The part of `AutoAPIBase` that is there to be overridden."""

    #: The class of the items: a DictShield document, a dataclass, a msgspec Struct or a pydantic
    #: model; see `brubeck_core.models`.
    model: ClassVar[Any] = None
    #: Where the items live; by default a collection of the application's own queryset.
    queries: ClassVar[Queryset | None] = None
    #: The methods there are; of GET and OPTIONS come HEAD and OPTIONS.
    methods: ClassVar[Collection[str]] = ("GET", "POST", "PUT", "PATCH", "DELETE")
    #: Answer with the data alone, without the envelope of status and timestamp.
    hide_status: ClassVar[bool] = False
    #: What becomes of fields that the model does not have: "refuse" (422) or "discard".
    unknown_fields: ClassVar[Literal["refuse", "discard"]] = "refuse"
    #: Whether clients may choose the ids of new items.
    client_ids: ClassVar[bool] = True
    #: Fields that are shown and not for clients to set, besides the model's own.
    read_only: ClassVar[Collection[str]] = ()
    #: Private fields that clients may set all the same.
    write_only: ClassVar[Collection[str]] = ()
    #: The field that says whose an item is; with it, everybody sees and changes their own alone.
    owner_field: ClassVar[str | None] = None
    #: Let everybody read what others own, in the public view.
    public_read: ClassVar[bool] = False
    #: How many items a body, and how many ids an address may have.
    max_items: ClassVar[int] = 100
    #: How many items a page of a list has, and at most.
    default_count: ClassVar[int] = 25
    max_count: ClassVar[int] = 100

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        kept = {*cls.methods, "OPTIONS"} | ({"HEAD"} if "GET" in cls.methods else set())
        cls._answers = {method: name for method, name in cls._answers.items() if method in kept}

    def owner(self) -> str | None:
        """Return who asks, as `owner_field` has it; None for nobody.

        This is the current user if that is text, else its `id`, or its `username`.
        """
        user = self.current_user
        if not user:
            return None
        if isinstance(user, str):
            return user
        names = ("id", "username")
        if isinstance(user, Mapping):
            values = [user.get(name) for name in names]
        else:
            values = [getattr(user, name, None) for name in names]
        found = next((value for value in values if value is not None), None)
        return None if found is None else str(found)

    def may(self, deed: Deed, item: Item | None) -> bool:
        """Say whether who asks may do this.

        Asked at first without an item, whether they may do it at all, and then for each item: the
        stored one, or the new one that is to be created. An item that may not be read is answered
        404, as if it were not there; anything else 403, or 401 for nobody. Lists are limited by
        `scope`.
        """
        if self.owner_field is None or (self.public_read and deed in ("list", "read")):
            return True
        owner = self.owner()
        return owner is not None and (item is None or item.get(self.owner_field) == owner)

    def scope(self) -> Iterable[Condition]:
        """Return conditions that limit lists to what `may` be read."""
        if self.owner_field is None or self.public_read:
            return ()
        return (Condition(self.owner_field, Operator.EQ, self.owner()),)

    def view(self, item: Item | None) -> View:
        """Return which view of an item is shown to who asks: the owner's or the public one.

        Asked without an item for what lists may be searched by: the least of all their items.
        Everybody is taken for the owner of what has no `owner_field`.
        """
        if self.owner_field is None:
            return "owner"
        if item is None:
            return "public" if self.public_read else "owner"
        owner = self.owner()
        # Nobody owns nothing: what has no owner is not theirs who have no name.
        return "owner" if owner is not None and item.get(self.owner_field) == owner else "public"

    def complete(self, values: dict[str, Any], item: Item | None) -> None:
        """Fill in what is the application's, such as the time of a change.

        Called before the values of an item are judged, with what the client gave and what is
        kept. Change `values`; it may be called again when somebody else changes the item meanwhile.

        Args:
            item: the stored item that is about to be replaced; None for a new one.
        """
