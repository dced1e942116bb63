"""A Mongrel2 and one handler behind it: ``python -m bench.peers.behind_mongrel2 PORT BACKEND``.

BACKEND is one of this project's, or "bare". The handler has the core of a server, Mongrel2 shares
that of the clients: it is the handler that is measured.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from brubeck_mongrel2.operations import init
from brubeck_mongrel2.server.layout import Layout
from brubeck_mongrel2.server.process import Mongrel2Process

from bench.servers import CLIENT_CORE


def main() -> None:
    """Serve until SIGTERM."""
    port, backend = int(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        pull, pub = f"ipc://{folder}/pull", f"ipc://{folder}/pub"
        root = Path(folder, "site")
        config = init(root, port=port, pull_addr=pull, pub_addr=pub)
        process = Mongrel2Process(Layout(root).config, config.server())
        try:
            _start_on_clients_core(process)
            with subprocess.Popen(_command(backend, pull, pub), env=_environment(pull, pub)) as one:
                try:
                    one.wait()
                finally:
                    one.terminate()
        finally:
            process.stop()


def _start_on_clients_core(process: Mongrel2Process) -> None:
    ours = os.sched_getaffinity(0)
    # Its threads inherit the core of the process that starts it.
    if os.cpu_count() != 1:
        os.sched_setaffinity(0, {CLIENT_CORE})
    process.start()
    os.sched_setaffinity(0, ours)


def _command(backend: str, pull: str, pub: str) -> list[str]:
    if backend == "bare":
        return [sys.executable, "-m", "bench.peers.bare_mongrel2", pull, pub]
    return [sys.executable, "-m", "brubeck_core", "run", "bench.peers.brubeck_app:app"]


def _environment(pull: str, pub: str) -> dict[str, str]:
    return {
        **os.environ,
        "BRUBECK_CONCURRENCY": sys.argv[2],
        "BRUBECK_CONNECTION": "mongrel2",
        "BRUBECK_CONNECTION__MONGREL2__PULL": pull,
        "BRUBECK_CONNECTION__MONGREL2__PUB": pub,
        "BRUBECK_LOG_LEVEL": "ERROR",
    }


if __name__ == "__main__":
    main()
