"""Everything in this process, and gone with it."""

import time
from collections import deque
from collections.abc import Callable

from brubeck_core.interfaces.concurrency import Concurrency

from spotichat.backends.interface import Backend
from spotichat.models import Message, User
from spotichat.settings import Settings


class MemoryBackend(Backend):
    """One lock over plain dictionaries: nothing here waits while it is held."""

    def __init__(self, settings: Settings, concurrency: Concurrency) -> None:
        self._settings = settings
        self._lock = concurrency.lock()
        self._deliver: Callable[[Message], None] = lambda message: None
        self._messages: dict[str, deque[Message]] = {}
        self._users: dict[str, User] = {}
        self._seen: dict[tuple[str, str], float] = {}
        self._rooms: dict[str, dict[str, None]] = {}
        self._kept: dict[str, tuple[float, str]] = {}

    def open(self, deliver: Callable[[Message], None], refill: Callable[[], None]) -> None:
        self._deliver = deliver

    def publish(self, message: Message) -> None:
        with self._lock:
            kept = self._messages.setdefault(
                message.channel_name, deque(maxlen=self._settings.buffer)
            )
            message.seq = kept[-1].seq + 1 if kept else message.timestamp
            kept.append(message)
            # Still under the lock, so that nobody hears of a message before the one in front.
            self._deliver(message)

    def recent(self, channel: str) -> list[Message]:
        with self._lock:
            return list(self._messages.get(channel, ()))

    def add_user(self, user: User) -> bool:
        with self._lock:
            return self._users.setdefault(user.username.casefold(), user) is user

    def put_user(self, user: User) -> None:
        self._users[user.username.casefold()] = user

    def get_user(self, username: str) -> User | None:
        return self._users.get(username.casefold())

    def remove_user(self, username: str) -> None:
        self._users.pop(username.casefold(), None)

    def enter(self, channel: str, username: str) -> bool:
        with self._lock:
            is_new = (channel, username) not in self._seen
            self._seen[channel, username] = time.monotonic()
            self._rooms.setdefault(channel, {})[username] = None
            return is_new

    def refresh(self, channel: str, username: str) -> bool:
        with self._lock:
            if (channel, username) not in self._seen:
                return False
            self._seen[channel, username] = time.monotonic()
            return True

    def leave(self, channel: str, username: str) -> bool:
        with self._lock:
            if self._seen.pop((channel, username), None) is None:
                return False
            members = self._rooms[channel]
            del members[username]
            if not members:
                del self._rooms[channel]
            return True

    def absent(self, seconds: float) -> list[tuple[str, str]]:
        self._forget_old()
        before = time.monotonic() - seconds
        with self._lock:
            return [who for who, seen in self._seen.items() if seen < before]

    def rooms_of(self, username: str) -> list[str]:
        with self._lock:
            return [channel for channel, name in self._seen if name == username]

    def members(self, channel: str, most: int) -> tuple[int, list[str]]:
        with self._lock:
            names = self._rooms.get(channel, {})
            return len(names), sorted(names)[:most]

    def rooms(self, most: int) -> list[tuple[str, int]]:
        with self._lock:
            counts = [(channel, len(names)) for channel, names in self._rooms.items()]
        return sorted(counts, key=lambda room: (-room[1], room[0]))[:most]

    def claim(self, work: str, seconds: float) -> bool:
        return True

    def remember(self, key: str, text: str, seconds: float) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic() + seconds, text)

    def recall(self, key: str) -> str | None:
        with self._lock:
            end, text = self._kept.pop(key, (0.0, ""))
            return text if end > time.monotonic() else None

    def _forget_old(self) -> None:
        """Forget what Redis would have let go of by itself."""
        now = time.time()
        before = now - self._settings.keep_seconds
        with self._lock:
            for key in [key for key, (end, _) in self._kept.items() if end < time.monotonic()]:
                del self._kept[key]
            for name in [name for name, user in self._users.items() if user.timestamp < before]:
                del self._users[name]
            for channel in [
                channel
                for channel, kept in self._messages.items()
                if kept[-1].timestamp < before * 1000
            ]:
                del self._messages[channel]
