"""The JSON API: one handler for each address."""

from collections.abc import Callable, Iterator
from typing import Any

from brubeck_core import (
    HTTPError,
    JSONMessageHandler,
    Response,
    authenticated,
    event_stream,
)
from brubeck_core.errors import StoreUnavailable

from spotichat.channels import Messages
from spotichat.chat import TOKEN, Chat
from spotichat.models import Message, User, channel_name, person_name, plain

#: What `event_stream` sends.
Event = dict[str, Any]
#: Says whether a client has not seen a message yet.
IsNew = Callable[[Message], bool]

#: How many rooms, and how many people of a room, are named.
MOST = 50
#: What a page of the allowed origin may do.
_METHODS = "GET, POST, DELETE, OPTIONS"
_MAX_AGE = "600"


class ApiHandler(JSONMessageHandler):
    """What all addresses of the API have in common: who asks, and who may see the answer."""

    @property
    def chat(self) -> Chat:
        return self.application.chat

    def get_current_user(self) -> User | None:
        """Find who shows a token: in the signed cookie, or else as the argument `username`."""
        chat = self.chat
        secret, seconds = self.application.cookie_secret, chat.settings.keep_seconds
        cookie = self.get_cookie(TOKEN, secret=secret, max_age=seconds)
        user = chat.user_of(cookie) if cookie else None
        return user or chat.user_of(chat.opened(self.get_argument(TOKEN, "")))

    def auth_error(self) -> None:
        self.add_to_payload("detail", "Log in first.")

    def render(self, *args: Any, **kwargs: Any) -> Response:
        self.headers.update(self.cors_headers())
        self.headers["Cache-Control"] = "no-store"
        return super().render(*args, **kwargs)

    def cors_headers(self) -> dict[str, str]:
        """Return what lets pages of the allowed origin read any answer, errors too."""
        origin = self.application.allowed_origin
        if origin is None:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Vary": "Origin",
        }

    def options(self, *args: Any, **kwargs: Any) -> Response:
        """Answer a browser that asks what a page of the allowed origin may do (Fetch, CORS)."""
        self.set_status(200)
        self.headers["Allow"] = self.allow()
        if self.application.allowed_origin is not None:
            self.headers["Access-Control-Allow-Methods"] = _METHODS
            self.headers["Access-Control-Allow-Headers"] = "Content-Type, Last-Event-ID"
            self.headers["Access-Control-Max-Age"] = _MAX_AGE
        return self.render()

    def answer(self, **payload: Any) -> Response:
        for key, value in payload.items():
            self.add_to_payload(key, value)
        return self.render(200)


class WhoHandler(ApiHandler):
    """Say who is asking, and how else one may log in; null for nobody."""

    def get(self) -> Response:
        user = self.current_user
        return self.answer(
            name=user.username if user else None,
            nickname=user.nickname if user else None,
            providers=list(self.application.providers),
        )


class LoginHandler(ApiHandler):
    """Take a name, and give it back."""

    def post(self, username: str = "") -> Response:
        user = self.chat.log_in(person_name(username), self.current_user)
        token = remember(self, user)
        return self.answer(
            message="logged in", username=token, name=user.username, nickname=user.nickname
        )

    @authenticated
    def delete(self, username: str = "") -> Response:
        require_own_name(self.current_user, username)
        self.chat.log_out(self.current_user)
        self.delete_cookie(TOKEN)
        self.delete_cookie("nickname")
        return self.answer(message="logged out")


class RoomHandler(ApiHandler):
    """Enter a room and leave it."""

    @authenticated
    def post(self, channel: str = "public", username: str = "") -> Response:
        require_own_name(self.current_user, username)
        channel = channel_name(channel)
        self.chat.enter(channel, self.current_user, self.get_argument("message"))
        return self.answer(message="entered", channel_name=channel)

    @authenticated
    def delete(self, channel: str = "public", username: str = "") -> Response:
        require_own_name(self.current_user, username)
        channel = channel_name(channel)
        self.chat.leave(channel, self.current_user)
        return self.answer(message="left", channel_name=channel)


class CursorHandler(ApiHandler):
    """What of a room a client has not seen yet."""

    def cursor(self) -> tuple[IsNew, int]:
        """Return what tells new messages: their number, or else their time.

        Several messages may have one time, so that a client that goes by it can miss some.
        """
        since = self.number("since")
        if since is not None:
            return after(since), since
        moment = self.number("since_timestamp") or 0
        return lambda message: message.timestamp > moment, 0

    def number(self, name: str) -> int | None:
        text = self.get_argument(name)
        return None if text is None else whole_number(name, text)


class FeedHandler(CursorHandler):
    """What is said in a room: wait for it, and say something."""

    @authenticated
    def get(self, channel: str = "public") -> Response:
        channel = channel_name(channel)
        is_new, last = self.cursor()
        room = self.chat.channels.get(channel)
        present = self.chat.backend.refresh(channel, self.current_user.username)
        messages = room.wait(is_new, self.chat.settings.poll_seconds)
        return self.answer(
            messages=[message.shown for message in messages],
            last=messages[-1].seq if messages else last,
            present=present,
        )

    @authenticated
    def post(self, channel: str = "public") -> Response:
        text = self.get_argument("message", "")
        self.chat.say(channel_name(channel), self.current_user, text)
        return self.answer(message="message sent")


class EventsHandler(CursorHandler):
    """The same as server-sent events: each message is one, and its number the event's id."""

    @authenticated
    def get(self, channel: str = "public") -> Response:
        channel = channel_name(channel)
        is_new, _ = self.cursor()
        # Before the answer begins: a store that is away is a 503.
        self.chat.channels.get(channel)
        response = event_stream(self.events(channel, self.current_user, is_new))
        for name, value in self.cors_headers().items():
            response.set_header(name, value)
        return response

    def events(self, channel: str, user: User, is_new: IsNew) -> Iterator[Event | None]:
        yield None  # the page learns at once that it is connected
        try:
            while not self.chat.channels.closed and self.chat.is_known(user):
                messages = self.wait(channel, user, is_new)
                yield from ({"id": str(each.seq), "data": each.shown} for each in messages)
                if messages:
                    is_new = after(messages[-1].seq)
                else:
                    yield None
        except StoreUnavailable as error:
            # An end that the page takes for one, and connects again.
            self.log.warning("a stream of events ends: %s", error)

    def wait(self, channel: str, user: User, is_new: IsNew) -> Messages:
        self.chat.backend.refresh(channel, user.username)
        return self.chat.channels.get(channel).wait(is_new, self.chat.settings.poll_seconds)

    def number(self, name: str) -> int | None:
        # What a browser says that connects again wins over the address, which stays the same.
        again = self.request.header("last-event-id") if name == "since" else None
        return super().number(name) if again is None else whole_number("Last-Event-ID", again)


class MembersHandler(ApiHandler):
    """Who is in a room: how many, and some of their names."""

    @authenticated
    def get(self, channel: str = "public") -> Response:
        count, names = self.chat.backend.members(channel_name(channel), MOST)
        return self.answer(count=count, members=names)


class RoomsHandler(ApiHandler):
    """The fullest rooms."""

    def get(self) -> Response:
        rooms = self.chat.backend.rooms(MOST)
        return self.answer(rooms=[{"channel_name": name, "count": count} for name, count in rooms])


def remember(handler: ApiHandler, user: User) -> str:
    """Set the cookies that say who somebody is; return the token for clients without cookies."""
    token = handler.chat.token(user)
    seconds = int(handler.chat.settings.keep_seconds)
    handler.set_cookie(TOKEN, token, max_age=seconds)
    handler.set_cookie("nickname", user.nickname, max_age=seconds, httponly=False)
    return token


def require_own_name(user: User, name: str) -> None:
    """Raise `HTTPError` 403 unless `name`, from the path, is that of `user`."""
    if plain(name).casefold() != user.username.casefold():
        raise HTTPError(403, f"You are {user.username!r}, and this is for somebody else.")


def after(seq: int) -> IsNew:
    """Return what tells messages behind that number."""
    return lambda message: message.seq > seq


def whole_number(name: str, text: str) -> int:
    """Read a number that a client sent. Raises `HTTPError` 400."""
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        raise HTTPError(400, f"{name} has to be a whole number.")
    return int(text)
