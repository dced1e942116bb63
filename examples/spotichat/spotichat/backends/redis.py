"""Everything in Redis, for several processes.

Keys, behind a prefix such as ``sp``; names stand in them escaped, or as values, so that a colon in
one is harmless:

- ``users:<name>``: a user, as JSON
- ``seq:<channel>``, ``chat_messages:<channel>``: the last number, and the last messages as texts
  ``<number> <JSON>``
- ``users_timestamp``: a sorted set of ``["<channel>", "<name>"]`` by when they were last seen
- ``members:<channel>``, ``rooms_of:<name>``, ``rooms``: the same by room, by person, and counted
- ``claim:<work>``, ``kept:<key>``: for a while
- ``chat_messages``: the channel that every message is published on
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from brubeck_core.errors import StoreUnavailable
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_redis.server import connect, make_key, reaching

from spotichat.backends.interface import Backend
from spotichat.models import Message, User
from spotichat.settings import Settings

log = logging.getLogger("brubeck.spotichat")

#: Seconds between two attempts to listen while Redis is away.
_AGAIN = 0.5
#: Seconds in which a listening process notices that it is to end.
_LOOK_UP = 0.5

# Scripts, each one step to all others: no process sees half of it.
_PUBLISH = """
local seq = tonumber(redis.call('GET', KEYS[1]) or ARGV[1]) + 1
local text = string.format('%.0f', seq) .. ' ' .. ARGV[2]
redis.call('SET', KEYS[1], string.format('%.0f', seq), 'EX', ARGV[4])
redis.call('RPUSH', KEYS[2], text)
redis.call('LTRIM', KEYS[2], -ARGV[3], -1)
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', KEYS[3], text)
"""
_ENTER = """
local new = redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
if new == 1 then
  redis.call('SADD', KEYS[2], ARGV[4])
  redis.call('SADD', KEYS[3], ARGV[3])
  redis.call('ZADD', KEYS[4], redis.call('SCARD', KEYS[2]), ARGV[3])
end
return new
"""
_LEAVE = """
local gone = redis.call('ZREM', KEYS[1], ARGV[2])
if gone == 1 then
  redis.call('SREM', KEYS[2], ARGV[4])
  redis.call('SREM', KEYS[3], ARGV[3])
  local left = redis.call('SCARD', KEYS[2])
  if left == 0 then
    redis.call('ZREM', KEYS[4], ARGV[3])
  else
    redis.call('ZADD', KEYS[4], left, ARGV[3])
  end
end
return gone
"""


class RedisBackend(Backend):
    """Every method raises `StoreUnavailable` when Redis does not answer."""

    def __init__(self, settings: Settings, concurrency: Concurrency) -> None:
        self._settings = settings
        self._concurrency = concurrency
        self._redis = connect(settings.redis_url)
        self._publish = self._redis.register_script(_PUBLISH)
        self._enter = self._redis.register_script(_ENTER)
        self._leave = self._redis.register_script(_LEAVE)
        self._closed = False

    # -- messages ------------------------------------------------------------------------------

    def open(self, deliver: Callable[[Message], None], refill: Callable[[], None]) -> None:
        listening = self._concurrency.event()
        self._concurrency.spawn(self._listen, deliver, refill, listening.set)
        # Without Redis the process serves all the same; it answers 503 until there is one.
        listening.wait(2.0)

    def close(self) -> None:
        self._closed = True

    def publish(self, message: Message) -> None:
        channel = message.channel_name
        keys = [self._key("seq", channel), self._key("chat_messages", channel)]
        keep = int(self._settings.keep_seconds)
        with reaching(self._redis):
            self._publish(
                [*keys, self._key("chat_messages")],
                [message.timestamp, message.to_json(), self._settings.buffer, keep],
            )

    def recent(self, channel: str) -> list[Message]:
        with reaching(self._redis):
            texts = self._redis.lrange(self._key("chat_messages", channel), 0, -1)
        return [_read(text) for text in texts]

    def _listen(
        self,
        deliver: Callable[[Message], None],
        refill: Callable[[], None],
        listening: Callable[[], object],
    ) -> None:
        try:
            while not self._closed:
                try:
                    with reaching(self._redis), self._redis.pubsub() as subscription:
                        subscription.subscribe(self._key("chat_messages"))
                        for event in self._events(subscription):
                            if event["type"] == "message":
                                deliver(_read(event["data"]))
                            else:
                                # Subscribed: from here on nothing is missed, and this is the rest.
                                refill()
                                listening()
                except StoreUnavailable as error:
                    log.warning("%s; messages of other processes have to wait", error)
                    self._concurrency.sleep(_AGAIN)
                except Exception:
                    log.exception("listening failed, and begins again")
                    self._concurrency.sleep(_AGAIN)
        finally:
            # Those in use are somebody's last; a pool that is merely forgotten leaves them open.
            self._redis.connection_pool.disconnect(inuse_connections=False)

    def _events(self, subscription: Any) -> Iterator[dict[str, Any]]:
        """Yield what a subscription brings until the backend is closed."""
        while not self._closed:
            event = subscription.get_message(timeout=_LOOK_UP)
            if event is not None:
                yield event

    # -- people --------------------------------------------------------------------------------

    def add_user(self, user: User) -> bool:
        return self._put_user(user, only_new=True)

    def put_user(self, user: User) -> None:
        self._put_user(user, only_new=False)

    def _put_user(self, user: User, only_new: bool) -> bool:
        key = self._key("users", user.username.casefold())
        keep = int(self._settings.keep_seconds)
        with reaching(self._redis):
            return bool(self._redis.set(key, user.to_json(), ex=keep, nx=only_new))

    def get_user(self, username: str) -> User | None:
        with reaching(self._redis):
            text = self._redis.get(self._key("users", username.casefold()))
        return None if text is None else User(**json.loads(text))

    def remove_user(self, username: str) -> None:
        with reaching(self._redis):
            self._redis.delete(self._key("users", username.casefold()))

    # -- presence ------------------------------------------------------------------------------

    def enter(self, channel: str, username: str) -> bool:
        with reaching(self._redis):
            return bool(self._enter(*self._presence(channel, username)))

    def refresh(self, channel: str, username: str) -> bool:
        member = json.dumps([channel, username])
        key = self._key("users_timestamp")
        with reaching(self._redis), self._redis.pipeline() as pipeline:
            pipeline.zadd(key, {member: time.time()}, xx=True)
            pipeline.zscore(key, member)
            return pipeline.execute()[1] is not None

    def leave(self, channel: str, username: str) -> bool:
        with reaching(self._redis):
            return bool(self._leave(*self._presence(channel, username)))

    def absent(self, seconds: float) -> list[tuple[str, str]]:
        before = time.time() - seconds
        with reaching(self._redis):
            found = self._redis.zrangebyscore(self._key("users_timestamp"), "-inf", before)
        return [tuple(json.loads(member)) for member in found]

    def rooms_of(self, username: str) -> list[str]:
        with reaching(self._redis):
            found = self._redis.smembers(self._key("rooms_of", username))
        return sorted(channel.decode() for channel in found)

    def members(self, channel: str, most: int) -> tuple[int, list[str]]:
        key = self._key("members", channel)
        with reaching(self._redis), self._redis.pipeline() as pipeline:
            pipeline.scard(key)
            pipeline.srandmember(key, most)
            count, some = pipeline.execute()
        return count, sorted(name.decode() for name in some)

    def rooms(self, most: int) -> list[tuple[str, int]]:
        with reaching(self._redis):
            found = self._redis.zrevrange(self._key("rooms"), 0, most - 1, withscores=True)
        return [(channel.decode(), int(count)) for channel, count in found]

    def _presence(self, channel: str, username: str) -> tuple[list[str], list[object]]:
        keys = [
            self._key("users_timestamp"),
            self._key("members", channel),
            self._key("rooms_of", username),
            self._key("rooms"),
        ]
        return keys, [time.time(), json.dumps([channel, username]), channel, username]

    # -- for a while ---------------------------------------------------------------------------

    def claim(self, work: str, seconds: float) -> bool:
        milliseconds = max(1, int(seconds * 1000))
        with reaching(self._redis):
            return bool(self._redis.set(self._key("claim", work), "1", px=milliseconds, nx=True))

    def remember(self, key: str, text: str, seconds: float) -> None:
        with reaching(self._redis):
            self._redis.set(self._key("kept", key), text, px=int(seconds * 1000))

    def recall(self, key: str) -> str | None:
        with reaching(self._redis):
            text = self._redis.getdel(self._key("kept", key))
        return None if text is None else text.decode()

    def _key(self, kind: str, *names: str) -> str:
        return make_key(self._settings.redis_prefix, kind, *names)


def _read(text: bytes) -> Message:
    seq, _, fields = text.partition(b" ")
    message = Message(**json.loads(fields))
    message.seq = int(seq)
    return message
