"""A chat in Redis, which any number of processes share."""

import hmac
import json
import secrets
import time
from contextlib import closing, contextmanager

from brubeck_core.errors import StoreUnavailable
from brubeck_redis.server import connect, make_key, reaching

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

PREFIX = "nojs"
_LISTEN = 1.0  # seconds between looks whether to stop
#: Who are woken by one message all ask at once: so many are served, the others wait their turn.
_AT_ONCE = 40


class RedisBoard(Board):
    """Names as keys that lapse, rooms as a set, people and messages of each in keys of their own.

    ==========================  =============  ==================================================
    key                         type           what
    ==========================  =============  ==================================================
    ``nojs:name:<name>``        text, lapses   the secret of the one who has this name
    ``nojs:rooms``              set            the names of the rooms
    ``nojs:users:<room>``       sorted set     people by the second they are gone unless heard of
    ``nojs:messages:<room>``    list           the last messages, as JSON
    ``nojs:versions``           hash           the version of each topic
    ``nojs:clock``              number         the last version given
    ``nojs:news``               channel        topics that have changed
    ==========================  =============  ==================================================
    """

    def __init__(self, concurrency, presence, url):
        super().__init__(concurrency, presence)
        self._redis = connect(url)
        self._turns = concurrency.semaphore(_AT_ONCE)
        self._ended = concurrency.event()
        self._rooms = make_key(PREFIX, "rooms")
        self._versions = make_key(PREFIX, "versions")
        self._clock = make_key(PREFIX, "clock")
        self._news = make_key(PREFIX, "news")

    # -- people --------------------------------------------------------------------------------

    def register(self, name):
        secret = secrets.token_urlsafe()
        with self._reaching():
            if not self._redis.set(_name(name), secret, nx=True, px=self._milliseconds()):
                raise NameTaken(name)
        return secret

    def recognise(self, name, secret):
        with self._reaching():
            known = self._redis.get(_name(name))
            if known is None or not hmac.compare_digest(known, secret.encode()):
                return False
            return bool(self._redis.pexpire(_name(name), self._milliseconds()))

    # -- rooms ---------------------------------------------------------------------------------

    def enter(self, room, name, create=False):
        with self._reaching():
            if not create and not self._redis.sismember(self._rooms, room):
                raise NoSuchRoom(room)
            with self._redis.pipeline() as pipe:
                pipe.zadd(_users(room), {name: time.time() + self.presence})
                pipe.sadd(self._rooms, room)
                news, _ = pipe.execute()
            if news:
                self._tell(room, "", f"@{name} has joined.", ROOMS, users_of(room))

    def say(self, room, name, text):
        with self._reaching():
            if self._redis.zscore(_users(room), name) is None:
                raise NotInRoom(room)
            self._tell(room, name, text)

    def has_room(self, room):
        with self._reaching():
            return bool(self._redis.sismember(self._rooms, room))

    def rooms(self):
        with self._reaching(), self._redis.pipeline(transaction=False) as pipe:
            names = sorted(name.decode() for name in self._redis.smembers(self._rooms))
            for name in names:
                pipe.zcard(_users(name))
            return [*zip(names, pipe.execute(), strict=True)]

    def users(self, room):
        with self._reaching():
            return sorted(name.decode() for name in self._redis.zrange(_users(room), 0, -1))

    def messages(self, room, limit):
        with self._reaching():
            found = self._redis.lrange(_messages(room), -limit, -1)
        return [Message(**json.loads(each)) for each in found]

    def sweep(self):
        with self._reaching():
            for room in sorted(name.decode() for name in self._redis.smembers(self._rooms)):
                for name in self._redis.zrangebyscore(_users(room), 0, time.time()):
                    # Of several processes that sweep, the one that takes somebody out tells it.
                    if self._redis.zrem(_users(room), name):
                        text = f"@{name.decode()} has left."
                        self._tell(room, "", text, ROOMS, users_of(room))
                self._redis.transaction(
                    lambda pipe, room=room: self._close(pipe, room), _users(room)
                )

    # -- news ----------------------------------------------------------------------------------

    def version(self, topic):
        with self._reaching():
            return int(self._redis.hget(self._versions, topic) or 0)

    def start(self):
        self.concurrency.spawn(self._listen)

    def stop(self):
        self._ended.set()
        super().stop()

    def _listen(self):
        """Ring the bell for what any process changes, and for all that was missed."""
        try:
            while not self._ended.is_set():
                try:
                    with reaching(self._redis), closing(self._redis.pubsub()) as news:
                        self._hear(news)
                except StoreUnavailable:
                    self._ended.wait(_LISTEN)
        finally:
            # Those in use are somebody's last; a pool that is merely forgotten leaves them open.
            self._redis.connection_pool.disconnect(inuse_connections=False)

    def _hear(self, news):
        news.subscribe(self._news)
        while not self._ended.is_set():
            heard = news.get_message(timeout=_LISTEN) or {"type": ""}
            if heard["type"] == "subscribe":
                self.bell.ring_all()
            elif heard["type"] == "message":
                self.bell.ring(heard["data"].decode())

    # -- changes -------------------------------------------------------------------------------

    def _tell(self, room, user, text, *topics):
        said = {"user": user, "text": text, "time": time.strftime("%H:%M:%S")}
        version = self._redis.incr(self._clock)
        with self._redis.pipeline() as pipe:
            pipe.rpush(_messages(room), json.dumps(said))
            pipe.ltrim(_messages(room), -KEPT, -1)
            for topic in (*topics, messages_of(room)):
                pipe.hset(self._versions, topic, version)
                pipe.publish(self._news, topic)
            pipe.execute()

    def _close(self, pipe, room):
        """Close a room if nobody is there, nor comes meanwhile."""
        empty = not pipe.zcard(_users(room))
        version = pipe.incr(self._clock)
        pipe.multi()
        if empty:
            pipe.hset(self._versions, ROOMS, version)
            pipe.publish(self._news, ROOMS)
            pipe.srem(self._rooms, room)
            pipe.delete(_messages(room))
            for topic in (users_of(room), messages_of(room)):
                pipe.hdel(self._versions, topic)
                pipe.publish(self._news, topic)

    @contextmanager
    def _reaching(self):
        with self._turns, reaching(self._redis):
            yield

    def _milliseconds(self):
        return int(self.presence * 1000)


def _name(name):
    return make_key(PREFIX, "name", name.casefold())


def _users(room):
    return make_key(PREFIX, "users", room)


def _messages(room):
    return make_key(PREFIX, "messages", room)
