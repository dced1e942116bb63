"""What a framework costs without a server: its WSGI callable, called in this process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

_TURNS, _ROUNDS, _CALLS = 3, 100, 100
_ALL_UP_TO = 1000
NAMES = ("brubeck", "falcon", "flask")
_OURS = {"BRUBECK_CONNECTION": "local", "BRUBECK_LOG_LEVEL": "ERROR", "BRUBECK_RENDERER": "string"}


def dispatch_costs(counts: tuple[int, ...]) -> dict[str, dict[int, float]]:
    """Return seconds per request for each framework and number of routes; the last is asked."""
    found: dict[str, dict[int, float]] = {name: {} for name in NAMES}
    # In turns: a process has the speed of the machine in its minute.
    for count in counts * _TURNS:
        # Falcon takes minutes to add thousands of routes, Flask to look at them once.
        names = NAMES if count <= _ALL_UP_TO else NAMES[:1]
        # The applications read the number of routes when they are imported.
        done = subprocess.run(
            [sys.executable, "-m", "bench.dispatch", *names],
            env={**os.environ, **_OURS, "BENCH_ROUTES": str(count)},
            check=True,
            capture_output=True,
            text=True,
        )
        for name, seconds in json.loads(done.stdout).items():
            found[name][count] = min(seconds, found[name].get(count, seconds))
    return found


def _main(names: list[str]) -> None:
    calls = {name: _call(name) for name in names}
    best = dict.fromkeys(names, float("inf"))
    for _ in range(_ROUNDS):
        for name, call in calls.items():
            started = time.perf_counter()
            for _ in range(_CALLS):
                call()
            best[name] = min(best[name], (time.perf_counter() - started) / _CALLS)
    print(json.dumps(best))


def _call(name: str) -> Callable[[], None]:
    from importlib import import_module

    from bench.peers.content import LAST_ROUTE

    module = import_module(f"bench.peers.{name}_app")
    application = module.app if name == "brubeck" else module.application
    environ = {**_ENVIRON, "PATH_INFO": LAST_ROUTE}

    def call() -> None:
        # A fresh one each time, as from a server: frameworks leave things in it.
        for _ in application({**environ}, start_response):
            pass

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        assert status == "200 OK", status

    return call


_ENVIRON: dict[str, Any] = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "QUERY_STRING": "",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "localhost",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.input": io.BytesIO(),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}

if __name__ == "__main__":
    _main(sys.argv[1:])
