"""Rooms as one process knows them: their last messages, and everybody who waits for the next."""

import time
from collections.abc import Callable, Iterable

from brubeck_core.interfaces.concurrency import Concurrency

from spotichat.models import Message

Messages = tuple[Message, ...]
#: Seconds after which a room that nobody asked for is forgotten by this process.
IDLE = 600.0


class Channel:
    """The last messages of a room.

    Those who wait share one event. News sets it and puts another in its place, so that a room of
    thousands is woken by one call, and nobody has to clear anything.
    """

    def __init__(self, hub: "Channels") -> None:
        self._hub = hub
        self._lock = hub.concurrency.lock()
        self._news = hub.concurrency.event()
        self.messages: Messages = ()
        #: Set when what was said before is there: a part of it must not pass for all.
        self.filled = hub.concurrency.event()
        self.used = time.monotonic()

    def add(self, messages: Iterable[Message]) -> None:
        """Add messages, in whichever order they come, each once; wake all who wait."""
        with self._lock:
            by_seq = {message.seq: message for message in (*self.messages, *messages)}
            self.messages = tuple(by_seq[seq] for seq in sorted(by_seq)[-self._hub.size :])
            news, self._news = self._news, self._hub.concurrency.event()
        news.set()

    def wake(self) -> None:
        """Wake all who wait, without news."""
        self._news.set()

    def wait(self, is_new: Callable[[Message], bool], seconds: float) -> Messages:
        """Return the new messages; wait up to `seconds` while there are none."""
        end = time.monotonic() + seconds
        while True:
            # The event first: what is added after this line sets it.
            news = self._news
            found = tuple(message for message in self.messages if is_new(message))
            left = end - time.monotonic()
            if found or left <= 0 or self._hub.closed:
                return found
            news.wait(left)


class Channels:
    """The rooms of this process, each made when it is first asked for.

    Args:
        concurrency: who waits.
        recent: returns the kept messages of a room.
        size: how many messages of a room are kept.
    """

    def __init__(
        self, concurrency: Concurrency, recent: Callable[[str], Iterable[Message]], size: int
    ) -> None:
        self.concurrency = concurrency
        self.size = size
        self.closed = False
        self._recent = recent
        self._channels: dict[str, Channel] = {}

    def get(self, name: str) -> Channel:
        """Return a room, filled with what was said before."""
        channel = self._channels.get(name)
        if channel is None:
            made = Channel(self)
            # Known before it is filled: a message that comes meanwhile is not lost.
            channel = self._channels.setdefault(name, made)
            if channel is made:
                self._fill(name, channel)
        if not channel.filled.is_set():
            channel.filled.wait()
            if self._channels.get(name) is not channel:
                return self.get(name)
        channel.used = time.monotonic()
        return channel

    def deliver(self, message: Message) -> None:
        """Add a message to its room, if anybody here ever asked for that."""
        channel = self._channels.get(message.channel_name)
        if channel is not None:
            channel.add([message])

    def refill(self) -> None:
        """Add to every room what may have been missed."""
        for name, channel in list(self._channels.items()):
            channel.add(self._recent(name))

    def forget_idle(self) -> None:
        """Let go of rooms that nobody asked for in a while."""
        before = time.monotonic() - IDLE
        for name, channel in list(self._channels.items()):
            if channel.used < before:
                self._channels.pop(name, None)

    def close(self) -> None:
        """Let all waits end, now and from now on."""
        self.closed = True
        for channel in list(self._channels.values()):
            channel.wake()

    def _fill(self, name: str, channel: Channel) -> None:
        try:
            channel.add(self._recent(name))
        except BaseException:
            self._channels.pop(name, None)
            raise
        finally:
            channel.filled.set()
