"""The JSON API: what people do in the chat, and how they hear of it."""

import json
import threading
import time
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from brubeck_core import Request
from brubeck_core.errors import StoreUnavailable
from brubeck_core.testing import TestClient
from spotichat.models import make_message


def words(answer):
    return [message["message"] for message in answer.json()["messages"]]


def in_background(function, *arguments, **options):
    """Call a function in a thread, or in what the backend makes of one."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*arguments, **options)))
    thread.start()

    def result():
        thread.join(10)
        return results[0]

    return result


def wait_until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def set_clock(monkeypatch, milliseconds):
    """Let messages be of that moment, and leave everybody else's clock alone."""
    clock = SimpleNamespace(time=lambda: milliseconds / 1000)
    monkeypatch.setattr("spotichat.models.time", clock)


# -- the story --------------------------------------------------------------------------------


def test_people_enter_talk_and_leave(log_in):
    ann, bob = log_in("ann"), log_in("bob")
    assert ann.post("/api/login/Take Five/ann").json()["message"] == "entered"
    bob.post("/api/login/Take Five/bob", form={"message": "Hello all"})
    assert bob.post("/api/feed/Take Five", form={"message": "5/4!"}).json()["message"] == (
        "message sent"
    )
    assert ann.delete("/api/login/Take Five/ann").status == 200
    assert words(bob.get("/api/feed/Take Five")) == [
        "ann has entered the room.",
        "bob: Hello all",
        "5/4!",
        "ann has left the room.",
    ]


def test_a_message_has_all_of_its_fields(log_in):
    ann = log_in("ann")
    before = int(time.time() * 1000)
    ann.post("/api/feed/Take Five", form={"message": "5/4!"})
    entered, said = ann.get("/api/feed/Take Five").json()["messages"]
    assert said["seq"] == entered["seq"] + 1
    assert before <= said.pop("timestamp") <= time.time() * 1000
    del said["seq"]
    assert said == {
        "username": "ann",
        "nickname": "ann",
        "message": "5/4!",
        "msgtype": "user",
        "channel_name": "Take Five",
    }
    assert entered["msgtype"] == "system"


def test_entering_twice_is_announced_once(log_in):
    ann = log_in("ann")
    for _ in range(2):
        assert ann.post("/api/login/Take Five/ann").status == 200
    assert words(ann.get("/api/feed/Take Five")) == ["ann has entered the room."]


def test_the_room_is_public_when_none_is_named(log_in):
    ann = log_in("ann")
    ann.post("/api/feed", form={"message": "here"})
    assert words(ann.get("/api/feed/public"))[-1] == "here"


def test_rooms_and_their_people_are_counted(log_in):
    for name, rooms in {"ann": ["So What"], "bob": ["So What", "Take Five"]}.items():
        client = log_in(name)
        for room in rooms:
            client.post(f"/api/login/{room}/{name}")
    assert client.get("/api/rooms").json()["rooms"] == [
        {"channel_name": "So What", "count": 2},
        {"channel_name": "Take Five", "count": 1},
    ]
    members = client.get("/api/members/So What").json()
    assert (members["count"], members["members"]) == (2, ["ann", "bob"])


def test_logging_out_leaves_every_room_and_gives_the_name_back(app, log_in):
    ann, bob = log_in("ann"), log_in("bob")
    ann.post("/api/login/So What/ann")
    assert ann.delete("/api/login/ann").json()["message"] == "logged out"
    assert words(bob.get("/api/feed/So What"))[-1] == "ann has left the room."
    assert "username" not in ann.cookies
    other = log_in("ann")
    # The token of the one who had the name before opens nothing.
    assert other.get("/api/feed/x?since=0").status == 200
    assert TestClient(app).get("/api/feed/x", query={"username": ann.token}).status == 401


# -- waiting ----------------------------------------------------------------------------------


def test_a_poll_without_news_is_held_for_its_time(log_in):
    ann = log_in("ann")
    began = time.monotonic()
    answer = ann.get("/api/feed/So What")
    assert 0.2 <= time.monotonic() - began < 2
    assert answer.json()["messages"] == []


def test_a_message_wakes_everybody_who_waits(make_chat, log_in):
    app = make_chat(poll_seconds=30, user_seconds=60)
    clients = [log_in(f"p{number}", app) for number in range(5)]
    polls = [in_background(client.get, "/api/feed/So What?since=0") for client in clients]
    room = app.chat.channels.get("So What")
    app.chat.say("So What", app.chat.backend.get_user("p0"), "Now")
    assert [words(poll())[0] for poll in polls] == ["p0 has entered the room."] * 5
    assert len(room.messages) == 2


def test_polls_are_answered_when_the_application_stops(make_chat, log_in):
    app = make_chat(poll_seconds=30, user_seconds=60)
    poll = in_background(log_in("ann", app).get, "/api/feed/So What")
    wait_until(lambda: app.chat.channels._channels)
    began = time.monotonic()
    app.stop()
    assert poll().json()["messages"] == []
    assert time.monotonic() - began < 5


def test_numbers_tell_messages_of_one_millisecond_apart(log_in, monkeypatch):
    ann = log_in("ann")
    set_clock(monkeypatch, 1_700_000_000_000)
    for text in ("one", "two", "three"):
        ann.post("/api/feed/So What", form={"message": text})
    feed = ann.get("/api/feed/So What").json()["messages"]
    since = next(message["seq"] for message in feed if message["message"] == "one")
    answer = ann.get(f"/api/feed/So What?since={since}")
    assert words(answer) == ["two", "three"]
    assert answer.json()["last"] == since + 2


def test_times_are_cursors_too(log_in, monkeypatch):
    ann = log_in("ann")
    for moment in (1000, 2000, 3000):
        set_clock(monkeypatch, moment)
        ann.post("/api/feed/So What", form={"message": f"at {moment}"})
    assert words(ann.get("/api/feed/So What?since_timestamp=2000")) == ["at 3000"]


def test_old_messages_are_let_go_of(make_chat, log_in):
    app = make_chat(buffer=3)
    ann = log_in("ann", app)
    for number in range(10):
        ann.post("/api/feed/So What", form={"message": str(number)})
    assert words(ann.get("/api/feed/So What")) == ["7", "8", "9"]


def events_of(app, token, **headers):
    """Return the pieces of a stream of events, which come as they are made."""
    request = Request("GET", "/api/events/So What", urlencode({"username": token}), headers)
    response = app.dispatch(request)
    assert (response.status, response.header("Content-Type")) == (200, "text/event-stream")
    return (piece.decode() for piece in response.chunks())


def test_events_come_as_they_are_said(make_chat, log_in):
    app = make_chat(poll_seconds=30, user_seconds=60)
    ann = log_in("ann", app)
    events = events_of(app, ann.token)
    assert next(events) == ":\n\n"
    for text in ("one", "two\nlines"):
        app.chat.backend.publish(make_message(app.chat.backend.get_user("ann"), "So What", text))
        id, data, *rest = next(events).split("\n")
        message = json.loads(data.removeprefix("data: "))
        assert (message["message"], f"id: {message['seq']}", rest) == (text, id, ["", ""])
    app.stop()
    assert list(events) == []


def test_events_go_on_behind_the_last_one_seen(make_chat, log_in):
    app = make_chat(poll_seconds=30, user_seconds=60)
    ann = log_in("ann", app)
    for text in ("one", "two"):
        ann.post("/api/feed/So What", form={"message": text})
    _, one, two = ann.get("/api/feed/So What").json()["messages"]
    events = events_of(app, ann.token, **{"Last-Event-ID": str(one["seq"])})
    assert [next(events), next(events).split("\n")[0]] == [":\n\n", f"id: {two['seq']}"]


def test_events_end_when_one_logs_out(make_chat, log_in):
    app = make_chat()
    ann = log_in("ann", app)
    events = events_of(app, ann.token)
    next(events)
    ann.delete("/api/login/ann")
    assert list(events) == []


def test_events_end_when_the_store_is_away(make_chat, log_in, monkeypatch):
    def away(*arguments):
        raise StoreUnavailable("redis at nowhere")

    app = make_chat()
    events = events_of(app, log_in("ann", app).token)
    next(events)
    monkeypatch.setattr(app.chat.backend, "refresh", away)
    assert list(events) == []


@pytest.mark.parametrize("id", ["x", "-1", "9" * 30])
def test_an_event_s_number_is_a_number(log_in, id):
    answer = log_in("ann").get("/api/events/So What", headers={"Last-Event-ID": id})
    assert (answer.status, answer.json()["detail"]) == (
        400,
        "Last-Event-ID has to be a whole number.",
    )


# -- those who went away ----------------------------------------------------------------------


def test_who_is_not_seen_for_long_could_not_be_found(make_chat, log_in):
    app = make_chat()
    ann, bob = log_in("ann", app), log_in("bob", app)
    ann.post("/api/login/So What/ann")
    bob.post("/api/login/So What/bob")

    # Bob goes on listening, and so he stays.
    wait_until(lambda: "ann could not be found." in words(bob.get("/api/feed/So What")))
    assert bob.get("/api/members/So What").json()["members"] == ["bob"]
    assert ann.get("/api/feed/So What").json()["present"] is False
