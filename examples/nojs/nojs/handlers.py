"""The pages: frames, lists that are held until there is news, and the strip to type in."""

import json
from contextlib import suppress
from urllib.parse import urlencode

from brubeck_core import HTTPError
from brubeck_mustache import MustacheRendering

from nojs.board import ROOMS, NameTaken, NoSuchRoom, NotInRoom, messages_of, users_of
from nojs.words import (
    MESSAGE_LENGTH,
    NAME_LENGTH,
    ROOM_LENGTH,
    Unfit,
    check_message,
    check_name,
    check_room,
    room_url,
)

#: Messages on a page, unless it asks for fewer.
SHOWN = 25
#: Seconds after which a list asks again that could not be had.
RETRY = 5


class Page(MustacheRendering):
    """What all pages know: the board, and who asks."""

    def initialize(self):
        # Each answer is of its moment; a page from a cache would end the chat.
        self.set_header("Cache-Control", "no-store")

    @property
    def board(self):
        return self.db_conn.board

    def person(self):
        """Return the name of who asks, who is heard of by asking; or None."""
        cookie = self.get_cookie("session", secret=self.db_conn.secret)
        if cookie is None:
            return None
        name, secret = json.loads(cookie)
        return name if self.board.recognise(name, secret) else None

    def existing(self, room):
        """Return the room, or raise 404."""
        if not self.board.has_room(room):
            raise HTTPError(404, f"There is no room #{room}, or no more. Nobody is in it.")
        return room

    def first_page(self, status=200, **typed):
        """Answer with the frames of the first page, the strip as it was typed in."""
        strip = f"/buffer?{urlencode(typed)}" if typed else "/buffer"
        return self.render_template("index", status, strip=strip)


class Index(Page):
    """The frames of the first page: the rooms, and the strip."""

    def get(self):
        return self.first_page()


class Room(Page):
    """The frames of a room: who is there, what is said, and the strip."""

    def get(self, room):
        url = room_url(self.existing(room))
        strip = f"/buffer?{urlencode({'room': room})}"
        return self.render_template("room", room=room, url=url, strip=strip)


class HeldList(Page):
    """A list that asks for its next version at once, and is answered when there is one.

    The browser goes on showing the list it has. To ask is to be heard of, too: whoever closes the
    page has left.
    """

    template = ""
    #: The same list as if it had not been seen.
    anew = "?"

    def get(self, room=None):
        name = self.person()
        if room is not None:
            if name is not None:
                with suppress(NoSuchRoom):  # told next
                    self.board.enter(room, name)
            self.existing(room)
        seen = self.seen()
        # Before what it is the version of: what changes meanwhile is shown twice, not missed.
        version = self.board.wait(self.topic(room), seen, self.db_conn.hold)
        if version == seen:
            # A page that leads to its own address and a place in it would not be asked for again.
            return self.redirect(self.anew)
        return self.render_template(self.template, version=version, **self.content(room))

    def seen(self):
        """Return the version that the browser shows; None, which is none, unless it says so."""
        try:
            return int(self.get_argument("id", ""))
        except ValueError:
            return None

    def topic(self, room):
        raise NotImplementedError

    def content(self, room):
        raise NotImplementedError

    def render_error(self, status_code, error_handler=None, *, detail=""):
        """Let a list that cannot be had just now ask again by itself."""
        answer = super().render_error(status_code, error_handler, detail=detail)
        if status_code >= 500:
            answer.set_header("Refresh", str(RETRY))
        return answer


class Rooms(HeldList):
    template = "rooms"

    def topic(self, room):
        return ROOMS

    def content(self, room):
        rooms = self.board.rooms()
        listed = [{"room": name, "url": room_url(name), "people": n} for name, n in rooms]
        return {"rooms": listed, "none": not listed}


class Users(HeldList):
    template = "users"

    def topic(self, room):
        return users_of(room)

    def content(self, room):
        return {"room": self.existing(room), "users": self.board.users(room)}


class Messages(HeldList):
    template = "messages"

    def topic(self, room):
        return messages_of(room)

    @property
    def limit(self):
        typed = self.get_argument("limit", "")
        return min(max(int(typed), 1), SHOWN) if typed.isdecimal() and len(typed) < 5 else SHOWN

    @property
    def anew(self):
        return f"?limit={self.limit}"

    def content(self, room):
        messages = self.board.messages(self.existing(room), self.limit)
        shown = [{"user": m.user, "text": m.text, "time": m.time} for m in messages]
        return {"room": room, "limit": self.limit, "messages": shown}


class Buffer(Page):
    """The strip to type in: one form at a time, for a name, a room, or something to say.

    It is asked for as ``/buffer#typed``: a browser gives that field the focus, where it would not
    mind `autofocus` in a frame that somebody has typed in.
    """

    def get(self):
        room, name = self.get_argument("room"), self.person()
        typed, error = self.get_argument("join", ""), ""
        if name is not None and self.get_argument("act") == "join":
            _, error = self.judged(check_room, typed)
        return self.show(name, room, typed, error)

    def post(self):
        room = self.get_argument("room")
        match self.get_argument("act"):
            case "register":
                return self.register(room, self.get_argument("name", ""))
            case "join":
                return self.join(self.get_argument("join", ""))
            case "say":
                return self.say(room, self.get_argument("message", ""))
        raise HTTPError(400, "The form does not say what to do.")

    def register(self, room, typed):
        name, error = self.judged(check_name, typed)
        if error:
            return self.show(None, room, typed, error, 400)
        try:
            secret = self.board.register(name)
        except NameTaken:
            return self.show(None, room, typed, f"Name '{name}' is taken.", 403)
        session = json.dumps([name, secret])
        self.set_cookie("session", session, secret=self.db_conn.secret)
        if room is not None:
            with suppress(NoSuchRoom):  # the frames beside tell
                self.board.enter(room, name)
        return self.again(room)

    def join(self, typed):
        """Answer for the whole window: the form is sent from the strip to the top."""
        name = self.person()
        room, error = self.judged(check_room, typed)
        if name is None or error:
            return self.first_page(403 if name is None else 400, act="join", join=typed)
        self.board.enter(room, name, create=True)
        return self.redirect(room_url(room))

    def say(self, room, typed):
        name = self.person()
        if name is None:
            return self.show(None, room, "", "You are no longer logged in.", 403)
        text, error = self.judged(check_message, typed)
        if error:
            return self.show(name, room, typed, error, 400)
        try:
            self.board.say(room, name, text)
        except NotInRoom:
            return self.show(name, room, typed, "Could not send message.", 403)
        return self.again(room)

    def again(self, room):
        """Lead back to an empty strip, so that nothing is sent twice."""
        return self.redirect(f"/buffer?{urlencode({'room': room})}" if room else "/buffer")

    def judged(self, check, typed):
        """Return what was typed as it will be kept, and what is wrong with it."""
        try:
            return check(typed), ""
        except Unfit as error:
            return typed, str(error)

    def show(self, name, room, typed, error, status=200):
        context = {
            "name": name or "",
            "room": room or "",
            "typed": typed,
            "error": error,
            "registers": name is None,
            "speaks": name is not None and room is not None,
            "joins": name is not None and room is None,
            "name_length": NAME_LENGTH,
            "room_length": ROOM_LENGTH,
            "message_length": MESSAGE_LENGTH,
        }
        return self.render_template("buffer", status, **context)
