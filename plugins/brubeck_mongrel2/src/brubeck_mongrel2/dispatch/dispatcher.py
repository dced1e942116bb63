"""Hand the requests of one server to workers that take them, until they say good-bye."""

from __future__ import annotations

import logging
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

import zmq
from brubeck_mongrel2.dispatch import messages
from brubeck_mongrel2.dispatch.pins import Pins
from brubeck_mongrel2.dispatch.worker import WINDOW, Worker
from brubeck_mongrel2.endpoint import Endpoint
from brubeck_mongrel2.intake import DirectIntake
from brubeck_mongrel2.sockets import NOBLOCK, Watched, in_event_loop, open_watched

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency

log = logging.getLogger("brubeck.mongrel2")

#: Requests kept for workers that take no more, before the server has to keep them.
MAX_HELD = 1000
#: Seconds that workers get to leave before the dispatcher does.
_PATIENCE = 2.0
#: Seconds that the last worker waits for the dispatcher to be told to end as well.
_MOMENT = 0.5
#: Seconds that the last requests get to leave.
_LINGER = 2.0


class Dispatcher:
    """Stand between one handler row of a server and any number of workers.

    Args:
        context: of this process.
        pull_addr: the row's `send_spec`.
        pub_addr: its `recv_spec`: the answers of the workers go there past the dispatcher, which
            looks only whether the server is there.
        address: where workers connect.

    Raises `ConfigError` for addresses that cannot be used. All but `run` and `stop` happens in the
    event loop.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        pull_addr: str,
        pub_addr: str,
        address: str,
        concurrency: Concurrency,
    ) -> None:
        self._context = context
        self._address = address
        self._concurrency = concurrency
        self._workers: dict[bytes, Worker] = {}
        #: Workers that are gone, or were those of a server that is; what they said may come late.
        self._outdated: set[bytes] = set()
        self._pins: Pins[Worker] = Pins()
        self._held = 0
        #: What came when there was no worker at all.
        self._homeless: deque[bytes] = deque()
        self._draining = self._stopping = self._will_hear = False
        #: Whether the server counts what it writes: see `messages.FLOW`.
        self._flow_control = False
        self._stopped = concurrency.event()
        self._router: Watched | None = None
        # To send is to look, too: what came meanwhile would not be reported once more.
        self._hear_soon = concurrency.call_later(0, self._hear)
        self._endpoint = Endpoint(
            context,
            pub_addr,
            concurrency,
            self,
            lambda endpoint: DirectIntake(context, pull_addr, concurrency, endpoint.turn),
            knocks=True,
        )

    def run(self) -> None:
        """Dispatch until `stop`."""
        self._router = open_watched(
            self._context, zmq.ROUTER, self._address, self._concurrency, self._hear
        )
        try:
            self._endpoint.open()
            self._stopped.wait()
        finally:
            if self._homeless:
                log.error("%d requests are lost: there was no worker", len(self._homeless))
            self._endpoint.close()
            in_event_loop(self._concurrency, self._close)

    def stop(self) -> None:
        """Hand over all that the server has sent, and end."""
        self._concurrency.call_later(0, self._stop)

    def _close(self) -> None:
        self._hear_soon.close()
        router, self._router = self._router, None
        if router is not None:
            router.close(_LINGER)

    # -- requests, as a `Receiver` ------------------------------------------------------------

    def has_room(self) -> bool:
        some = any(worker.has_room for worker in self._workers.values())
        return some and self._held < MAX_HELD

    def received(self, endpoint: Endpoint, raw: bytes) -> None:
        # SENDER SP ID SP PATH SP: the first two are the client.
        end = raw.find(b" ", raw.find(b" ") + 1)
        key = raw[:end]
        find = self._pins.find_ever if _belongs(raw, end) else self._pins.find
        worker = find(key)
        if worker is None or worker.leaving or worker.identity not in self._workers:
            worker = self._choose()
            if worker is None:
                self._homeless.append(raw)
                return
            worker.pinned += 1
            self._pins.pin(key, worker)
        if raw.startswith(_NOTICE, end):
            self._note_notice(key, raw)
        if worker.has_room or worker.leaving:
            self._hand(worker, raw)
        else:
            worker.held.append(raw)
            self._held += 1

    def lost(self, endpoint: Endpoint) -> None:
        for identity in self._workers:
            self._say(identity, messages.GONE)
        self._outdated.update(self._workers)
        self._workers.clear()
        self._pins.clear()
        self._homeless.clear()
        self._held = 0
        self._flow_control = False

    def _note_notice(self, key: bytes, raw: bytes) -> None:
        if _DISCONNECT in raw:
            self._pins.unpin(key)
        elif _CREDITS in raw and not self._flow_control:
            self._flow_control = True
            for identity in self._workers:
                self._say(identity, messages.FLOW)

    def _choose(self) -> Worker | None:
        """Return who is to have one more client: one who stays, takes requests, and has few.

        Who is behind for a moment gets its share as well. A client stays where it is, and a burst
        of them would else be with whoever was faster then.
        """
        return min(
            self._workers.values(),
            key=lambda worker: (worker.leaving, worker.is_stuck, worker.pinned),
            default=None,
        )

    def _hand(self, worker: Worker, raw: bytes) -> None:
        if self._say(worker.identity, raw):
            worker.handed += 1
            return
        log.warning("a worker is gone without a word")
        self._outdated.add(worker.identity)
        self._dismiss(worker)
        self.received(self._endpoint, raw)

    def _dismiss(self, worker: Worker) -> None:
        """Let a worker go, and give to others what was kept for it."""
        self._workers.pop(worker.identity, None)
        held, worker.held = worker.held, deque()
        self._held -= len(held)
        for raw in held:
            self.received(self._endpoint, raw)

    # -- workers --------------------------------------------------------------------------------

    def _hear(self) -> None:
        self._will_hear = False
        while self._router is not None:
            try:
                identity, *words = self._router.socket.recv_multipart(NOBLOCK)
            except zmq.Again:
                break
            word = words[0] if words else b""
            count = messages.ready_count(word)
            if count is not None:
                self._note_ready(identity, count)
            elif word == messages.BYE:
                self._note_bye(identity)
        if self._endpoint.paused and self.has_room():
            self._endpoint.resume()

    def _note_ready(self, identity: bytes, count: int) -> None:
        if identity in self._outdated:
            return
        worker = self._workers.get(identity)
        if worker is None:
            # It may have seen the restart of a server of which we still have requests.
            self._endpoint.turn()
            worker = self._workers[identity] = Worker(identity, count)
            if self._flow_control:
                self._say(identity, messages.FLOW)
            self._welcome()
        worker.taken = count
        worker.heard = monotonic()
        while worker.held and worker.handed - worker.taken < WINDOW:
            self._held -= 1
            self._hand(worker, worker.held.popleft())

    def _welcome(self) -> None:
        self._pins.share_anew()
        for worker in self._workers.values():
            worker.pinned = 0
        homeless, self._homeless = self._homeless, deque()
        for raw in homeless:
            self.received(self._endpoint, raw)
        if not self._stopping:
            self._endpoint.take()

    def _note_bye(self, identity: bytes) -> None:
        worker = self._workers.get(identity)
        if worker is None:
            self._say(identity, messages.BYE)
        elif not worker.leaving:
            worker.leaving = True
            if self._stopping:
                self._drain()
            elif all(worker.leaving for worker in self._workers.values()):
                # Perhaps everything ends: then somebody has to take what the server has sent.
                self._concurrency.call_later(_MOMENT, self._let_all_leave)
            else:
                self._let_leave(worker)

    def _let_all_leave(self) -> None:
        """Let go all who want to, unless they have to take in what the server has sent."""
        if not self._draining:
            for worker in list(self._workers.values()):
                if worker.leaving:
                    self._let_leave(worker)

    def _let_leave(self, worker: Worker) -> None:
        self._dismiss(worker)
        self._say(worker.identity, messages.BYE)

    def _stop(self) -> None:
        self._stopping = True
        self._drain()

    def _drain(self) -> None:
        """Turn the server away, and give what it has sent to workers, whether they leave or not."""
        if not self._draining:
            self._draining = True
            self._endpoint.drain(self._drained)

    def _drained(self) -> None:
        for worker in list(self._workers.values()):
            while worker.held:
                self._held -= 1
                self._hand(worker, worker.held.popleft())
        self._draining = False
        self._let_all_leave()
        if not self._workers:
            self._stopped.set()
        else:
            # Those that stay are served by the next dispatcher.
            self._concurrency.call_later(_PATIENCE, self._stopped.set)

    def _say(self, identity: bytes, message: bytes) -> bool:
        """Send a message to a worker; False if it is not there any more."""
        if self._router is None:
            return False
        try:
            self._router.socket.send_multipart((identity, message), NOBLOCK)
        except zmq.ZMQError:
            return False
        finally:
            # Also one that fails has looked: see `_hear_soon`.
            if not self._will_hear:
                self._will_hear = True
                self._hear_soon.resume()
        return True


_NOTICE = b" @* "
_DISCONNECT = b'"disconnect"'
_CREDITS = b'"credits"'


def _belongs(raw: bytes, end: int) -> bool:
    """Say whether a message continues something, and is of use only to who has begun with it.

    Frames and parts of uploads have names in their headers that a client may write into its own as
    well; then it gets the worker that it had.
    """
    return (
        raw[end + 1 : end + 2] in _SOCKETS
        or raw.find(b"UPLOAD_STREAM", end, end + _HEAD) > 0
        or raw.find(b"WEBSOCKET", end, end + _HEAD) > 0
    )


#: What the paths of JSON and XML sockets begin with, and of the server's own messages.
_SOCKETS = (b"@", b"<")
#: Bytes in which a message's headers are looked through.
_HEAD = 65536
