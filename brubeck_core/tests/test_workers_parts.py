"""The parts that supervisor and workers are made of."""

from __future__ import annotations

import _socket
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from brubeck_core.workers.channel import Channel, parse
from brubeck_core.workers.listening import (
    Address,
    ListeningSockets,
    open_listening_socket,
    socket_family,
)
from brubeck_core.workers.slot import Slot

RunPython = Callable[..., "CompletedProcess[str]"]

PAUSES: list[tuple[str, list[float], list[float]]] = [
    ("the first failure is forgiven", [0.0], [0.0]),
    ("a loop slows down", [0.0, 0.2, 0.0, 0.9, 0.0], [0.0, 0.5, 1.0, 2.0, 4.0]),
    ("but not for ever", [0.0] * 9, [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]),
    ("who has served begins anew", [0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0, 0.5]),
    ("who serves is replaced at once", [60.0, 60.0], [0.0, 0.0]),
]


@pytest.mark.parametrize(
    ("served", "pauses"), [pytest.param(*case, id=name) for name, *case in PAUSES]
)
def test_a_slot_is_filled_after_a_pause(served: list[float], pauses: list[float]) -> None:
    slot = Slot("1 of 1")
    assert [slot.postpone(seconds) for seconds in served] == pauses


def test_a_slot_that_is_forgiven_is_due_at_once() -> None:
    slot = Slot("1 of 1")
    slot.postpone(0.0)
    slot.postpone(0.0)
    assert slot.due > 0
    slot.forgive()
    assert (slot.due, slot.postpone(0.0)) == (0.0, 0.0)


@pytest.fixture
def ends() -> Iterator[tuple[_socket.socket, Channel]]:
    # Bare ones, as at both ends in truth, whatever this process is patched for.
    ours, theirs = _socket.socketpair()
    yield ours, Channel(theirs)
    ours.close()
    theirs.close()


READ: list[tuple[str, list[bytes], list[list[bytes]]]] = [
    ("one", [b'{"ready": true}\n'], [[b'{"ready": true}']]),
    ("two at once", [b'{"a": 1}\n{"b": 2}\n'], [[b'{"a": 1}', b'{"b": 2}']]),
    ("one in pieces", [b'{"rea', b'dy": 1', b"}\n"], [[], [], [b'{"ready": 1}']]),
    ("one and a half", [b'{"a": 1}\n{"b"', b": 2}\n"], [[b'{"a": 1}'], [b'{"b": 2}']]),
]


@pytest.mark.parametrize(
    ("pieces", "lines"), [pytest.param(*case, id=name) for name, *case in READ]
)
def test_a_channel_reads_whole_lines(
    ends: tuple[_socket.socket, Channel], pieces: list[bytes], lines: list[list[bytes]]
) -> None:
    ours, channel = ends
    received = []
    for piece in pieces:
        ours.sendall(piece)
        received.append(channel.receive()[0])
    assert received == lines


def test_a_message_arrives_as_it_was_sent(ends: tuple[_socket.socket, Channel]) -> None:
    ours, channel = ends
    message = {"listen": ["127.0.0.1", 0, "/a\nb ü", 8]}
    Channel(ours).send(message)
    assert [parse(line) for line in channel.receive()[0]] == [message]


@pytest.mark.parametrize("junk", [b"what", b"", b"[1]", b"\xff"])
def test_what_is_no_message_is_refused(junk: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse(junk)


def test_a_channel_notices_the_end(ends: tuple[_socket.socket, Channel]) -> None:
    ours, channel = ends
    assert not channel.is_closed_by_other()
    ours.sendall(b"{}\n")
    assert not channel.is_closed_by_other()
    channel.receive()
    ours.close()
    assert channel.is_closed_by_other()
    with pytest.raises(EOFError):
        channel.receive()


def test_descriptors_travel_and_are_not_inherited(ends: tuple[_socket.socket, Channel]) -> None:
    ours, channel = ends
    reader, writer = os.pipe()
    Channel(ours).send({}, writer)
    lines, descriptors = channel.receive()
    os.close(writer)
    os.write(descriptors[0], b"here")
    assert (lines, len(descriptors), os.read(reader, 4)) == ([b"{}"], 1, b"here")
    assert not os.get_inheritable(descriptors[0])
    for fd in (reader, *descriptors):
        os.close(fd)


def addresses(folder: Path) -> list[Address]:
    return [("127.0.0.1", 0, ""), ("::1", 0, ""), ("", 0, str(folder / "app.sock"))]


@pytest.mark.parametrize("index", range(3), ids=["IPv4", "IPv6", "unix"])
def test_a_listening_socket_is_opened(tmp_path: Path, index: int) -> None:
    address = addresses(tmp_path)[index]
    try:
        opened = open_listening_socket(address, 8)
    except OSError as error:
        pytest.skip(f"this machine has no such addresses: {error}")
    family = socket_family(address)
    sock = socket.socket(family, socket.SOCK_STREAM, 0, opened.detach())
    with sock, socket.socket(family) as client:
        client.connect(sock.getsockname())
        sock.accept()[0].close()


def test_a_stale_unix_socket_is_replaced_and_a_file_is_not(tmp_path: Path) -> None:
    path = tmp_path / "app.sock"
    for _ in range(2):
        open_listening_socket(("", 0, str(path)), 8).close()
    path.unlink()
    path.write_text("precious")
    with pytest.raises(OSError, match="in use"):
        open_listening_socket(("", 0, str(path)), 8)
    assert path.read_text() == "precious"


@pytest.mark.parametrize("backlog", [8, 0], ids=["room in its queue", "a full queue"])
def test_a_unix_socket_in_use_is_left_to_its_process(tmp_path: Path, backlog: int) -> None:
    path = str(tmp_path / "app.sock")
    with closing(open_listening_socket(("", 0, path), backlog)), closing(_connected(path)):
        with pytest.raises(OSError, match="in use"):
            open_listening_socket(("", 0, path), 8)
        assert Path(path).is_socket()


def _connected(path: str) -> _socket.socket:
    sock = _socket.socket(_socket.AF_UNIX)
    sock.connect(path)
    return sock


def test_listening_sockets_are_opened_once_and_kept_as_long_as_they_are_wanted(
    tmp_path: Path,
) -> None:
    first: Address = ("", 0, str(tmp_path / "first.sock"))
    second: Address = ("", 0, str(tmp_path / "second.sock"))
    sockets = ListeningSockets()
    fd = sockets.get(first, 8)
    sockets.get(second, 8)
    sockets.keep([first])
    assert sockets.get(first, 8) == fd
    assert accepts(first[2])
    assert not accepts(second[2])
    sockets.keep([])
    assert not accepts(first[2])


def accepts(path: str) -> bool:
    with closing(_socket.socket(_socket.AF_UNIX)) as client:
        return client.connect_ex(path) == 0


ALONE = """
import socket
from brubeck_core.workers import supervised
supervised.adopt()
supervised.ready()
with socket.socket(fileno=supervised.listening_socket("127.0.0.1", 0, "", 8)) as sock:
    print(supervised.is_supervised(), sock.getsockname()[0])
"""


def test_a_process_without_a_supervisor_opens_its_own_socket(run_python: RunPython) -> None:
    done = run_python(ALONE)
    assert done.stdout == "False 127.0.0.1\n", done.stderr


@pytest.mark.parametrize("value", ["x", "77"])
def test_a_supervisor_that_is_not_there_is_an_error(run_python: RunPython, value: str) -> None:
    done = run_python(ALONE, env={"BRUBECK_SUPERVISOR": value})
    assert f"environment variable BRUBECK_SUPERVISOR = '{value}' is for" in done.stderr
