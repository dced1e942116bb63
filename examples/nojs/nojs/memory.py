"""A chat in the memory of one process."""

import hmac
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from nojs.board import (
    KEPT,
    ROOMS,
    Board,
    Message,
    NameTaken,
    NoSuchRoom,
    NotInRoom,
    messages_of,
    users_of,
)


@dataclass
class Room:
    """When each person is gone unless heard of (monotonic seconds), and what was said."""

    users: dict = field(default_factory=dict)
    messages: deque = field(default_factory=lambda: deque(maxlen=KEPT))


class MemoryBoard(Board):
    """Names, rooms and versions in dicts."""

    def __init__(self, concurrency, presence):
        super().__init__(concurrency, presence)
        self._lock = concurrency.lock()
        self._people = {}  # (secret, when it lapses) by name
        self._rooms = {}
        self._versions = {}
        # From the time, so that no version of an earlier process comes again.
        self._next = count(time.time_ns())

    def register(self, name):
        key, secret = name.casefold(), secrets.token_urlsafe()
        with self._lock:
            if key in self._people and self._people[key][1] > time.monotonic():
                raise NameTaken(name)
            self._people[key] = (secret, self._until())
        return secret

    def recognise(self, name, secret):
        key = name.casefold()
        with self._lock:
            known, until = self._people.get(key, ("", 0))
            if until < time.monotonic() or not hmac.compare_digest(known, secret):
                return False
            self._people[key] = (known, self._until())
            return True

    def enter(self, room, name, create=False):
        with self._lock:
            if room not in self._rooms and not create:
                raise NoSuchRoom(room)
            entered = self._rooms.setdefault(room, Room())
            news = name not in entered.users
            entered.users[name] = self._until()
            if news:
                self._tell(room, "", f"@{name} has joined.", ROOMS, users_of(room))

    def say(self, room, name, text):
        with self._lock:
            if room not in self._rooms or name not in self._rooms[room].users:
                raise NotInRoom(room)
            self._tell(room, name, text)

    def has_room(self, room):
        return room in self._rooms

    def rooms(self):
        with self._lock:
            return sorted((name, len(room.users)) for name, room in self._rooms.items())

    def users(self, room):
        with self._lock:
            return sorted(self._room(room).users)

    def messages(self, room, limit):
        with self._lock:
            return [*self._room(room).messages][-limit:]

    def sweep(self):
        now = time.monotonic()
        with self._lock:
            gone = [key for key, (_, until) in self._people.items() if until < now]
            for key in gone:
                del self._people[key]
            for name, room in [*self._rooms.items()]:
                self._sweep_room(name, room, now)

    def version(self, topic):
        return self._versions.get(topic, 0)

    def _sweep_room(self, name, room, now):
        for user in [user for user, until in room.users.items() if until < now]:
            del room.users[user]
            self._tell(name, "", f"@{user} has left.", ROOMS, users_of(name))
        if not room.users:
            del self._rooms[name]
            for topic in (users_of(name), messages_of(name)):
                self._versions.pop(topic, None)
                self.bell.ring(topic)

    def _tell(self, room, user, text, *topics):
        said = Message(user, text, time.strftime("%H:%M:%S"))
        self._rooms[room].messages.append(said)
        for topic in (*topics, messages_of(room)):
            self._versions[topic] = next(self._next)
            self.bell.ring(topic)

    def _room(self, name):
        return self._rooms.get(name) or Room()

    def _until(self):
        return time.monotonic() + self.presence
