"""Many connections at once: what they cost, and what they do to others."""

from __future__ import annotations

import resource
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.client import Measurement, Workload, measure
from bench.field import PEERS
from bench.load import say
from bench.servers import CLIENT_CORE, ROOT, Peer, Running, pin, running

_GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
_SLEEP = b"GET /sleep?seconds=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Longer than any measurement takes.
_LONG = 300
_FILES = 24_000
_WARM_UP = 2


@dataclass(frozen=True, slots=True)
class Slowloris:
    """What half-open requests do to others, and how long the last one was borne, in seconds."""

    alone: Measurement
    beside: Measurement
    held: float
    cut: int


def raise_file_limit() -> None:
    """Let this process, and those it starts, open as many files as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def idle_memory(names: Sequence[str], counts: Sequence[int]) -> dict[str, dict[int, float]]:
    """Return bytes per connection that has had one answer, for each peer and count."""
    return {
        name: {count: _each(name, count, _GET, b"Take five") for count in counts} for name in names
    }


def sleeper_memory(names: Sequence[str], counts: Sequence[int]) -> dict[str, dict[int, float]]:
    """Return bytes per handler that sleeps, for each peer and count."""
    return {
        name: {count: _each(name, count, _SLEEP % _LONG, b"") for count in counts} for name in names
    }


def active_beside_idle(name: str, count: int, seconds: int) -> tuple[Measurement, Measurement]:
    """Measure one active client alone, and while `count` others hold idle connections."""
    workload = Workload("one", connections=1)
    with running(PEERS[name]) as server:
        alone = measure(server, workload, seconds)
        with open_connections(server, count, _GET, b"Take five"):
            beside = measure(server, workload, seconds)
    say(
        f"{PEERS[name].label}: p99 {alone.p99 * 1e3:.2f} ms alone, {beside.p99 * 1e3:.2f} ms "
        f"beside {count} idle connections"
    )
    return alone, beside


def slowloris(name: str, count: int, timeout: float) -> Slowloris:
    """Measure other clients while `count` connections send a head that never ends."""
    workload = Workload("others", connections=50)
    seconds = int(timeout)
    with running(PEERS[name]) as server:
        measure(server, workload, _WARM_UP)
        alone = measure(server, workload, seconds)
        dripping = subprocess.Popen(
            pin(
                CLIENT_CORE, [sys.executable, "-m", "bench.dripping", str(server.port), str(count)]
            ),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        with dripping:
            assert dripping.stdout is not None
            dripping.stdout.readline()  # all are connected
            beside = measure(server, workload, seconds)
            held, cut = dripping.stdout.readline().split()
    found = Slowloris(alone, beside, float(held), int(cut))
    say(
        f"{PEERS[name].label}: {count} half-open heads, {found.cut} cut within {found.held:.1f} s; "
        f"p99 of others {alone.p99 * 1e3:.1f} -> {beside.p99 * 1e3:.1f} ms"
    )
    return found


def memory_over_requests(name: str, total: int) -> list[tuple[int, int]]:
    """Return pairs of requests answered and memory in bytes, on the way to `total` requests."""
    workload = Workload("many")
    points: list[tuple[int, int]] = []
    answered = 0
    with running(PEERS[name]) as server:
        measure(server, workload, _WARM_UP)
        while answered < total:
            found = measure(server, workload, _WARM_UP)
            answered += int(found.rate * _WARM_UP)
            points.append((answered, server.memory()))
    say(f"{PEERS[name].label}: {slope(points) * 100_000 / 2**20:+.2f} MiB per 100,000 requests")
    return points


def slope(points: Sequence[tuple[int, int]]) -> float:
    """Return bytes per request: the line that fits the points best."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points) or 1.0
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


@contextmanager
def open_connections(
    server: Running, count: int, request: bytes, expected: bytes
) -> Iterator[list[socket.socket]]:
    """Open connections that have sent one request and, if one is expected, had the answer."""
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            sock = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            opened.append(sock)
            sock.sendall(request)
            received = b""
            while not received.endswith(expected):
                # Some servers send the head of an answer on its own.
                received += sock.recv(4096) or _closed_by(server.peer)
        yield opened
    finally:
        for sock in opened:
            sock.close()


def _each(name: str, count: int, request: bytes, expected: bytes) -> float:
    with running(PEERS[name]) as server:
        # What is made once, at the first requests, is not the connections' share.
        measure(server, Workload("warm up", connections=10), _WARM_UP)
        before = server.memory()
        with open_connections(server, count, request, expected) as opened:
            time.sleep(1.0)
            each = (server.memory() - before) / count
            lost = _closed(opened)
    say(f"{PEERS[name].label}: {each:,.0f} bytes each of {count}, {lost} lost")
    if lost:
        raise RuntimeError(f"{PEERS[name].label} closed {lost} of {count} connections")
    return each


def _closed_by(peer: Peer) -> bytes:
    raise RuntimeError(f"{peer.label} closed a connection instead of answering")


def _closed(opened: Sequence[socket.socket]) -> int:
    """Count the connections that the server has ended or answered when it should not have."""
    with selectors.DefaultSelector() as selector:
        for sock in opened:
            selector.register(sock, selectors.EVENT_READ)
        return len(selector.select(0))
