"""`brubeck_wsgi.serve`, in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest

PROGRAM = Path(__file__).with_name("serve_app.py")


class Serving:
    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "socket")
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), f"unix:{self.path}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def try_connect(self) -> socket.socket | None:
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(10)
        try:
            sock.connect(self.path)
        except OSError:
            sock.close()
            return None
        return sock

    def ask(self) -> socket.socket:
        """Send a request, and return when the application has it."""
        deadline = monotonic() + 20
        while (sock := self.try_connect()) is None:
            assert monotonic() < deadline
            sleep(0.02)
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"asked\n"
        return sock

    def wait_until_closed(self) -> None:
        deadline = monotonic() + 10
        while (sock := self.try_connect()) is not None:
            sock.close()
            assert monotonic() < deadline
            sleep(0.02)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    running = Serving(tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_lets_requests_be_answered(serving: Serving, number: int) -> None:
    with closing(serving.ask()) as sock:
        serving.process.send_signal(number)
        serving.wait_until_closed()
        assert serving.process.stdin is not None
        serving.process.stdin.write(b"\n")
        serving.process.stdin.flush()
        answer = b""
        while data := sock.recv(65536):
            answer += data
    assert b"\r\nConnection: close\r\n" in answer
    assert answer.endswith(b"answered")
    assert serving.process.wait(10) == 0


def test_the_second_signal_ends_the_process(serving: Serving) -> None:
    with closing(serving.ask()):
        serving.process.terminate()
        serving.wait_until_closed()
        serving.process.terminate()
        assert serving.process.wait(10) == 128 + signal.SIGTERM
