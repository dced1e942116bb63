"""What the commands `brubeck mongrel2 ...` do, as functions that return values."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ConfigError
from brubeck_mongrel2.server.control import ControlError, ControlPort, Row
from brubeck_mongrel2.server.database import read_config, write_config
from brubeck_mongrel2.server.findings import ERROR
from brubeck_mongrel2.server.layout import Layout, new_config
from brubeck_mongrel2.server.lint import check_config, check_file
from brubeck_mongrel2.server.process import Mongrel2Process
from brubeck_mongrel2.server.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from brubeck_mongrel2.server.config import Config, Server
    from brubeck_mongrel2.server.findings import Finding

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
#: Seconds that handlers have to answer what they have taken.
_DRAIN_TIMEOUT = 35.0
_LOOK_AGAIN = 0.1


def init(folder: Path, *, force: bool = False, **options: Any) -> Config:
    """Write the configuration of a server into `folder` and return it.

    Args:
        force: replace a configuration that is there.
        options: see `brubeck_mongrel2.server.layout.new_config`.

    Raises `FileExistsError` without `force`, `ConfigError` for options that the server could not
    work with, `OSError` when the folder cannot be written.
    """
    layout = Layout(folder.absolute())
    if layout.config.exists() and not force:
        raise FileExistsError(f"{layout.config} exists already; say --force to replace it")
    config = new_config(layout, **options)
    errors = [finding for finding in check_config(config) if finding.level == ERROR]
    if errors:
        raise ConfigError("\n".join(["nothing was written:", *map(str, errors)]))
    layout.make_folders()
    write_config(config, layout.config)
    return config


def check(config: Path) -> list[Finding]:
    """Return the traps in a configuration file, errors first. Raises `FileNotFoundError`."""
    return check_file(config)


def status(folder: Path, uuid: str | None = None) -> list[Row]:
    """Return the open connections of a running server.

    Raises `ControlError` when it does not answer, `LookupError` for an unknown `uuid`.
    """
    return _control_port(folder, uuid).connections()


def stop(folder: Path, uuid: str | None = None) -> None:
    """End a running server; raises as `status` does."""
    port = _control_port(folder, uuid)
    port.info()
    try:
        port.terminate()
    except ControlError:
        pass  # it was there a moment ago, and may end before it answers


def run(folder: Path, uuid: str | None = None, command: Sequence[str] = ()) -> int:
    """Run a server, and a command beside it, until one of them ends or a signal comes.

    At SIGTERM or SIGINT the command is told to end, then the server: handlers can still answer
    what they have taken. Returns the exit status of what ended first; 0 after a signal. Call it
    from the main thread. Raises `Mongrel2Error` when the server does not start, `ConfigError` for
    one that would go into the background.

    Args:
        command: a program and its arguments; several such, with ``--`` between them.
    """
    layout = Layout(folder.absolute())
    config = _read(layout)
    server = config.server(uuid)
    if _daemonizes(config, server):
        raise ConfigError(
            f"the server of {layout.config} goes into the background, where nobody ends it; set "
            "server.daemonize = 0 in its table setting, or write it anew with `brubeck mongrel2 "
            "init --force`"
        )
    layout.make_folders()
    told: list[int] = []
    before = {number: signal.signal(number, lambda *_: told.append(1)) for number in _SIGNALS}
    try:
        with Mongrel2Process(layout.config, server) as process, _beside(command) as companions:
            while not told:
                for status in (process.poll(), *(each.poll() for each in companions)):
                    if status is not None:
                        return status
                time.sleep(_LOOK_AGAIN)
        return 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _beside(command: Sequence[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the commands; at the end let them finish what they do."""
    companions: list[subprocess.Popen[bytes]] = []
    try:
        for program in _parted(command):
            # In a group of its own, or an interrupt from the keyboard would reach it twice.
            companions.append(subprocess.Popen(program, start_new_session=True))
        yield companions
    finally:
        # All of them are told before the first is waited for.
        for companion in companions:
            companion.terminate()
        for companion in companions:
            _wait(companion)


def _parted(command: Sequence[str]) -> list[list[str]]:
    """Return the commands that have ``--`` between them."""
    commands: list[list[str]] = [[]]
    for word in command:
        if word == "--":
            commands.append([])
        else:
            commands[-1].append(word)
    return [each for each in commands if each]


def _wait(companion: subprocess.Popen[bytes]) -> None:
    try:
        companion.wait(_DRAIN_TIMEOUT)
    except subprocess.TimeoutExpired:
        companion.kill()
        companion.wait()


def _daemonizes(config: Config, server: Server) -> bool:
    # A user who may not change the root gets a server in the foreground in any case.
    may_leave = not server.chroot or os.geteuid() == 0
    return may_leave and str(config.settings.get("server.daemonize", 1)) != "0"


def _read(layout: Layout) -> Config:
    """Return a server's configuration. Raises `ConfigError` when it cannot be read."""
    try:
        return read_config(layout.config)
    except (sqlite3.Error, IndexError) as error:
        raise ConfigError(
            f"{layout.config} is no configuration of Mongrel2 ({error}); `brubeck mongrel2 check "
            f"{layout.config}` says what it lacks, and `brubeck mongrel2 init --force` writes one"
        ) from error


def _control_port(folder: Path, uuid: str | None) -> ControlPort:
    layout = Layout(folder.absolute())
    config = _read(layout)
    # Without a name of its own it is where the server's folder is, when it is we who run it.
    address = config.server(uuid).control_port or str(
        config.settings.get("control_port") or DEFAULTS["control_port"]
    )
    path = address.removeprefix("ipc://")
    return ControlPort(address if path == address else f"ipc://{layout.root / path}")
