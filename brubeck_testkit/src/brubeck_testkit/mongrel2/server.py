"""A Mongrel2 without the server: it binds the two sockets and plays clients."""

from __future__ import annotations

import select
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from brubeck_testkit.mongrel2.client import FakeClient
from brubeck_testkit.mongrel2.messages import (
    CONTROL_PATH,
    Reply,
    pack,
    read_command,
    unpack_reply,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType, TracebackType

    from brubeck_testkit.mongrel2.answers import Answer
    from brubeck_testkit.mongrel2.messages import Headers

# ZeroMQ tells of new messages once; look again after this long in case that was missed.
_LOOK_AGAIN = 0.05
_ANY_PORT = "tcp://127.0.0.1:*"


class FakeMongrel2:
    """Serve as the Mongrel2 of a test: handlers connect to it as to the real one.

    Args:
        protocol: ``"json"`` or ``"tnetstring"``, the form of request headers.
        sender: the `send_ident`; replies have to be addressed with it.
        flow_control: play the setting `download.flow_control`.
        timeout: seconds that any wait may take before `TimeoutError`.

    Use it as a context manager, and hand `pull_addr` and `pub_addr` to the connection under
    test::

        with FakeMongrel2() as server:
            app = Brubeck(connection=Mongrel2Connection(server.pull_addr, server.pub_addr))
            app.concurrency.spawn(app.run)
            assert server.request("GET", "/").status == 200

    It waits through the standard library's `select`, and so works in patched processes too.
    """

    def __init__(
        self,
        *,
        protocol: str = "json",
        sender: str = "fake-1",
        flow_control: bool = False,
        timeout: float = 10.0,
    ) -> None:
        self.protocol = protocol
        self.sender = sender
        self.flow_control = flow_control
        self.timeout = timeout
        #: Replies that the real server would have skipped as malformed.
        self.skipped: list[bytes] = []
        #: Replies for connections there are not, or not any more; the handler is told so.
        self.bounced: list[Reply] = []
        self._clients: dict[str, FakeClient] = {}
        self._last_id = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._zmq = zmq = _import_zmq()
        self._context = zmq.Context()
        self._open(_ANY_PORT, _ANY_PORT)
        self.pull_addr = self._push.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0")
        self.pub_addr = self._sub.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()
        self._context.term()

    def connect(self) -> FakeClient:
        """Open a client's connection."""
        with self._lock:
            self._last_id += 1
            client = FakeClient(self, str(self._last_id))
            self._clients[client.conn_id] = client
        return client

    def request(
        self, method: str, target: str, headers: Headers | None = None, body: bytes = b""
    ) -> Answer:
        """Send one request on a connection of its own and return the answer."""
        return self.connect().request(method, target, headers, body)

    def disconnect(self, conn_id: str) -> None:
        """Tell the handlers that a client is gone."""
        self._clients.pop(conn_id, None)
        self.send({"METHOD": "JSON"}, b'{"type":"disconnect"}', path=CONTROL_PATH, conn_id=conn_id)

    def send(self, headers: Headers, body: bytes, *, path: str, conn_id: str) -> None:
        """Send a message of these headers as it is."""
        self.send_raw(self._packed(headers, body, path=path, conn_id=conn_id))

    def _packed(self, headers: Headers, body: bytes, *, path: str, conn_id: str) -> bytes:
        return pack(
            headers,
            body,
            path=path,
            sender=self.sender,
            conn_id=conn_id,
            protocol=self.protocol,
        )

    def send_raw(self, message: bytes) -> None:
        """Send any bytes. Raises `TimeoutError` when no handler connects in time."""
        self.wait_for(lambda: self._try_send(message), "a handler to connect")

    def restart(self) -> None:
        """End, and begin again at the same addresses: no client is known, and ids count from 1."""
        with self._lock:
            self._close()
            self._clients.clear()
            self._last_id = 0
            self._open(self.pull_addr, self.pub_addr)

    def wait_for(self, ready: Callable[[], object], what: str) -> None:
        """Take replies in until `ready()` is true. Raises `TimeoutError`, naming `what`."""
        deadline = time.monotonic() + self.timeout
        while True:
            with self._lock:
                self._take_replies()
                if ready():
                    return
            if time.monotonic() >= deadline:
                raise TimeoutError(f"waited {self.timeout} s for {what}")
            select.select([self._sub.getsockopt(self._zmq.FD)], [], [], _LOOK_AGAIN)

    def _open(self, pull_addr: str, pub_addr: str) -> None:
        zmq = self._zmq
        self._push = self._context.socket(zmq.PUSH)
        self._sub = self._context.socket(zmq.SUB)
        self._sub.setsockopt(zmq.SUBSCRIBE, self.sender.encode())
        for socket, address in ((self._push, pull_addr), (self._sub, pub_addr)):
            socket.setsockopt(zmq.LINGER, 0)
            self._bind(socket, address)

    def _bind(self, socket: Any, address: str) -> None:
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                socket.bind(address)
            except self._zmq.ZMQError:
                # ZeroMQ closes in the background what was bound there before.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    def _close(self) -> None:
        self._push.close()
        self._sub.close()

    def _try_send(self, message: bytes) -> bool:
        try:
            self._push.send(message, self._zmq.NOBLOCK)
        except self._zmq.Again:
            return False
        return True

    def _take_replies(self) -> None:
        while True:
            try:
                raw = self._sub.recv(self._zmq.NOBLOCK)
            except self._zmq.Again:
                return
            reply = unpack_reply(raw)
            if reply is None:
                self.skipped.append(raw)
                continue
            for conn_id in reply.conn_ids:
                client = self._clients.get(conn_id)
                if client is None or client.closed:
                    self._bounce(reply, conn_id)
                else:
                    client.take(reply)

    def _bounce(self, reply: Reply, conn_id: str) -> None:
        """Answer a reply for a connection that is not there; to cancel it is no mistake."""
        if reply.command and "cancel" in read_command(reply.payload):
            return
        self.bounced.append(reply)
        notice = {"METHOD": "JSON"}, b'{"type":"disconnect"}'
        self._try_send(self._packed(*notice, path=CONTROL_PATH, conn_id=conn_id))


def _import_zmq() -> ModuleType:
    try:
        import zmq
    except ImportError as error:
        raise ImportError("FakeMongrel2 speaks ZeroMQ; run: pip install pyzmq") from error
    return zmq
