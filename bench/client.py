"""The client: wrk on a core of its own, and a look at the answer before it starts."""

from __future__ import annotations

import http.client
import json
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.servers import CLIENT_CORE, Running, pin

_SCRIPT = str(Path(__file__).parent / "wrk.lua")


@dataclass(frozen=True, slots=True)
class Workload:
    """What is asked for, and how.

    Args:
        title: its name in tables.
        path: the request target.
        expected: what has to be in the answer's body.
        connections: how many clients there are at once, all with keep-alive.
        seconds: how long a turn takes.
        turns: how many turns each peer has in a round; more and shorter ones where peers are near,
            since this kind of machine changes its speed for seconds.
        form: the body of a form to be posted; a GET without.
        think: the longest time in milliseconds a client thinks before a request, 0 for none.
        routes: how many further routes the application has.
        varied: whether no two requests have the same head; wrk's own are all alike.
    """

    title: str
    path: str = "/"
    expected: str = "Take five"
    connections: int = 100
    seconds: int = 5
    turns: int = 1
    form: str | None = None
    think: int = 0
    routes: int = 0
    varied: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """One round of one peer; times in seconds."""

    rate: float
    p50: float
    p99: float
    cpu: float
    errors: int


def check(server: Running, workload: Workload) -> None:
    """Ask once. Raises `RuntimeError` when the answer is not the expected one."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if workload.form else {}
        method = "POST" if workload.form else "GET"
        connection.request(method, workload.path, workload.form, headers)
        answer = connection.getresponse()
        body = answer.read().decode()
    if answer.status != 200 or workload.expected not in body:
        raise RuntimeError(f"{server.peer.label}, {workload.title}: {answer.status} {body[:500]}")


def measure(server: Running, workload: Workload, seconds: int) -> Measurement:
    """Load a server for so many seconds."""
    command = ["wrk", "-t1", f"-c{workload.connections}", f"-d{seconds}s", "-s", _SCRIPT]
    command += [f"http://127.0.0.1:{server.port}{workload.path}", "--", str(workload.think)]
    if workload.varied:
        command.append("varied")
    elif workload.form:
        command += ["form", workload.form]
    before = server.cpu_seconds()
    done = subprocess.run(
        pin(CLIENT_CORE, command), check=True, capture_output=True, text=True, timeout=seconds + 30
    )
    cpu = server.cpu_seconds() - before
    found = json.loads(done.stdout.splitlines()[-1])
    count = max(found["requests"], 1)
    return Measurement(
        rate=found["requests"] / found["microseconds"] * 1e6,
        p50=found["p50"] / 1e6,
        p99=found["p99"] / 1e6,
        cpu=cpu / count,
        errors=found["errors"],
    )
