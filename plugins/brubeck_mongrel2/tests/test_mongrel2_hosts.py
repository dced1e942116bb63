"""Many hosts behind one server: three network namespaces, joined by cables of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from brubeck_mongrel2.operations import init
from brubeck_testkit.interpreter import clean_environment
from brubeck_testkit.programs import require_program

PORT = 6767
APP = """\
import os
from brubeck_core import Brubeck

app = Brubeck()

@app.add_route("^/")
def say_where(application, message):
    return os.environ["HOST"]
"""
# Connections that ask again and again, until SECONDS have passed and each has had, on average, the
# answers that it takes to see who shares them; prints who answered how often.
CLIENT = """\
import collections, http.client, json, sys, threading, time
port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
answers, end = collections.Counter(), time.monotonic() + seconds

def ask():
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while time.monotonic() < end or answers.total() < 20 * connections:
        try:
            client.request("GET", "/")
            answer = client.getresponse()
            answers[answer.read().decode() if answer.status == 200 else answer.status] += 1
        except OSError as error:
            answers[f"failed: {error!r}"] += 1
            client.close()
        time.sleep(0.005)

threads = [threading.Thread(target=ask) for _ in range(connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(answers))
"""


class Hosts:
    """A server's host and those of two handlers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._prefix = f"brubeck{os.getpid()}"
        self.server = self._namespace("s")
        self.addresses: dict[str, str] = {}

    def add(self, name: str) -> None:
        """Make the host `name`, with a cable to the server's."""
        host = self._namespace(name)
        number = len(self.addresses) + 1
        near, far = f"bs{os.getpid()}{name}", f"bh{os.getpid()}{name}"
        ip("link", "add", near, "netns", self.server, "type", "veth", "peer", far, "netns", host)
        for namespace, device, last in ((self.server, near, 1), (host, far, 2)):
            ip("-n", namespace, "address", "add", f"10.77.{number}.{last}/24", "dev", device)
            ip("-n", namespace, "link", "set", device, "up")
        self.addresses[name] = f"10.77.{number}.1"

    def namespace(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def _namespace(self, name: str) -> str:
        namespace = self.namespace(name)
        ip("netns", "add", namespace)
        self._stack.callback(ip, "netns", "delete", namespace)
        ip("-n", namespace, "link", "set", "lo", "up")
        return namespace

    def start(self, name: str, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a program on a host; it is killed at the end if it still runs."""
        log = (self._folder / f"{name}.log").open("ab")
        self._stack.callback(log.close)
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace(name), *command],
            cwd=self._folder / name,
            env=clean_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._stack.callback(end, process)
        return process

    def load(self, connections: int, seconds: float) -> subprocess.Popen[str]:
        """Start clients on the server's host."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.server, sys.executable, "-c", CLIENT]
            + [str(PORT), str(connections), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
        )


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def counted(client: subprocess.Popen[str]) -> Counter[str]:
    output, _ = client.communicate(timeout=60)
    return Counter(json.loads(output))


@contextmanager
def two_hosts(folder: Path) -> Iterator[tuple[Hosts, dict[str, subprocess.Popen[bytes]]]]:
    """Run Mongrel2 on one host and a handler process on each of two others."""
    with ExitStack() as stack:
        hosts = Hosts(folder, stack)
        for name in ("one", "two"):
            hosts.add(name)
        (folder / "s").mkdir()
        (folder / "s" / "brubeck.toml").write_text('plugins = ["mongrel2"]\n')
        everywhere = {"bind_addr": "0.0.0.0", "pull_addr": "tcp://0.0.0.0:9999"}
        init(folder / "s" / "mongrel2", port=PORT, pub_addr="tcp://0.0.0.0:9998", **everywhere)
        brubeck = (sys.executable, "-m", "brubeck_core")
        hosts.start("s", *brubeck, "mongrel2", "run")
        handlers = {}
        for name, address in hosts.addresses.items():
            (folder / name).mkdir()
            (folder / name / "web.py").write_text(APP)
            (folder / name / "brubeck.toml").write_text(
                f'app = "web:app"\n[connection]\nuse = "mongrel2"\n[connection.mongrel2]\n'
                f'pull = "tcp://{address}:9999"\npub = "tcp://{address}:9998"\n'
            )
            handlers[name] = hosts.start(name, *brubeck, "run", "--workers", "2", HOST=name)
        wait_for_both(hosts)
        yield hosts, handlers


def wait_for_both(hosts: Hosts) -> None:
    deadline = time.monotonic() + 30
    while set(counted(hosts.load(1, 0.2))) != {"one", "two"}:
        assert time.monotonic() < deadline, "the hosts do not both answer"


@pytest.fixture
def may_make_namespaces() -> None:
    require_program("ip", install="apt-get install iproute2")
    require_program("mongrel2", install="apt-get install mongrel2-core")
    name = f"brubeck{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"network namespaces need root, and a kernel that lets it: {made.stderr}")
    ip("netns", "delete", name)


@pytest.mark.usefixtures("may_make_namespaces")
def test_two_hosts_share_the_requests(folder: Path) -> None:
    with two_hosts(folder) as (hosts, handlers):
        shared = counted(hosts.load(10, 1.0))
        assert set(shared) == {"one", "two"}
        assert 0.4 < shared["one"] / shared.total() < 0.6
        # New code for one of them, while requests come in.
        under_load = hosts.load(10, 4.0)
        time.sleep(0.5)
        handlers["one"].send_signal(signal.SIGHUP)
        assert set(counted(under_load)) == {"one", "two"}
        handlers["one"].terminate()
        assert handlers["one"].wait(15) == 0
        assert set(counted(hosts.load(2, 0.3))) == {"two"}
