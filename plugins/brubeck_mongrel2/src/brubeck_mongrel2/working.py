"""The workers of this process: how many there are at once, and what each does next."""

from __future__ import annotations

import logging
import sys
from collections import deque
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ClientDisconnected

if TYPE_CHECKING:
    from brubeck_core.interfaces.concurrency import Concurrency
    from brubeck_mongrel2.answering import Answering
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.exchange import Exchange
    from brubeck_mongrel2.serving import Serving

log = logging.getLogger("brubeck.mongrel2")

#: Requests that may wait for a worker before no more are read.
MAX_BACKLOG = 64


class Working:
    """Answer exchanges, each client's one after the other.

    Args:
        max_requests: how many requests are answered at once.
        cancel: leave out requests whose client went away before their turn came.
    """

    def __init__(
        self,
        concurrency: Concurrency,
        serving: Serving,
        answering: Answering,
        max_requests: int,
        cancel: bool,
    ) -> None:
        #: Set while nothing is being answered.
        self.idle = concurrency.event()
        self.idle.set()
        #: Run other work, now or soon.
        self.spawn = concurrency.pool(sys.maxsize).try_spawn
        #: Keeps threads apart that begin and end work. Greenlets do not change places in here.
        self.lock: Any = nullcontext()
        if concurrency.preemptive:
            self.lock = concurrency.lock()
            self._next = self._next_locked  # type: ignore[method-assign]
        self._concurrency = concurrency
        self._serve = serving.serve
        self._answering = answering
        self._max_requests = max_requests
        self._cancel = cancel
        self._workers = 0
        self._backlog: deque[Exchange] = deque()
        self._endpoints: list[Endpoint] = []

    def watch(self, endpoint: Endpoint) -> None:
        """Tell `endpoint` when there is room again."""
        self._endpoints.append(endpoint)

    def has_room(self) -> bool:
        """Say whether another request may be taken in."""
        return len(self._backlog) < MAX_BACKLOG

    def admits(self, exchange: Exchange) -> bool:
        """Say whether to `begin` now; else the exchange waits for a worker. With the lock held."""
        if self._workers >= self._max_requests:
            self._backlog.append(exchange)
            return False
        if not self._workers:
            self.idle.clear()
        self._workers += 1
        return True

    def begin(self, exchange: Exchange) -> None:
        """Have an exchange answered that was admitted."""
        self.spawn(self._work, exchange)

    def interrupt(self, exchange: Exchange) -> None:
        """End the work on `exchange` where it waits, as soon as the event loop gets to it."""
        work = exchange.work
        if work is None:
            return

        def end() -> None:
            # It may have ended by itself meanwhile, and its worker begun another.
            if exchange.work is work:
                self._concurrency.interrupt(work)

        self._concurrency.call_later(0, end)

    # -- in workers -------------------------------------------------------------------------

    def _work(self, exchange: Exchange | None) -> None:
        work = self._concurrency.running()
        while exchange is not None:
            exchange.work = work
            try:
                if exchange.client.alive or not self._cancel:
                    self._serve(exchange)
            except ClientDisconnected:
                pass
            except BaseException as error:
                self._fail(exchange, error)
            finally:
                exchange.work = None
                exchange.client.peer = None
            exchange = self._next(exchange)

    def _next(self, done: Exchange) -> Exchange | None:
        """Return what to work on next; None when there is nothing."""
        following = done.client.finish()
        if following is None:
            if self._backlog:
                following = self._backlog.popleft()
            else:
                self._workers -= 1
                if not self._workers:
                    self.idle.set()
        for endpoint in self._endpoints:
            if endpoint.paused:
                endpoint.resume()
        return following

    def _next_locked(self, done: Exchange) -> Exchange | None:
        with self.lock:
            return Working._next(self, done)

    def _fail(self, exchange: Exchange, error: BaseException) -> None:
        if not exchange.client.open:
            return
        self._answering.abort(exchange.endpoint, exchange.client)
        if not isinstance(error, self._concurrency.task_ends):
            log.error("answering %r failed", exchange.message.path, exc_info=error)
        # An event loop would end with a SystemExit, and the process with it: that ends one answer.
        if isinstance(error, KeyboardInterrupt):
            raise error
