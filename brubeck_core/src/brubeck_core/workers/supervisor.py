"""The parent of the workers: it waits for what they say, for signals, and for their ends."""

from __future__ import annotations

import errno
import logging
import os
import selectors
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from brubeck_core.workers.channel import COMPANION, ERROR, FOLDER, LISTEN, READY, parse
from brubeck_core.workers.companions import Companions
from brubeck_core.workers.crew import Crew
from brubeck_core.workers.listening import ListeningSockets
from brubeck_core.workers.signals import SignalReader
from brubeck_core.workers.worker import Worker

log = logging.getLogger("brubeck.workers")

#: Seconds in which a worker has to end: the 30 it gives its requests, and a little for itself.
GRACE = 32.0

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_STDIN = 0


class Supervisor:
    """Keep a number of workers running, and hold the sockets on which they listen.

    SIGTERM and SIGINT stop all workers gracefully, and a second one at once. SIGHUP replaces
    them one by one with new ones, each of which has to be ready before the old one is stopped.

    Args:
        command: the program that a worker runs, and its arguments.
        count: how many workers there should be.
        grace: in how many seconds a worker has to end before it is killed.
    """

    def __init__(self, command: Sequence[str], count: int, grace: float = GRACE) -> None:
        self._count = count
        self._crew = Crew(command, count, grace)
        self._listening = ListeningSockets()
        self._companions = Companions()
        self._selector = selectors.DefaultSelector()
        self._has_terminal = os.isatty(_STDIN)

    def run(self) -> int:
        """Supervise until told to stop, and return the exit status.

        It is 0 after one signal, 128 + N after a second one of number N, and that of the first
        worker if this ends before it serves.
        """
        log.info("%d workers, supervised by process %d", self._count, os.getpid())
        try:
            return self._supervise(self._crew)
        finally:
            self._companions.stop()

    def _supervise(self, crew: Crew) -> int:
        with SignalReader(_SIGNALS) as signals, self._selector:
            self._selector.register(signals, selectors.EVENT_READ)
            while True:
                for worker in crew.start_due():
                    self._selector.register(worker.channel, selectors.EVENT_READ, worker)
                if crew.exit_status is not None and not crew.workers():
                    return crew.exit_status
                for key, _ in self._selector.select(self._seconds_to_next()):
                    if key.data is not None:
                        self._hear(key.data)
                for number in signals.read():
                    self._on_signal(number)
                crew.kill_due()
                self._see_who_ended()
                if crew.has_reloaded():
                    # New workers may listen elsewhere. Where nobody accepts any more, clients
                    # had better be refused than wait.
                    self._listening.keep(crew.addresses())
                    self._companions.keep(crew.companions())
                    log.info("reloaded")
                if crew.exit_status is None:
                    self._companions.revive()

    def _seconds_to_next(self) -> float | None:
        moments = (self._crew.seconds_to_next(), self._companions.seconds_to_next())
        return min((moment for moment in moments if moment is not None), default=None)

    def _on_signal(self, number: int) -> None:
        name = signal.Signals(number).name
        if number == signal.SIGCHLD:
            return
        if number == signal.SIGHUP and not self._has_lost_terminal():
            log.info("%s: reloading", name)
            self._crew.reload()
        elif self._crew.exit_status is None:
            log.info("%s: stopping", name)
            self._listening.keep(())
            self._companions.tell_to_end()
            self._crew.stop(0)
        elif number != signal.SIGHUP:
            log.warning("%s: ending all workers now", name)
            self._crew.kill(128 + number)

    def _has_lost_terminal(self) -> bool:
        """Say whether SIGHUP has its first meaning: the terminal has hung up."""
        return self._has_terminal and not os.isatty(_STDIN)

    def _see_who_ended(self) -> None:
        for worker in self._crew.workers():
            status = worker.status()
            if status is None:
                continue
            # Its last words may say that it had been ready.
            while self._hear(worker):
                pass
            self._stop_hearing(worker)
            worker.channel.close()
            self._crew.note_end(worker, status)

    def _hear(self, worker: Worker) -> bool:
        """Read what a worker has said, and say whether there may be more."""
        try:
            lines, _ = worker.channel.receive()
        except BlockingIOError:
            return False
        except (EOFError, OSError):
            self._stop_hearing(worker)
            return False
        for line in lines:
            try:
                self._obey(worker, parse(line))
            except Exception as error:
                # Whatever it is, the other workers go on.
                log.error("%s said %r, which makes no sense: %s", worker.name, line, error)
        return True

    def _obey(self, worker: Worker, message: dict[str, Any]) -> None:
        if LISTEN in message:
            self._share_socket(worker, *message[LISTEN])
        elif COMPANION in message:
            self._start_companion(worker, tuple(message[COMPANION]))
        elif READY in message:
            self._crew.note_ready(worker)

    def _stop_hearing(self, worker: Worker) -> None:
        if worker.channel in self._selector.get_map():
            self._selector.unregister(worker.channel)

    def _share_socket(self, worker: Worker, host: str, port: int, path: str, backlog: int) -> None:
        if worker.is_stopping:
            # It has no requests yet that it would have to answer.
            worker.kill()
            return
        address = (host, port, path)
        descriptors = []
        reply: dict[str, Any] = {}
        try:
            descriptors = [self._listening.get(address, backlog)]
            worker.addresses.add(address)
        except (OSError, OverflowError, TypeError, ValueError) as error:
            reply = _describe(error)
        with suppress(OSError):  # it is gone
            worker.channel.send(reply, *descriptors)

    def _start_companion(self, worker: Worker, program: tuple[str, ...]) -> None:
        try:
            reply: dict[str, Any] = {FOLDER: self._companions.get(program)}
            worker.companions.add(program)
        except (OSError, ValueError) as error:
            reply = _describe(error)
        with suppress(OSError):  # it is gone
            worker.channel.send(reply)


def _describe(error: Exception) -> dict[str, Any]:
    number = getattr(error, "errno", None) or errno.EINVAL
    return {ERROR: [number, getattr(error, "strerror", None) or str(error)]}
