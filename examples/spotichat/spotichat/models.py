"""People and what they say, and which names they and their rooms may have."""

import html
import time
import unicodedata
from functools import cached_property
from typing import Any

from brubeck_core import HTTPError
from brubeck_dictshield.document import Document
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.fields import IntField, LongField, StringField

LONGEST_NAME = 40
LONGEST_CHANNEL = 255
LONGEST_MESSAGE = 2000
LONGEST_OAUTH_DATA = 2048


class User(Document):
    """Somebody with a name. `key` is part of their token: without it the name opens nothing."""

    _private_fields = ["key"]
    _public_fields = ["username", "nickname"]

    username = StringField(required=True, max_length=LONGEST_NAME)
    nickname = StringField(required=True, max_length=LONGEST_NAME)
    timestamp = IntField(required=True)
    key = StringField(required=True, max_length=64)
    current_oauth_provider = StringField(max_length=40)
    oauth_data = StringField(max_length=LONGEST_OAUTH_DATA)


class Message(Document):
    """What was said in a room. `seq` grows with every message of a room, in all processes."""

    _public_fields = [
        "seq",
        "timestamp",
        "username",
        "nickname",
        "message",
        "msgtype",
        "channel_name",
    ]

    seq = LongField()
    timestamp = LongField(required=True)
    username = StringField(required=True, max_length=50)
    nickname = StringField(required=True, max_length=50)
    message = StringField(required=True, max_length=LONGEST_MESSAGE)
    msgtype = StringField(required=True, choices=["user", "error", "system"], default="user")
    channel_name = StringField(required=True, max_length=LONGEST_CHANNEL)

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What clients get: made once, for thousands may wait for it."""
        return Message.make_json_publicsafe(self, encode=False)


def make_message(user: User, channel: str, text: str, msgtype: str = "user") -> Message:
    """Make a message of this moment. Raises `HTTPError` 403 with what is wrong with it."""
    message = Message(
        timestamp=int(time.time() * 1000),
        username=user.username,
        nickname=user.nickname,
        message=decode(text).strip(),
        msgtype=msgtype,
        channel_name=channel,
    )
    try:
        message.validate()
    except ShieldException as error:
        raise HTTPError(403, f"The {error.field_name} {error.reason}.") from error
    return message


def decode(text: str) -> str:
    """Return text with its entity references decoded; that it stays text is up to the page."""
    return unicodedata.normalize("NFC", html.unescape(text))


def plain(name: str) -> str:
    """Return a name in the one way to write it, whether anybody may have it or not."""
    return " ".join(decode(name).split())


def person_name(text: str) -> str:
    """Return a name that a person may have. Raises `HTTPError` 403 with the reason."""
    name = _name(text, "name", LONGEST_NAME)
    if "/" in name or "@" in name:
        # The one parts addresses, the other is for people of a provider: 7@tumblr.
        raise HTTPError(403, "A name cannot have a slash or an @ in it.")
    return name


def channel_name(text: str) -> str:
    """Return a name that a room may have. Raises `HTTPError` 403 with the reason."""
    return _name(text, "room's name", LONGEST_CHANNEL)


def _name(text: str, what: str, longest: int) -> str:
    name = plain(text)
    if not name:
        raise HTTPError(403, f"The {what} is missing.")
    if len(name) > longest:
        raise HTTPError(403, f"The {what} has more than {longest} characters.")
    # Controls, and what turns the direction of text or is not seen at all.
    if not name.isprintable():
        raise HTTPError(403, f"The {what} has characters that cannot be shown.")
    return name
