"""What both backends promise, and what the processes behind one Redis have in common."""

import json
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from brubeck_core.testing import TestClient
from brubeck_testkit.plugin import require_unpatched
from brubeck_testkit.servers import free_port, running
from spotichat.backends.memory import MemoryBackend
from spotichat.backends.redis import RedisBackend
from spotichat.chat import make_user
from spotichat.models import make_message
from spotichat.settings import Settings

HERE = Path(__file__).parent.parent
SECRET = "for tests: a long text that is not a secret at all"


@pytest.fixture(params=["memory", "redis"])
def backend_of_the_chat(request, concurrency):
    if request.param == "memory":
        return MemoryBackend(Settings(), concurrency)
    url = request.getfixturevalue("redis_url")
    return RedisBackend(Settings(backend="redis", redis_url=url), concurrency)


@pytest.fixture
def backend(backend_of_the_chat):
    heard = backend_of_the_chat.heard = []
    backend_of_the_chat.open(heard.append, lambda: None)
    yield backend_of_the_chat
    backend_of_the_chat.close()


def wait_until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_messages_are_kept_numbered_and_handed_over_in_order(backend):
    ann = make_user("ann", "ann")
    for number in range(60):
        backend.publish(make_message(ann, "a:b", f"<{number}> \u266b"))
    backend.publish(make_message(ann, "a", "elsewhere"))
    wait_until(lambda: len(backend.heard) == 61)
    kept = backend.recent("a:b")
    assert [message.message for message in kept] == [f"<{n}> \u266b" for n in range(10, 60)]
    seqs = [message.seq for message in backend.heard[:60]]
    assert seqs == list(range(seqs[0], seqs[0] + 60))
    assert [message.seq for message in kept] == seqs[10:]
    assert backend.recent("b") == []


def test_a_name_is_taken_by_one(backend):
    ann, other = make_user("Ann:1", "Ann"), make_user("ann:1", "Other")
    assert backend.add_user(ann) is True
    assert backend.add_user(other) is False
    assert backend.get_user("ANN:1").key == ann.key
    ann.nickname = "Anna"
    backend.put_user(ann)
    assert backend.get_user("ann:1").nickname == "Anna"
    backend.remove_user("ann:1")
    assert backend.get_user("Ann:1") is None
    assert backend.add_user(other) is True


def test_presence_is_counted_by_room_and_person(backend):
    assert [backend.enter("a:b", "c") for _ in range(2)] == [True, False]
    assert backend.enter("a", "b:c") is True
    assert backend.enter("a", "c") is True
    assert backend.members("a", 10) == (2, ["b:c", "c"])
    assert backend.members("a", 1)[0] == 2
    assert backend.rooms(10) == [("a", 2), ("a:b", 1)]
    assert sorted(backend.rooms_of("c")) == ["a", "a:b"]
    assert backend.refresh("a", "c") is True
    assert backend.refresh("b", "c") is False
    assert [backend.leave("a:b", "c") for _ in range(2)] == [True, False]
    assert backend.rooms(10) == [("a", 2)]
    assert backend.members("a:b", 10) == (0, [])
    assert backend.refresh("a:b", "c") is False


def test_who_was_not_seen_is_absent(backend):
    backend.enter("a", "gone")
    backend.enter("a", "here")
    assert backend.absent(60) == []
    wait_until(lambda: len(backend.absent(0.05)) == 2)
    backend.refresh("a", "here")
    assert backend.absent(0.05) == [("a", "gone")]


def test_what_is_remembered_can_be_recalled_once(backend):
    backend.remember("key", "text", 60)
    assert [backend.recall("key") for _ in range(2)] == ["text", None]
    backend.remember("soon", "text", 0.01)
    time.sleep(0.02)
    assert backend.recall("soon") is None


def test_of_two_processes_one_claims_the_work(redis_url, concurrency):
    settings = Settings(backend="redis", redis_url=redis_url)
    one, other = RedisBackend(settings, concurrency), RedisBackend(settings, concurrency)
    assert [one.claim("reaper", 0.05), other.claim("reaper", 0.05)] == [True, False]
    wait_until(lambda: other.claim("reaper", 0.05))


def test_who_begins_without_redis_answers_all_the_same(make_chat):
    player = "https://player.example"
    settings = {"cookie_secret": SECRET, "security": {"trusted_origins": [player]}}
    url = f"redis://127.0.0.1:{free_port()}/0"
    client = TestClient(make_chat(settings, backend="redis", redis_url=url))
    assert client.get("/").status == 200
    began = time.monotonic()
    answer = client.get("/api/rooms")
    assert time.monotonic() - began < 1
    assert (answer.status, answer.header("Retry-After")) == (503, "1")
    assert answer.header("Access-Control-Allow-Origin") == player


# -- two processes ----------------------------------------------------------------------------


class Person:
    """A client of one process, with a token."""

    def __init__(self, server, name, token=None):
        self.server, self.name, self.token = server, name, token
        if token is None:
            self.token = self.ask("POST", f"/api/login/{name}")["username"]

    def ask(self, method, path, status=200, **arguments):
        query = urlencode({"username": self.token or "", **arguments})
        answer = self.server.request(method, f"{quote(path)}?{query}")
        assert answer.status == status, answer.text
        return json.loads(answer.body)


@pytest.fixture(params=["gevent", "eventlet", "threads"])
def processes(request, redis_url):
    require_unpatched()
    settings = {
        "SETTINGS__BACKEND": "redis",
        "SETTINGS__REDIS_URL": redis_url,
        "SETTINGS__POLL_SECONDS": "2",
        "SETTINGS__REAPER_SECONDS": "0.2",
        "SETTINGS__USER_SECONDS": "2.5",
        "COOKIE_SECRET": SECRET,
    }
    with (
        running(HERE, concurrency=request.param, settings=settings) as one,
        running(HERE, concurrency=request.param, settings=settings) as other,
    ):
        yield one, other


def test_processes_share_people_rooms_and_messages(processes, redis_server):
    one, other = processes
    ann, bob = Person(one, "ann"), Person(other, "bob")
    Person(other, "ann", ann.token).ask("POST", "/api/login/So What/ann")
    bob.ask("POST", "/api/login/So What/bob")
    assert ann.ask("GET", "/api/members/So What")["members"] == ["ann", "bob"]
    assert Person(one, "bob", bob.token).ask("POST", "/api/login/ann", 403)["detail"] == (
        "The name 'ann' is taken."
    )

    last = bob.ask("GET", "/api/feed/So What")["last"]
    heard = []
    poll = threading.Thread(
        target=lambda: heard.append(bob.ask("GET", "/api/feed/So What", since=last))
    )
    poll.start()
    ann.ask("POST", "/api/feed/So What", message="from the other process")
    poll.join(10)
    assert [message["message"] for message in heard[0]["messages"]] == ["from the other process"]

    # Both look for those who went away, and one says so. Bob goes on listening.
    said = [heard[0]["messages"][0]["message"]]
    last = heard[0]["last"]
    end = time.monotonic() + 15
    while "ann could not be found." not in said:
        assert time.monotonic() < end
        feed = bob.ask("GET", "/api/feed/So What", since=last)
        last = feed["last"]
        said += [message["message"] for message in feed["messages"]]
    feed = bob.ask("GET", "/api/feed/So What", since=last)
    said += [message["message"] for message in feed["messages"]]
    assert said.count("ann could not be found.") == 1


def test_without_redis_the_answer_is_503_until_it_is_back(processes, redis_server):
    one, other = processes
    ann = Person(one, "ann")
    redis_server.stop()
    began = time.monotonic()
    ann.ask("GET", "/api/feed/So What", 503)
    assert time.monotonic() - began < 2
    redis_server.start()
    # It is empty now: everybody begins anew, and is heard by the other process.
    ann, bob = Person(one, "ann"), Person(other, "bob")
    said = []
    end = time.monotonic() + 15
    while "back" not in said:
        assert time.monotonic() < end
        ann.ask("POST", "/api/feed/So What", message="back")
        feed = bob.ask("GET", "/api/feed/So What")
        said += [message["message"] for message in feed["messages"]]
    last = feed["last"]
    heard = []
    poll = threading.Thread(
        target=lambda: heard.append(bob.ask("GET", "/api/feed/So What", since=last))
    )
    poll.start()
    end = time.monotonic() + 10
    while not heard:
        assert time.monotonic() < end
        ann.ask("POST", "/api/feed/So What", message="live again")
        poll.join(0.3)
    assert "live again" in [message["message"] for message in heard[0]["messages"]]


def test_a_backend_that_is_closed_holds_no_connection(concurrency, redis_url):
    backend = RedisBackend(Settings(backend="redis", redis_url=redis_url), concurrency)
    backend.open(lambda message: None, lambda: None)
    connections = backend._redis.connection_pool._connections
    assert any(connection._sock for connection in connections)
    backend.close()
    wait_until(lambda: not any(connection._sock for connection in connections))
