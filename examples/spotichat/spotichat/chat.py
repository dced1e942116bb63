"""The chat itself: who is known, who is where, and what is said."""

import json
import logging
import secrets
import time

from brubeck_core import Brubeck, HTTPError
from brubeck_core.http.signing import CookieSigner

from spotichat.backends import make_backend
from spotichat.channels import Channels
from spotichat.models import User, make_message
from spotichat.settings import Settings

log = logging.getLogger("brubeck.spotichat")

#: The name that tokens are signed for, which is that of the cookie.
TOKEN = "username"


class Chat:
    """What all handlers share.

    Args:
        app: the application; the chat starts and stops with it.
        settings: those of the chat.
    """

    def __init__(self, app: Brubeck, settings: Settings) -> None:
        self.settings = settings
        self.concurrency = app.concurrency
        self.signer = CookieSigner(app.cookie_secret)
        self.backend = make_backend(settings, app.concurrency)
        self.channels = Channels(app.concurrency, self.backend.recent, settings.buffer)
        self._ended = app.concurrency.event()
        app.on_start(self.start)
        app.on_stop(self.stop)

    def start(self, app: Brubeck) -> None:
        """Begin to hear of messages, and to look for those who went away."""
        self.backend.open(self.channels.deliver, self.channels.refill)
        self.concurrency.spawn(self._reap)

    def stop(self, app: Brubeck) -> None:
        """Answer all who wait, and end the work in the background."""
        self._ended.set()
        self.channels.close()
        self.backend.close()

    # -- people --------------------------------------------------------------------------------

    def log_in(self, name: str, known: User | None) -> User:
        """Return a user of that name, new if there was none.

        Args:
            name: one that a person may have.
            known: who asks, if they have shown a token.

        Raises `HTTPError` 403 when the name is somebody else's.
        """
        if known is not None and known.username.casefold() == name.casefold():
            known.timestamp = int(time.time())
            self.backend.put_user(known)
            return known
        user = make_user(name, name)
        if not self.backend.add_user(user):
            raise HTTPError(403, f"The name {name!r} is taken.")
        return user

    def log_in_from(self, provider: str, id: str, nickname: str, data: str) -> User:
        """Return the user of a provider: their name there is theirs here, as ``7@tumblr``."""
        username = f"{id}@{provider}"
        user = self.backend.get_user(username) or make_user(username, nickname)
        user.nickname = nickname
        user.timestamp = int(time.time())
        user.current_oauth_provider = provider
        user.oauth_data = data
        self.backend.put_user(user)
        return user

    def log_out(self, user: User) -> None:
        """Take somebody out of every room, and make their tokens worthless."""
        for channel in self.backend.rooms_of(user.username):
            self._take_out(channel, user, "has left the room")
        self.backend.remove_user(user.username)

    def token(self, user: User) -> str:
        """Return the text by which a client shows who it is."""
        return self.signer.sign(TOKEN, json.dumps([user.username, user.key]))

    def opened(self, token: str) -> str | None:
        """Return what was signed as a token, or None for any other text."""
        return self.signer.unsign(TOKEN, token, self.settings.keep_seconds)

    def user_of(self, content: str | None) -> User | None:
        """Return who a token with this content was made for, if they are still known."""
        if content is None:
            return None
        username, key = json.loads(content)
        user = self.backend.get_user(username)
        return user if user is not None and secrets.compare_digest(user.key, key) else None

    def is_known(self, user: User) -> bool:
        """Say whether somebody has not logged out meanwhile."""
        found = self.backend.get_user(user.username)
        return found is not None and found.key == user.key

    # -- rooms ---------------------------------------------------------------------------------

    def enter(self, channel: str, user: User, text: str | None = None) -> None:
        """Let somebody into a room, and tell all who are there, once.

        Args:
            text: what they want to be announced with; their name is put in front of it.
        """
        announced = f"{user.nickname}: {text}" if text else f"{user.nickname} has entered the room."
        message = make_message(user, channel, announced, "system")
        if self.backend.enter(channel, user.username):
            self.backend.publish(message)

    def leave(self, channel: str, user: User) -> None:
        """Let somebody out of a room. Raises `HTTPError` 403 when they are not in it."""
        if not self._take_out(channel, user, "has left the room"):
            raise HTTPError(403, "You are not in this room.")

    def say(self, channel: str, user: User, text: str) -> None:
        """Say something in a room, which is to be in it. Raises `HTTPError` 403."""
        message = make_message(user, channel, text)
        self.enter(channel, user)
        self.backend.publish(message)

    # -- in the background ---------------------------------------------------------------------

    def sweep(self) -> None:
        """Take those out of their rooms who were not seen for long."""
        for channel, username in self.backend.absent(self.settings.user_seconds):
            user = self.backend.get_user(username) or make_user(username, username)
            self._take_out(channel, user, "could not be found")

    def _take_out(self, channel: str, user: User, words: str) -> bool:
        # Whatever others do at the same time, one gets True, and so it is said once.
        if not self.backend.leave(channel, user.username):
            return False
        text = f"{user.nickname} {words}."
        self.backend.publish(make_message(user, channel, text, "system"))
        return True

    def _reap(self) -> None:
        seconds = self.settings.reaper_seconds
        while not self._ended.wait(seconds):
            try:
                self.channels.forget_idle()
                # A little less, so that the same process may have it next time.
                if self.backend.claim("reaper", seconds * 0.9):
                    self.sweep()
            except Exception as error:
                log.warning("the reaper goes on next time: %s", error)


def make_user(username: str, nickname: str, **more: str) -> User:
    """Make a user with a key of their own."""
    key = secrets.token_urlsafe(16)
    return User(username=username, nickname=nickname, timestamp=int(time.time()), key=key, **more)
