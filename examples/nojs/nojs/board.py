"""What a chat is made of, wherever it is kept: people, rooms, and news of them.

Each of the lists that people look at is a *topic* with a version, which is another one after each
change. Whoever has seen a version waits until there is another.
"""

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass

from nojs.bell import Bell

#: Messages that a room keeps.
KEPT = 100
#: The topic of the list of rooms.
ROOMS = "rooms"


def users_of(room):
    """Return the topic of the people in a room."""
    return f"users:{room}"


def messages_of(room):
    """Return the topic of what is said in a room."""
    return f"messages:{room}"


class NameTaken(Exception):
    """Somebody else has that name."""


class NoSuchRoom(Exception):
    """There is no such room, or no more."""


class NotInRoom(Exception):
    """Only who is in a room speaks there."""


@dataclass(frozen=True)
class Message:
    """Something said; by nobody (an empty name) where the room itself tells who comes and goes."""

    user: str
    text: str
    time: str


class Board(ABC):
    """Where a chat is kept.

    Args:
        concurrency: the backend, for everything that waits.
        presence: seconds after which people are gone who have not been heard of.
    """

    def __init__(self, concurrency, presence):
        self.concurrency = concurrency
        self.presence = presence
        self.bell = Bell(concurrency)

    # -- people --------------------------------------------------------------------------------

    @abstractmethod
    def register(self, name):
        """Give somebody a name and return the secret that goes with it. Raises `NameTaken`.

        Names that differ only in case are one name.
        """

    @abstractmethod
    def recognise(self, name, secret):
        """Say whether that is the one who has this name, who then keeps it for longer."""

    # -- rooms ---------------------------------------------------------------------------------

    @abstractmethod
    def enter(self, room, name, create=False):
        """Let somebody in, or stay in for longer. Raises `NoSuchRoom` unless it may be made."""

    @abstractmethod
    def say(self, room, name, text):
        """Put a message up. Raises `NotInRoom`."""

    @abstractmethod
    def has_room(self, room):
        """Say whether there is that room."""

    @abstractmethod
    def rooms(self):
        """Return the names of all rooms, in order, each with the number of people there."""

    @abstractmethod
    def users(self, room):
        """Return the names of the people in a room, in order."""

    @abstractmethod
    def messages(self, room, limit):
        """Return the last messages of a room, the newest one last."""

    @abstractmethod
    def sweep(self):
        """Let those go who have not been heard of, and close rooms that nobody is left in."""

    # -- news ----------------------------------------------------------------------------------

    @abstractmethod
    def version(self, topic):
        """Return the version of a topic, a whole number; 0 of one that there is not."""

    def wait(self, topic, seen, timeout):
        """Wait until the version of a topic is another than `seen`, at most `timeout` seconds.

        Returns the version, which is `seen` still when the time is over or the process ends. A
        bell that rings for nothing, as it does for everybody after a lost connection, ends no wait.
        """
        deadline = time.monotonic() + timeout
        while True:
            with self.bell.listening(topic) as rung:
                version = self.version(topic)
                if version != seen or self.bell.closed:
                    return version
                if not rung.wait(max(0.0, deadline - time.monotonic())):
                    return version

    # -- the process ---------------------------------------------------------------------------

    def start(self):  # noqa: B027 - nobody else to listen to is a fine answer
        """Begin to listen to other processes, where there can be any."""

    def stop(self):
        """Let nobody wait any longer."""
        self.bell.close()
