"""Register the user store."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import Option, UserStoreRegistration, hookimpl


@hookimpl
def brubeck_register_user_stores() -> Iterable[UserStoreRegistration]:
    yield UserStoreRegistration(
        name="dictshield",
        target="brubeck_dictshield.store:DictShieldUserStore",
        options=(
            Option("store", object, "The store that keeps the users: 'package.module:Class'."),
            Option(
                "document", object, "The class that users have to suit: 'package.module:Class'."
            ),
        ),
        summary="Users judged as documents before another store keeps them.",
    )
