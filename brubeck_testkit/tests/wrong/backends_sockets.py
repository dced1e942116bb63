"""Backends that are wrong in one way each, in how they listen."""

from __future__ import annotations

import threading

import pytest
from brubeck_core.builtin.backend_parts.accept_loop import AcceptLoop
from brubeck_core.builtin.threads import Threads
from brubeck_testkit.concurrency import sockets
from brubeck_testkit.concurrency.sockets import SocketSuite


class Right(Threads):
    """The backend that is right, whose listeners can be replaced."""

    made_listener = AcceptLoop

    def listen(self, sock, handle, *, inline=False):
        return self.made_listener(self, sock, handle, inline)


class Wrong(SocketSuite):
    made: type[Right]

    @pytest.fixture(autouse=True)
    def hasty(self, monkeypatch):
        monkeypatch.setattr(sockets, "PATIENCE", 3.0)

    @pytest.fixture
    def backend(self):
        return self.made()


class TestRight(Wrong):
    meant_for = None
    made = Right


class TestServesAFew(Wrong):
    meant_for = "test_connections_are_served_at_the_same_time"

    class made(Right):
        def listen(self, sock, handle, *, inline=False):
            few = threading.Semaphore(5)

            def turn(client, address):
                with few:
                    handle(client, address)

            return super().listen(sock, handle if inline else turn, inline=inline)


class TestStartsAtOnce(Wrong):
    meant_for = "test_nothing_is_accepted_before_the_start"

    class made(Right):
        class made_listener(AcceptLoop):
            def __init__(self, *arguments):
                super().__init__(*arguments)
                super().start()

            def start(self):
                pass


class TestGoesOnListening(Wrong):
    meant_for = "test_a_stopped_listener_refuses_and_open_connections_go_on"

    class made(Right):
        class made_listener(AcceptLoop):
            def stop(self):
                pass


class TestIgnoresAPause(Wrong):
    meant_for = "test_a_paused_listener_lets_connections_wait"

    class made(Right):
        class made_listener(AcceptLoop):
            def pause(self):
                pass


class TestHandsOutBlockingSockets(Wrong):
    meant_for = "test_an_inline_listener_hands_out_bare_sockets"

    class made(Right):
        def listen(self, sock, handle, *, inline=False):
            def blocking(client, address):
                client.settimeout(0.01)
                handle(client, address)

            return super().listen(sock, blocking if inline else handle, inline=inline)


class TestHidesFailures(Wrong):
    meant_for = "test_a_failing_handler_ends_only_its_connection"

    class made(Right):
        def listen(self, sock, handle, *, inline=False):
            def silent(client, address):
                try:
                    handle(client, address)
                except Exception:
                    pass

            return super().listen(sock, silent, inline=inline)


class TestGivesUpWithoutDescriptors(Wrong):
    meant_for = "test_a_listener_survives_running_out_of_descriptors"

    class made(Right):
        class made_listener(AcceptLoop):
            def _end_rest(self):
                pass
