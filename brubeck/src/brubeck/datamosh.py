"""Where models and handlers meet: owners, streams and paging."""

# A plugin that is not installed is `Any` to a type checker.
# mypy: disable-error-code="import-not-found, attr-defined"

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names
from brubeck_core.paging import HasArguments, paging_from_request, since_from_request
from brubeck_core.paging import get_typed_argument as get_typed_argument

if TYPE_CHECKING:
    from brubeck_dictshield.users import OwnedModelMixin as OwnedModelMixin
    from brubeck_dictshield.users import StreamedModelMixin as StreamedModelMixin
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "OwnedModelMixin": "brubeck_dictshield.users",
            "StreamedModelMixin": "brubeck_dictshield.users",
        },
        own=("OwnedHandlerMixin", "StreamedHandlerMixin", "get_typed_argument"),
    )


class OwnedHandlerMixin:
    """Add to a handler the argument `owner`, which stands for a model's `owner_username`."""

    def get_owner_username(self: HasArguments, default_username: str | None = None) -> str | None:
        """Return the argument `owner`, or the default."""
        return get_typed_argument("owner", default_username, self, str)


class StreamedHandlerMixin:
    """Add to a handler the arguments of a stream: `since`, `page`, `count` and `skip`."""

    def get_stream_offset(self: HasArguments, default_since: int = 0) -> int:
        """Return the argument `since`, in milliseconds, for `created_at` or `updated_at`."""
        return since_from_request(self, default_since)

    def get_paging_arguments(
        self: HasArguments,
        default_page: int = 0,
        default_count: int = 25,
        max_count: int | None = 25,
    ) -> tuple[int, int, int]:
        """Return page, count and skip; see `brubeck_core.paging.paging_from_request`."""
        return paging_from_request(self, default_page, default_count, max_count)
