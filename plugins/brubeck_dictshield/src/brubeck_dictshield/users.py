"""Brubeck's users as documents, and what documents that belong to users have in common."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

from brubeck_core.passwords import hash_password, verify_password
from brubeck_core.timekeeping import curtime
from brubeck_dictshield.document import Document, EmbeddedDocument
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.fields import (
    BooleanField,
    EmailField,
    LongField,
    MillisecondField,
    StringField,
    URLField,
    UUIDField,
)

#: In characters.
MAX_USERNAME = 30

_USERNAME = re.compile(r"[a-z0-9._]+")


class User(Document):
    """Somebody who can log in: a name, an address, a password line, times in milliseconds."""

    _private_fields: ClassVar[Any] = ["password", "is_active"]

    username = StringField(max_length=MAX_USERNAME, required=True)
    email = EmailField(max_length=100)
    password = StringField(max_length=128)
    is_active = BooleanField(default=False)
    last_login = LongField(default=curtime)
    date_joined = LongField(default=curtime)

    @classmethod
    def create_user(cls, username: str | None, password: str, email: str | None = None) -> Self:
        """Return a new user, who is kept nowhere yet.

        The name is put in lower case; letters, digits, ``.`` and ``_`` may be in it. Hashing
        takes a good part of a second: call this through the backend's `offload`.

        Raises `ValueError` for a name, password or address that will not do.
        """
        name = (username or "").lower()
        if _USERNAME.fullmatch(name) is None or len(name) > MAX_USERNAME:
            raise ValueError(
                f"{username!r} cannot be a user's name: use 1 to {MAX_USERNAME} letters (a to z), "
                "digits, dots and underscores"
            )
        user = cls(username=name, email=email or None)
        try:
            user.validate()
        except ShieldException as error:
            raise ValueError(f"the user's {error.path} {error.reason}") from error
        user.set_password(password)
        return user

    def set_password(self, raw_password: str) -> None:
        """Keep the line that a password makes; see `brubeck_core.passwords`.

        Raises `ValueError` for None, an empty password or one that is far too long.
        """
        self.password = hash_password(raw_password)

    def check_password(self, raw_password: str) -> bool:
        """Say whether this is the user's password; if so, `last_login` becomes now.

        A user without a password has none that fits. Slow on purpose: call this through the
        backend's `offload`. Raises `ValueError` for None and for a damaged password line.
        """
        if not self.password or not verify_password(raw_password, self.password):
            return False
        self.last_login = curtime()
        return True

    def __str__(self) -> str:
        return self.username or super().__str__()


class OwnedModelMixin(EmbeddedDocument):
    """Lend a document the fields that say whose it is."""

    class Meta:
        """Leave no trace in `_cls` and `_types`."""

        mixin = True

    owner_id = UUIDField(required=True)
    owner_username = StringField(max_length=MAX_USERNAME, required=True)


class StreamedModelMixin(EmbeddedDocument):
    """Lend a document its times, in milliseconds, by which streams are sorted."""

    class Meta:
        """Leave no trace in `_cls` and `_types`."""

        mixin = True

    created_at = MillisecondField(default=0)
    updated_at = MillisecondField(default=0)


# Each mixin has a Meta of its own, which documents do not keep.
class UserProfile(Document, OwnedModelMixin, StreamedModelMixin):  # type: ignore[misc]
    """What a user tells about themselves, apart from what they log in with."""

    _private_fields: ClassVar[Any] = ["owner_id"]

    name = StringField(max_length=255)
    email = EmailField(max_length=100)
    website = URLField(max_length=255)
    bio = StringField(max_length=100)
    location_text = StringField(max_length=100)
    avatar_url = URLField(max_length=255)
