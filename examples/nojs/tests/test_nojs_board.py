"""A chat is the same in memory and in Redis."""

import time

import pytest
from brubeck_core.errors import StoreUnavailable
from nojs.board import KEPT, ROOMS, NameTaken, NoSuchRoom, NotInRoom, messages_of, users_of
from nojs.memory import MemoryBoard
from nojs.shared import RedisBoard

LONG = 60.0
#: For `presence`: whoever comes is gone at once.
GONE = -1.0


@pytest.fixture
def make_redis_board(concurrency, redis_url):
    boards = []

    def make():
        boards.append(RedisBoard(concurrency, LONG, redis_url))
        boards[-1].start()
        return boards[-1]

    yield make
    for board in boards:
        board.stop()


@pytest.fixture(params=["memory", "redis"])
def board(request, concurrency):
    if request.param == "redis":
        return request.getfixturevalue("make_redis_board")()
    return MemoryBoard(concurrency, LONG)


def texts(board, room="jazz"):
    return [(message.user, message.text) for message in board.messages(room, KEPT)]


def test_a_name_is_whose_secret_is_known(board):
    secret = board.register("Ann")
    assert board.recognise("Ann", secret)
    assert not board.recognise("Ann", "five")
    assert not board.recognise("Bob", secret)


@pytest.mark.parametrize("name", ["Ann", "ann", "ANN"])
def test_a_name_is_given_once(board, name):
    board.register("Ann")
    with pytest.raises(NameTaken):
        board.register(name)


@pytest.mark.parametrize("names", [("a:b", "a"), ("a%3Ab", "a:b")])
def test_names_with_colons_are_names_of_their_own(board, names):
    assert len({board.register(name) for name in names}) == 2


def test_a_name_lapses(board):
    board.presence = 0.001
    secret = board.register("Ann")
    deadline = time.monotonic() + 5
    while board.recognise("Ann", secret):
        assert time.monotonic() < deadline
        # Being recognised keeps a name: let more time pass than that.
        time.sleep(0.01)
    board.presence = LONG
    assert board.recognise("Ann", board.register("ann"))


def test_entering_is_told_once(board):
    board.enter("jazz", "Ann", create=True)
    board.enter("jazz", "Bob")
    board.enter("jazz", "Ann")
    assert board.users("jazz") == ["Ann", "Bob"]
    assert board.rooms() == [("jazz", 2)]
    assert texts(board) == [("", "@Ann has joined."), ("", "@Bob has joined.")]


def test_there_are_only_rooms_that_somebody_made(board):
    with pytest.raises(NoSuchRoom):
        board.enter("jazz", "Ann")
    assert not board.has_room("jazz")
    assert (board.rooms(), board.users("jazz"), board.messages("jazz", 5)) == ([], [], [])


def test_what_is_said_has_who_and_when(board):
    board.enter("jazz", "Ann", create=True)
    board.say("jazz", "Ann", "Take five")
    [message] = board.messages("jazz", 1)
    assert (message.user, message.text) == ("Ann", "Take five")
    time.strptime(message.time, "%H:%M:%S")


@pytest.mark.parametrize("room", ["jazz", "blues"])
def test_who_is_not_in_a_room_does_not_speak_there(board, room):
    board.enter("jazz", "Ann", create=True)
    with pytest.raises(NotInRoom):
        board.say(room, "Bob", "Take five")


def test_the_last_messages_are_kept(board):
    board.enter("jazz", "Ann", create=True)
    for number in range(KEPT + 5):
        board.say("jazz", "Ann", str(number))
    kept = [message.text for message in board.messages("jazz", 2 * KEPT)]
    assert kept == [str(number) for number in range(5, KEPT + 5)]
    assert [message.text for message in board.messages("jazz", 2)] == kept[-2:]


def test_who_is_not_heard_of_has_left(board):
    board.enter("jazz", "Ann", create=True)
    board.presence = GONE
    board.enter("jazz", "Bob")
    board.sweep()
    board.sweep()
    assert board.users("jazz") == ["Ann"]
    assert texts(board)[-2:] == [("", "@Bob has joined."), ("", "@Bob has left.")]


def test_a_room_is_closed_behind_the_last(board):
    board.presence = GONE
    board.enter("jazz", "Ann", create=True)
    board.sweep()
    assert (board.rooms(), board.has_room("jazz")) == ([], False)
    board.enter("jazz", "Bob", create=True)
    assert texts(board) == [("", "@Bob has joined.")]


def test_each_change_is_another_version(board):
    """A count of people could not see that one came and one left."""
    board.enter("jazz", "Ann", create=True)
    seen = [board.version(users_of("jazz"))]
    board.presence = GONE
    board.enter("jazz", "Bob")
    seen.append(board.version(users_of("jazz")))
    board.sweep()
    seen.append(board.version(users_of("jazz")))
    assert len(board.users("jazz")) == 1
    assert len(set(seen)) == 3


@pytest.mark.parametrize(
    ("topic", "change"),
    [
        (ROOMS, lambda board: board.enter("blues", "Ann", create=True)),
        (users_of("jazz"), lambda board: board.enter("jazz", "Bob")),
        (messages_of("jazz"), lambda board: board.say("jazz", "Ann", "Take five")),
    ],
)
def test_news_end_a_wait(board, concurrency, topic, change):
    board.enter("jazz", "Ann", create=True)
    waiting = concurrency.spawn(board.wait, topic, board.version(topic), LONG)
    change(board)
    waiting.result(timeout=10)


def test_what_changes_while_one_looks_is_not_missed(board, concurrency, monkeypatch):
    board.enter("jazz", "Ann", create=True)
    topic = messages_of("jazz")
    seen = board.version(topic)

    def look_too_early(topic):
        monkeypatch.undo()
        version = board.version(topic)
        board.say("jazz", "Ann", "Take five")
        return version

    monkeypatch.setattr(board, "version", look_too_early)
    concurrency.spawn(board.wait, topic, seen, LONG).result(timeout=10)


def test_a_bell_that_rings_for_nothing_ends_no_wait(board, concurrency, monkeypatch):
    board.enter("jazz", "Ann", create=True)
    topic = messages_of("jazz")
    seen = board.version(topic)
    after_looks = [board.bell.ring_all, lambda: board.say("jazz", "Ann", "Take five")]
    look = board.version

    def look_and_go_on(topic):
        version = look(topic)
        if after_looks:
            after_looks.pop(0)()
        return version

    monkeypatch.setattr(board, "version", look_and_go_on)
    now = concurrency.spawn(board.wait, topic, seen, LONG).result(timeout=10)
    assert now == look(topic) != seen


@pytest.mark.parametrize("topic", [ROOMS, users_of("jazz"), messages_of("jazz")])
def test_a_closed_room_ends_a_wait(board, concurrency, topic):
    board.presence = GONE
    board.enter("jazz", "Ann", create=True)
    waiting = concurrency.spawn(board.wait, topic, board.version(topic), LONG)
    board.sweep()
    waiting.result(timeout=10)


def test_without_news_a_wait_takes_its_time(board):
    begin = time.monotonic()
    board.wait(ROOMS, board.version(ROOMS), 0.1)
    assert time.monotonic() - begin >= 0.09


def test_what_is_not_what_one_has_seen_is_not_waited_for(board):
    board.wait(ROOMS, None, LONG)


def test_nobody_waits_at_the_end(board, concurrency):
    waiting = concurrency.spawn(board.wait, ROOMS, board.version(ROOMS), LONG)
    board.stop()
    waiting.result(timeout=10)
    board.wait(ROOMS, board.version(ROOMS), LONG)


def test_processes_share_a_chat(make_redis_board, concurrency):
    here, there = make_redis_board(), make_redis_board()
    here.enter("jazz", "Ann", create=True)
    topic = messages_of("jazz")
    waiting = concurrency.spawn(there.wait, topic, there.version(topic), LONG)
    here.say("jazz", "Ann", "Take five")
    waiting.result(timeout=10)
    assert texts(there)[-1] == ("Ann", "Take five")


def test_one_message_wakes_many(make_redis_board, concurrency):
    board = make_redis_board()
    board.enter("jazz", "Ann", create=True)
    topic = messages_of("jazz")
    seen = board.version(topic)

    def read():
        board.wait(topic, seen, LONG)
        return texts(board)[-1]

    waiting = [concurrency.spawn(read) for _ in range(200)]
    board.say("jazz", "Ann", "Take five")
    assert {each.result(timeout=20) for each in waiting} == {("Ann", "Take five")}


def test_of_several_processes_one_tells_who_left(make_redis_board):
    here, there = make_redis_board(), make_redis_board()
    here.enter("jazz", "Ann", create=True)
    here.presence = GONE
    here.enter("jazz", "Bob")
    here.sweep()
    there.sweep()
    assert [text for _, text in texts(here)].count("@Bob has left.") == 1


def test_a_redis_that_is_down_is_told(make_redis_board, redis_server, concurrency):
    board = make_redis_board()
    redis_server.stop()
    with pytest.raises(StoreUnavailable):
        board.rooms()
    redis_server.start()
    waiting = concurrency.spawn(board.wait, ROOMS, board.version(ROOMS), LONG)
    board.enter("jazz", "Ann", create=True)
    waiting.result(timeout=10)


def test_a_board_that_has_stopped_holds_no_connection(make_redis_board, concurrency):
    board = make_redis_board()
    board.rooms()
    connections = board._redis.connection_pool._connections
    assert any(connection._sock for connection in connections)
    board.stop()
    with concurrency.timeout(10):
        while any(connection._sock for connection in connections):
            concurrency.sleep(0.01)
