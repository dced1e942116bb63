"""The connection "mongrel2": requests and answers over ZeroMQ."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from brubeck_core.errors import ConfigError
from brubeck_core.interfaces.connection import Connection
from brubeck_mongrel2.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Callable

    import zmq
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.interfaces.concurrency import Watch
    from brubeck_mongrel2.endpoint import Endpoint
    from brubeck_mongrel2.handling import Handling
    from brubeck_mongrel2.intake import Intake

log = logging.getLogger("brubeck.mongrel2")

PULL = "tcp://127.0.0.1:9999"
PUB = "tcp://127.0.0.1:9998"

_is_address = re.compile(r"tcp://.+:[0-9]{1,5}|ipc://.+").fullmatch

# Requests at once: greenlets are cheap, threads are not.
_MAX_THREADS = 64
_MAX_GREENLETS = 10_000
#: Seconds between two looks at who waits and who is gone.
_TEND = 10.0
#: Seconds that the last answers get to leave.
_LINGER = 2.0


class Mongrel2Connection(Connection):
    """Answer the requests of one or several Mongrel2 servers.

    Any number of processes on any number of hosts may do so behind the same servers.

    Args:
        pull: where requests come from, the `send_spec` of the server's handler row; one for
            each server.
        pub: where answers go, its `recv_spec`; as many, in the same order.
        max_requests: how many requests are answered at once; 10000 on greenlets, 64 on threads.
        cancel: whether a handler is ended when its client goes away, where it waits. Threads
            cannot be ended.
        access_log: whether each answer is logged.
        upload_dir: the folder of the server's setting `upload.temp_store`, as this process sees
            it; without it such uploads are refused.
        dispatcher: where to get the requests of `pull` from a dispatcher instead, as many as
            addresses of `pull`. Workers of one supervisor have dispatchers in any case.

    Raises `ConfigError` for addresses that are none, or do not come in pairs.
    """

    def __init__(
        self,
        pull: str | Sequence[str] = PULL,
        pub: str | Sequence[str] = PUB,
        max_requests: int | None = None,
        cancel: bool = True,
        access_log: bool = False,
        upload_dir: str | None = None,
        dispatcher: str | Sequence[str] = (),
    ) -> None:
        pulls, pubs, dispatchers = map(_as_list, (pull, pub, dispatcher))
        if len(pulls) != len(pubs) or not pulls:
            raise ConfigError(
                f"the connection mongrel2 has {len(pulls)} addresses for pull and {len(pubs)} for "
                "pub; each server has one of both"
            )
        if dispatchers and len(dispatchers) != len(pulls):
            raise ConfigError(
                f"the connection mongrel2 has {len(dispatchers)} addresses for dispatcher and "
                f"{len(pulls)} for pull; each server has a dispatcher, or none has"
            )
        if max_requests is not None and max_requests < 1:
            raise ConfigError(
                f"max_requests = {max_requests} of the connection mongrel2 is below 1"
            )
        for address in pulls + pubs + dispatchers:
            if not _is_address(address):
                raise ConfigError(
                    f"{address!r} is no address of the connection mongrel2; write it as in the "
                    "server's handler row, such as tcp://127.0.0.1:9999 or ipc:///srv/run/pull"
                )
        self.addresses = list(zip(pulls, pubs, strict=True))
        self.dispatchers = dispatchers
        self.max_requests = max_requests
        self.cancel = cancel
        self.access_log = access_log
        self.upload_dir = upload_dir
        self._hooks: list[Callable[[str, str], object]] = []
        self._app: Brubeck | None = None
        self._handling: Handling | None = None
        # Before there is a server there is nobody to tell, but names are looked at all the same.
        self._telling = Telling((), None, nullcontext())
        self._endpoints: list[Endpoint] = []
        self._stopped: Any = None
        self._stopping = False

    def setup(self, app: Brubeck) -> None:
        self._stopped = app.concurrency.event()

    def on_disconnect(self, hook: Callable[[str, str], object]) -> None:
        """Call ``hook(sender, conn_id)`` as ordinary work when a client goes away.

        It may come for a client whose answer is long written, and does not come for clients
        that the server itself gave up.
        """
        self._hooks.append(hook)

    # -- life cycle -----------------------------------------------------------------------

    def serve(self, app: Brubeck) -> None:
        """Answer until `stop`. Raises `ConfigError` when an address cannot be used."""
        import zmq
        from brubeck_core.workers.supervised import ready
        from brubeck_mongrel2.endpoint import Endpoint
        from brubeck_mongrel2.handling import Handling
        from brubeck_mongrel2.spool import Spool

        app.start()
        concurrency = app.concurrency
        spool = None
        if self.upload_dir is not None:
            spool = Spool(self.upload_dir)
            spool.remove_orphans()
        self._app = app
        self._handling = handling = Handling(
            app,
            max_requests=self.max_requests
            or (_MAX_THREADS if concurrency.preemptive else _MAX_GREENLETS),
            cancel=self.cancel,
            access_log=self.access_log,
            on_disconnect=self._disconnected,
            spool=spool,
        )
        self._telling = handling.telling
        # Made here and not before: a context does not survive a fork.
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        tending: Watch | None = None
        try:
            for number, (_, pub) in enumerate(self.addresses):
                open_intake, is_direct = self._intake(number, context, handling)
                endpoint = Endpoint(
                    context, pub, concurrency, handling, open_intake, knocks=is_direct
                )
                self._endpoints.append(endpoint)
                handling.watch(endpoint)
                endpoint.open()
                endpoint.take()

            def tend() -> None:
                handling.tend()
                if tending is not None:
                    tending.resume()

            tending = concurrency.call_later(_TEND, tend)
            ready()
            self._stopped.wait()
        finally:
            if tending is not None:
                tending.close()
            for endpoint in self._endpoints:
                endpoint.close(_LINGER)
            self._endpoints.clear()
            context.term()

    def _intake(
        self, number: int, context: zmq.Context[zmq.Socket[bytes]], handling: Handling
    ) -> tuple[Callable[[Endpoint], Intake], bool]:
        """Return what opens the source of a server's requests, and whether it is the server."""
        from brubeck_core.workers.supervised import companion, is_supervised
        from brubeck_mongrel2.dispatch.messages import address_in
        from brubeck_mongrel2.intake import DirectIntake, DispatchedIntake

        concurrency = handling.concurrency
        pull, pub = self.addresses[number]
        if self.dispatchers:
            address = self.dispatchers[number]
        elif is_supervised():
            address = address_in(companion("brubeck_mongrel2.dispatch", pull, pub), pull)
        else:
            return lambda endpoint: DirectIntake(context, pull, concurrency, endpoint.turn), True

        def open_dispatched(endpoint: Endpoint) -> Intake:
            return DispatchedIntake(
                context,
                address,
                concurrency,
                endpoint.turn,
                on_gone=endpoint.lose,
                on_flow=partial(handling.use_credits, endpoint),
            )

        return open_dispatched, False

    def stop(self, timeout: float = 30.0) -> None:
        """Take what has come in, answer it within `timeout` seconds, then close.

        Clients that are not answered by then are cut.

        What comes in afterwards goes to other processes, or waits in the server for the next.
        """
        app, handling = self._app, self._handling
        if self._stopping or app is None or handling is None:
            if self._stopped is not None:
                self._stopped.set()
            return
        self._stopping = True
        drained = app.concurrency.event()

        left = len(self._endpoints)

        def drained_one() -> None:
            nonlocal left
            left -= 1
            if not left:
                handling.say_goodbye()
                drained.set()

        def drain() -> None:
            for endpoint in self._endpoints:
                endpoint.drain(drained_one)

        # Sockets are read in the event loop only.
        app.concurrency.call_later(0, drain)
        drained.wait(timeout)
        if not handling.idle.wait(timeout):
            log.warning("some requests were not answered within %s s; they are cut", timeout)
            handling.cut()
        self._stopped.set()

    def describe(self) -> str:
        """Return the addresses of the servers."""
        return ", ".join(f"Mongrel2 at {pull} and {pub}" for pull, pub in self.addresses)

    # -- the original's names -------------------------------------------------------------

    def send(self, uuid: str, conn_id: str, msg: bytes | str) -> None:
        """Write bytes, or text as UTF-8, to one client as they are.

        Waits while the client has too much on its way.

        Args:
            uuid: the `sender` of a request.
            conn_id: its `conn_id`.
            msg: not empty; `close` closes.

        Raises `ValueError` for names Mongrel2 could not read, or an empty message.
        """
        self._telling.send(uuid, str(conn_id), _bytes(msg))

    def reply(self, req: Any, msg: bytes | str) -> None:
        """Write bytes, or text, to the client of a request; raises as `send`."""
        self.send(req.sender, req.conn_id, msg)

    def reply_bulk(self, uuid: str, idents: Iterable[str], data: bytes | str) -> None:
        """Write the same to any number of a server's clients; raises as `send`.

        Waits for none of them: one that falls far behind is cut.
        """
        self._telling.send_bulk(uuid, map(str, idents), _bytes(data))

    def close(self, uuid: str, conn_id: str) -> None:
        """Close a client's connection once all before it is written; raises as `send`."""
        self.close_bulk(uuid, [conn_id])

    def close_bulk(self, uuid: str, idents: Iterable[str]) -> None:
        """Close any number of a server's connections; raises as `send`."""
        self._telling.close_bulk(uuid, map(str, idents))

    def _disconnected(self, sender: str, conn_id: str) -> None:
        for hook in self._hooks:
            hook(sender, conn_id)


def _as_list(addresses: str | Sequence[str]) -> list[str]:
    return [addresses] if isinstance(addresses, str) else list(addresses)


def _bytes(data: bytes | str) -> bytes:
    return data.encode() if isinstance(data, str) else data
