"""The worker's side: what a process does differently when a supervisor has started it.

Imported before the patch, so it imports nothing that the patch concerns.
"""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from brubeck_core.errors import ConfigError
from brubeck_core.workers.channel import (
    COMPANION,
    ERROR,
    FOLDER,
    LISTEN,
    READY,
    VARIABLE,
    Channel,
    parse,
)
from brubeck_core.workers.listening import open_listening_socket

_channel: Channel | None = None
_said_ready = False


def adopt() -> None:
    """Take up with the supervisor that has started this process, if one has.

    Call it first of all. Ctrl-C and a hang-up reach every process of a terminal; here they are
    left to the supervisor, which says what is to be done.

    Raises `ConfigError` when the environment names a supervisor that is not there.
    """
    global _channel
    # Not for the processes that this one will start: the descriptor is not passed on to them.
    text = os.environ.pop(VARIABLE, "")
    if not text:
        return
    import _socket

    try:
        sock = _socket.socket(fileno=int(text))
    except (OSError, ValueError):
        raise ConfigError(
            f"environment variable {VARIABLE} = {text!r} is for the workers that `brubeck run "
            "--workers` starts, and names no socket here; remove it from the environment"
        ) from None
    os.set_inheritable(sock.fileno(), False)
    _channel = Channel(sock)
    for number in (signal.SIGINT, signal.SIGHUP):
        # A function and not SIG_IGN, which the programs that this one starts would inherit.
        signal.signal(number, leave_to_supervisor)


def leave_to_supervisor(number: int, frame: FrameType | None) -> None:
    """Do nothing at a signal."""


def is_supervised() -> bool:
    """Say whether this process is a supervisor's worker."""
    return _channel is not None


def channel() -> Channel:
    """Return the channel to the supervisor. Only in a worker."""
    assert _channel is not None
    return _channel


def listening_socket(host: str, port: int, path: str, backlog: int) -> int:
    """Return the descriptor of a listening socket that the caller owns.

    With a supervisor all workers share the one that it holds, and its queue: closing this
    descriptor ends no other worker's listening. Never `shutdown` it, which would.

    Args:
        host: the address, when there is no path.
        port: the port, when there is no path; of 0 all workers get the same free one.
        path: the path of a unix socket, or "".
        backlog: how many connections may wait to be accepted.

    Raises `OSError` when the address cannot be used.
    """
    address = (host, port, path)
    if _channel is None:
        return open_listening_socket(address, backlog).detach()
    _, descriptors = _ask(_channel, {LISTEN: [*address, backlog]})
    return descriptors[0]


def companion(module: str, *arguments: str) -> str:
    """Have a program run beside the workers of this supervisor, one for all of them.

    It is ``python -m module *arguments FOLDER``. When it ends it is started again. It gets SIGTERM
    when all workers do, and may go on until they have ended; the end of its standard input says
    that the supervisor is gone.

    Returns FOLDER, which is private to them: for the sockets by which they reach one another.
    Only in a worker. Raises `OSError` when the program cannot be started.
    """
    reply, _ = _ask(channel(), {COMPANION: [module, *arguments]})
    folder: str = reply[FOLDER]
    return folder


def ready() -> None:
    """Tell the supervisor, if there is one, that requests can come in from now on.

    A connection calls it once its addresses are open. Calling it again does nothing.
    """
    global _said_ready
    if _channel is None or _said_ready:
        return
    _said_ready = True
    try:
        _channel.send({READY: True})
    except OSError:
        pass  # it is gone, and whoever watches the channel knows


def _ask(channel: Channel, question: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    lines: list[bytes] = []
    descriptors: list[int] = []
    try:
        channel.send(question)
        while not lines:
            lines, received = channel.receive()
            descriptors += received
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise SystemExit("brubeck: the supervisor is gone, and so this worker ends") from None
    reply = parse(lines[0])
    if ERROR in reply:
        raise OSError(*reply[ERROR])
    return reply, descriptors
