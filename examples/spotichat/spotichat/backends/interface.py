"""What a backend does."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from spotichat.models import Message, User


class Backend(ABC):
    """Keep people, rooms, and who is where; hand every message to every process.

    Whatever two processes may do at once, such as taking a name or finding that somebody is gone,
    succeeds for one of them. Times are seconds.
    """

    @abstractmethod
    def open(self, deliver: Callable[[Message], None], refill: Callable[[], None]) -> None:
        """Begin to hand over messages.

        Args:
            deliver: takes every message that is published, by whichever process.
            refill: called when some may have been missed.
        """

    def close(self) -> None:  # noqa: B027 - what runs in no background needs no end
        """Hand over no more messages."""

    # -- messages ------------------------------------------------------------------------------

    @abstractmethod
    def publish(self, message: Message) -> None:
        """Keep a message under the next number of its room, and hand it to every process.

        Numbers begin with the clock, in milliseconds, so that those of a room that was forgotten
        meanwhile are still higher than what its listeners have.
        """

    @abstractmethod
    def recent(self, channel: str) -> list[Message]:
        """Return the last messages of a room, as many as are kept."""

    # -- people --------------------------------------------------------------------------------

    @abstractmethod
    def add_user(self, user: User) -> bool:
        """Keep a new user; False if the name is taken, in whichever case it is written."""

    @abstractmethod
    def put_user(self, user: User) -> None:
        """Keep a user in place of the one of that name."""

    @abstractmethod
    def get_user(self, username: str) -> User | None:
        """Return the user of that name."""

    @abstractmethod
    def remove_user(self, username: str) -> None:
        """Forget a user, and let others take the name."""

    # -- presence ------------------------------------------------------------------------------

    @abstractmethod
    def enter(self, channel: str, username: str) -> bool:
        """Note that somebody is in a room; say whether they were not before."""

    @abstractmethod
    def refresh(self, channel: str, username: str) -> bool:
        """Note that somebody was seen in a room; False if they are not in it."""

    @abstractmethod
    def leave(self, channel: str, username: str) -> bool:
        """Take somebody out of a room; False if they are not in it."""

    @abstractmethod
    def absent(self, seconds: float) -> list[tuple[str, str]]:
        """Return rooms and names of those who were not seen for so long."""

    @abstractmethod
    def rooms_of(self, username: str) -> list[str]:
        """Return the rooms somebody is in."""

    @abstractmethod
    def members(self, channel: str, most: int) -> tuple[int, list[str]]:
        """Return how many are in a room, and the names of some of them."""

    @abstractmethod
    def rooms(self, most: int) -> list[tuple[str, int]]:
        """Return the fullest rooms, with how many are in each."""

    # -- for a while ---------------------------------------------------------------------------

    @abstractmethod
    def claim(self, work: str, seconds: float) -> bool:
        """Take on a piece of work; True for one process in so many seconds."""

    @abstractmethod
    def remember(self, key: str, text: str, seconds: float) -> None:
        """Keep a text for a while."""

    @abstractmethod
    def recall(self, key: str) -> str | None:
        """Return a text and forget it: it is there once."""
