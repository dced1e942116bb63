"""People as documents."""

# A plugin that is not installed is `Any` to a type checker.
# mypy: disable-error-code="import-not-found, attr-defined"

from __future__ import annotations

from typing import TYPE_CHECKING

from brubeck._names import lazy_names

if TYPE_CHECKING:
    from brubeck_dictshield.users import User as User
    from brubeck_dictshield.users import UserProfile as UserProfile
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {"User": "brubeck_dictshield.users", "UserProfile": "brubeck_dictshield.users"},
    )
