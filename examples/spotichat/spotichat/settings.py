"""What can be set: the table [settings] of brubeck.toml."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Times are seconds."""

    #: Where rooms and people live: memory, or redis, which several processes share.
    backend: str = "memory"
    redis_url: str = "redis://127.0.0.1:6379/0"
    redis_prefix: str = "sp"
    #: The address of this site, which OAuth providers send people back to.
    public_url: str = "http://127.0.0.1:6767"
    #: How many of a room's messages are kept.
    buffer: int = 50
    #: How long a poll is held when there is no news.
    poll_seconds: float = 15.0
    #: How often those who went away are looked for, and after how long they have.
    reaper_seconds: float = 30.0
    user_seconds: float = 60.0
    #: How long a name belongs to somebody who does not come back, and a room keeps its messages.
    keep_seconds: float = 30 * 86400.0
    #: The providers people may log in with, by name; see the README.
    oauth: dict[str, Any] = field(default_factory=dict)
    #: Their secrets, by name, best in the environment.
    oauth_secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.backend not in ("memory", "redis"):
            raise ValueError(f"backend is {self.backend!r}; there are memory and redis")
        if self.buffer < 1 or min(self.poll_seconds, self.reaper_seconds) <= 0:
            raise ValueError("buffer, poll_seconds and reaper_seconds have to be above 0")
        if self.user_seconds <= self.poll_seconds:
            raise ValueError("user_seconds has to be above poll_seconds, or listeners go missing")
