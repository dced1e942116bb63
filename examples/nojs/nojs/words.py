"""What people may type: names, rooms, messages. Errors are for the page, beside the field."""

from urllib.parse import quote

NAME_LENGTH = 15
ROOM_LENGTH = 30
MESSAGE_LENGTH = 500
#: First parts of paths that are no rooms.
RESERVED = {"buffer", "media", "rooms"}


class Unfit(Exception):
    """What was typed will not do; the text says why."""


def check_name(typed):
    """Return the name somebody typed, without the @ that stands before the field."""
    return _checked(typed.strip().removeprefix("@"), "A name", NAME_LENGTH)


def check_room(typed):
    """Return the name of the room somebody typed, without the # that stands before the field."""
    room = _checked(typed.strip().removeprefix("#"), "The name of a room", ROOM_LENGTH)
    if "/" in room or "\\" in room or not room.strip("."):
        raise Unfit("The name of a room has no slash, and is more than dots.")
    if room.lower() in RESERVED:
        raise Unfit(f"#{room} is reserved. Choose another name.")
    return room


def check_message(typed):
    """Return the message somebody typed."""
    return _checked(typed, "A message", MESSAGE_LENGTH)


def room_url(room):
    """Return the path of a room's page."""
    return f"/{quote(room, safe='')}/"


def _checked(typed, what, length):
    text = typed.strip()
    if not text:
        raise Unfit(f"{what} cannot be empty.")
    if len(text) > length:
        raise Unfit(f"{what} has at most {length} characters; this has {len(text)}.")
    if not text.isprintable():
        raise Unfit(f"{what} has letters, digits, signs and spaces only.")
    return text
