"""What many clients at once cost and can do, and how a real process ends under load."""

from __future__ import annotations

import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_testkit.servers import Server, free_port, serving

KIB, MIB = 1024, 1024 * 1024
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HELLO = b"Take five"

Serve = Callable[..., Server]


@pytest.fixture(autouse=True)
def _many_files() -> Iterator[None]:
    """Let this process and its servers have thousands of connections."""
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def serve(concurrency: Concurrency) -> Iterator[Serve]:
    """Return a function that serves `load_app` on the backend of the tests."""
    with ExitStack() as stack:

        def start(**settings: object) -> Server:
            port = free_port()
            env = {
                "BRUBECK_CONCURRENCY": concurrency.name,
                "BRUBECK_CONNECTION": "wsgi",
                "BRUBECK_CONNECTION__WSGI__PORT": str(port),
                **{
                    name if name.isupper() else f"BRUBECK_CONNECTION__WSGI__{name.upper()}": str(
                        value
                    )
                    for name, value in settings.items()
                },
            }
            command = [sys.executable, "-m", "brubeck_core", "run", "load_app:app"]
            folder = Path(__file__).parent
            return stack.enter_context(serving(command, port, env=env, cwd=folder))

        yield start


@contextmanager
def connections(server: Server, count: int) -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            opened.append(socket.create_connection(("127.0.0.1", server.port), timeout=20))
        yield opened
    finally:
        for sock in opened:
            sock.close()


def receive(sock: socket.socket, end: bytes, count: int = 1) -> bytes:
    received = b""
    while received.count(end) < count:
        data = sock.recv(65536)
        assert data, f"closed after {received!r}"
        received += data
    return received


def memory(server: Server) -> int:
    """Return the bytes that the server alone holds (PSS)."""
    rollup = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) * KIB for line in rollup.splitlines() if "Pss:" in line)


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


needs_smaps = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="the kernel does not tell the PSS"
)


# What an idle connection may cost, and a request whose handler waits with its connection.
IDLE = {"gevent": 6 * KIB, "eventlet": 7 * KIB, "threads": 6 * KIB}
ASLEEP = {"gevent": 16 * KIB, "eventlet": 24 * KIB}


@needs_smaps
def test_an_idle_connection_costs_little(serve: Serve, concurrency: Concurrency) -> None:
    server = serve()
    with connections(server, 50) as warm:
        for sock in warm:
            sock.sendall(GET)
            receive(sock, HELLO)
    before = memory(server)
    with connections(server, 2000) as opened:
        for sock in opened:
            sock.sendall(GET)
            receive(sock, HELLO)
        each = (memory(server) - before) / len(opened)
    assert each <= IDLE[concurrency.name]


@needs_smaps
def test_a_sleeping_handler_costs_little(serve: Serve, concurrency: Concurrency) -> None:
    if concurrency.preemptive:
        pytest.skip("a thread sleeps in each")
    server = serve(max_requests=5000)
    with connections(server, 50) as warm:
        for sock in warm:
            sock.sendall(GET)
            receive(sock, HELLO)
    before = memory(server)
    with connections(server, 1500) as opened:
        for sock in opened:
            sock.sendall(b"GET /sleep?seconds=60 HTTP/1.1\r\nHost: a\r\n\r\n")
        wait_until(lambda: server.get("/asleep").text == "1500")
        each = (memory(server) - before) / len(opened)
    server.process.kill()  # it would wait for them
    assert each <= ASLEEP[concurrency.name]


def test_half_open_heads_are_all_cut_while_others_are_served(serve: Serve) -> None:
    server = serve(header_timeout=2)
    with connections(server, 1000) as slow, connections(server, 1) as (other,):
        for sock in slow:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
            sock.setblocking(False)
        started = time.monotonic()
        longest = 0.0
        open_ones = slow
        while open_ones and time.monotonic() - started < 6:
            asked = time.monotonic()
            other.sendall(GET)
            receive(other, HELLO)
            longest = max(longest, time.monotonic() - asked)
            open_ones = [sock for sock in open_ones if _drips(sock)]
        assert open_ones == []
        assert time.monotonic() - started < 2 + 2 + 1
        assert longest < 1.0


def _drips(sock: socket.socket) -> bool:
    """Send one more byte of a head; say whether the server still wants any."""
    try:
        sock.send(b"a")
        sock.recv(1000)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def test_sigterm_answers_a_hundred_requests_in_flight(serve: Serve) -> None:
    server = serve(threads=128)
    with connections(server, 100) as busy:
        for sock in busy:
            sock.sendall(b"GET /sleep?seconds=2 HTTP/1.1\r\nHost: a\r\n\r\n")
        wait_until(lambda: server.get("/asleep").text == "100")
        server.process.send_signal(signal.SIGTERM)
        answers = [receive(sock, b"slept") for sock in busy]
        assert [answer[:15] for answer in answers] == [b"HTTP/1.1 200 OK"] * 100
        assert all(b"\r\nConnection: close\r\n" in answer for answer in answers)
    assert server.process.wait(10) == 0


def test_out_of_descriptors_it_neither_dies_nor_spins(serve: Serve) -> None:
    server = serve(LOAD_MAX_FILES=64)
    with connections(server, 1) as (first,), connections(server, 150) as rest:
        first.sendall(b"GET /cpu HTTP/1.1\r\nHost: a\r\n\r\n")
        before = cpu_time(first)
        for sock in rest:
            sock.sendall(GET)
        answered, _, _ = select.select(rest, [], [], 1.5)
        first.sendall(b"GET /cpu HTTP/1.1\r\nHost: a\r\n\r\n")
        spent = cpu_time(first) - before
    assert answered
    assert spent < 1.0
    # There is room again.
    assert server.get("/").text == "Take five"


def cpu_time(sock: socket.socket) -> float:
    """Receive the answer of ``/cpu``: the seconds that the server has worked."""
    return float(receive(sock, b"\r\n\r\n").rpartition(b"\r\n")[2])


@needs_smaps
def test_memory_stays_flat_over_many_requests(serve: Serve) -> None:
    server = serve()
    many(server, 20_000)
    before = memory(server)
    many(server, 100_000)
    assert memory(server) - before < MIB


def many(server: Server, total: int) -> None:
    """Send so many requests, on connections that carry a thousand each, some at a time."""
    batch = 50
    for _ in range(total // 1000):
        with closing(socket.create_connection(("127.0.0.1", server.port), timeout=20)) as sock:
            for _ in range(1000 // batch):
                sock.sendall(GET * batch)
                receive(sock, HELLO, batch)
