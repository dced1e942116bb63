"""The promises about listening sockets."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brubeck_core.interfaces.concurrency import Concurrency, Listener, Queue
from brubeck_testkit.concurrency.base import MOMENT, PATIENCE, BackendSuite

Connect = Callable[[], Any]
Serve = Callable[..., tuple[Listener, Connect]]


def shout(client: Any, address: Any) -> None:
    """Answer a client in capitals and close it."""
    with client:
        while data := client.recv(100):
            client.sendall(data.upper())


class SocketSuite(BackendSuite, standard=True):
    """What a backend promises of listening and of descriptors."""

    @pytest.fixture
    def serve(self, backend: Concurrency) -> Iterator[Serve]:
        """Return a function that makes a listener for a handler, and one that connects to it."""
        sockets = backend.green_module("socket")
        with contextlib.ExitStack() as closing:

            def serve(
                handle: Callable[[Any, Any], object], **options: bool
            ) -> tuple[Listener, Connect]:
                listening = sockets.socket(socket.AF_INET, socket.SOCK_STREAM)
                listening.bind(("127.0.0.1", 0))
                listening.listen(100)
                address = listening.getsockname()
                listener = backend.listen(listening, handle, **options)
                closing.callback(listener.stop)

                def connect() -> Any:
                    client = sockets.socket(socket.AF_INET, socket.SOCK_STREAM)
                    closing.callback(client.close)
                    client.settimeout(PATIENCE)
                    client.connect(address)
                    return client

                return listener, connect

            yield serve

    def test_connections_are_served_at_the_same_time(self, serve: Serve) -> None:
        listener, connect = serve(shout)
        listener.start()
        clients = [connect() for _ in range(20)]
        for client in reversed(clients):
            client.sendall(b"five")
            assert client.recv(100) == b"FIVE"

    def test_nothing_is_accepted_before_the_start(self, backend: Concurrency, serve: Serve) -> None:
        peers = backend.queue()

        def note(client: Any, peer: Any) -> None:
            peers.put(peer)
            client.close()

        listener, connect = serve(note)
        client = connect()
        backend.sleep(MOMENT)
        assert peers.qsize() == 0
        listener.start()
        assert peers.get(timeout=PATIENCE) == client.getsockname()

    def test_a_stopped_listener_refuses_and_open_connections_go_on(self, serve: Serve) -> None:
        listener, connect = serve(shout)
        listener.start()
        client = connect()
        client.sendall(b"take")
        assert client.recv(100) == b"TAKE"
        listener.stop()
        listener.stop()
        with pytest.raises(ConnectionRefusedError):
            connect()
        client.sendall(b"five")
        assert client.recv(100) == b"FIVE"

    def test_a_paused_listener_lets_connections_wait(
        self, backend: Concurrency, serve: Serve
    ) -> None:
        listener, connect = serve(shout)
        listener.start()
        listener.pause()
        client = connect()
        client.sendall(b"five")
        assert backend.wait_readable(client.fileno(), MOMENT) is False
        listener.resume()
        assert client.recv(100) == b"FIVE"

    def test_an_inline_listener_hands_out_bare_sockets(
        self, backend: Concurrency, serve: Serve
    ) -> None:
        accepted = backend.queue()

        def handle(client: Any, address: Any) -> None:
            with pytest.raises(BlockingIOError):
                client.recv(1)
            client.send(b"five")
            accepted.put(client)

        listener, connect = serve(handle, inline=True)
        listener.start()
        client = connect()
        assert client.recv(100) == b"five"
        accepted.get(timeout=PATIENCE).close()
        assert client.recv(100) == b""

    @pytest.mark.parametrize("inline", [False, True])
    def test_a_failing_handler_ends_only_its_connection(
        self, serve: Serve, logged: Queue, inline: bool
    ) -> None:
        def fail(client: Any, address: Any) -> None:
            client.close()
            raise KeyError("song")

        listener, connect = serve(fail, inline=inline)
        listener.start()
        for _ in range(2):
            assert connect().recv(100) == b""
            # What a connection of another test ends with may be told meanwhile.
            while "KeyError('song')" not in logged.get(timeout=PATIENCE):
                pass

    def test_a_listener_survives_running_out_of_descriptors(
        self, backend: Concurrency, serve: Serve, logged: Queue
    ) -> None:
        listener, connect = serve(shout)
        listener.start()
        first, second = connect(), connect()
        for client in (first, second):
            client.sendall(b"warm")
            assert client.recv(100) == b"WARM"
        sockets = backend.green_module("socket")
        late = sockets.socket(socket.AF_INET, socket.SOCK_STREAM)
        late.settimeout(PATIENCE)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (late.fileno() + 10, limits[1]))
        taken: list[int] = []
        try:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(os.dup(late.fileno()))
            late.connect(first.getpeername())
            assert "Cannot accept" in logged.get(timeout=PATIENCE)
            first.sendall(b"five")
            assert first.recv(100) == b"FIVE"
        finally:
            for fd in taken:
                os.close(fd)
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        late.sendall(b"late")
        assert late.recv(100) == b"LATE"
        late.close()
        assert logged.qsize() <= 1
