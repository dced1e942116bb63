"""Many clients, and workers that come and go, behind the real server.

The application runs in processes of its own, as `brubeck run` starts them; the clients too where
there are many.
"""

import http.client
import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from brubeck_testkit.interpreter import clean_environment
from brubeck_testkit.programs import require_program

BACKENDS = ("gevent", "eventlet", "threads")


class Clients:
    """Clients that ask at an even pace, each for something of its own, on one connection each."""

    def __init__(self, site, count=16, rate=500):
        self._site = site
        self._every = count / rate
        self.answers = 0
        self.failures = []
        self.cut = 0
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more):
        wanted = self.answers + more
        self._site.wait_for(lambda: self.answers >= wanted)

    def _ask(self, number):
        count = 0
        due = time.monotonic()
        client = self._site.client(10)
        while not self._ended.is_set():
            count += 1
            question = f"{number}-{count}"
            try:
                client.request("GET", f"/slow?{question}")
                answer = client.getresponse().read().decode()
            except ConnectionError:
                # The server is gone, which is not the answer of a wrong client.
                self.cut += 1
                client.close()
                time.sleep(0.02)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                client.close()
            else:
                self.answers += 1
                if answer.split()[1:] != [question]:
                    self.failures.append((question, answer))
            due = max(due + self._every, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))
        client.close()


# -- workers that come and go -------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_worker_that_is_told_to_end_under_load_costs_no_request(site, backend):
    running = site(backend, "--workers", "2")
    running.workers(2)
    with Clients(running) as clients:
        for _ in range(3):
            clients.wait_for(100)
            worker = running.workers(2).pop()
            os.kill(worker, signal.SIGTERM)
            running.wait_for(lambda number=worker: not Path(f"/proc/{number}").exists())
        clients.wait_for(100)
    assert clients.failures == []
    assert clients.cut == 0


def test_processes_of_a_dispatcher_come_and_go_under_load_without_a_supervisor(site, folder):
    address = f"ipc://{folder}/dispatch"
    first = site("gevent", dispatcher=address)
    handler = first.server.handler
    command = [sys.executable, "-m", "brubeck_core", "mongrel2", "dispatch", address]
    command += ["--pull", handler.send_spec, "--pub", handler.recv_spec]
    environment = clean_environment({"BRUBECK_PLUGINS": '["mongrel2"]'})
    second = first.another("gevent", dispatcher=address)
    dispatcher = subprocess.Popen(command, env=environment, cwd=first.folder)
    try:
        first.workers(2)
        with Clients(second) as clients:
            clients.wait_for(100)
            first.end()
            clients.wait_for(100)
        assert clients.failures == []
        assert clients.cut == 0
        second.end()
        dispatcher.terminate()
        assert dispatcher.wait(10) == 0
    finally:
        second.kill()
        dispatcher.kill()
        dispatcher.wait()


def test_a_reload_under_load_costs_no_request(site):
    running = site("gevent", "--workers", "2")
    before = running.workers(2)
    with Clients(running) as clients:
        clients.wait_for(100)
        running.process.send_signal(signal.SIGHUP)
        running.wait_for(lambda: "reloaded" in running.log())
        clients.wait_for(100)
    assert clients.failures == []
    assert clients.cut == 0
    assert before.isdisjoint(running.workers(2))


@pytest.mark.parametrize("arguments", [(), ("--workers", "2")], ids=["alone", "workers"])
def test_a_restarted_server_is_served_again_soon(site, arguments):
    running = site("gevent", *arguments)
    running.workers(2 if arguments else 1)
    process = running.server.process
    with Clients(running) as clients:
        for _ in range(2):
            clients.wait_for(100)
            os.kill(process.pid, signal.SIGKILL)
            process.stop()
            process.start()
            restarted = time.monotonic()
            clients.wait_for(1)
            assert time.monotonic() - restarted < 2
            clients.wait_for(100)
    # Each answer is for who asked, although the numbers of connections begin anew.
    assert clients.failures == []


# -- what has several parts, with two workers ---------------------------------------------------


def test_the_parts_of_an_upload_reach_one_worker(site):
    running = site("gevent", "--workers", "2", config={"stream_uploads": True})
    running.workers(2)
    for _ in range(4):
        assert running.ask("/swallow", "PUT", b"x" * 3_000_000) == "3000000"


def test_the_frames_of_a_websocket_reach_one_worker(site):
    running = site("gevent", "--workers", "2")
    running.workers(2)
    answered = set()
    for _ in range(4):
        with running.server.connect() as client, client.makefile("rb") as reader:
            client.sendall(
                b"GET /converse HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            assert b"101" in reader.readline()
            while reader.readline() != b"\r\n":
                pass
            workers = set()
            for _ in range(10):
                client.sendall(b"\x81\x82" + bytes(4) + b"hi")
                size = reader.read(2)[1]
                number, text = reader.read(size).split()
                assert text == b"hi"
                workers.add(number)
        assert len(workers) == 1
        answered |= workers
    assert len(answered) == 2


# -- many clients -------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_five_hundred_connections_are_answered_by_two_workers_evenly(site, backend):
    """For three seconds here.

    The dispatcher gives clients to each worker in turn, but to none that is stuck, as one is for a
    while to which the machine gives no core, nor does that one answer as much. So nothing may fail
    in any case, and the shares have to be even once of a few times.
    """
    running = site(backend, "--workers", "2")
    shares = [shares_of_one(running)]
    while not are_even(shares[-1]) and len(shares) < 4:
        running = running.another(backend, "--workers", "2")
        try:
            shares.append(shares_of_one(running))
        finally:
            running.kill()
    assert are_even(shares[-1]), shares


def are_even(shares):
    return all(0.4 <= share <= 0.6 for share in shares)


def shares_of_one(running):
    """Answer 500 clients without a failure; return one worker's shares of requests and clients."""
    require_program("wrk", install="apt-get install wrk")
    running.workers(2)
    url = f"http://127.0.0.1:{running.server.server.port}/"
    wrk = ["wrk", "-t1", "-c500", f"-d{os.environ.get('BRUBECK_LOAD_SECONDS', '3')}s", url]
    said = subprocess.run(wrk, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "Socket errors" not in said
    assert "Non-2xx" not in said
    requests = int(re.search(r"([0-9]+) requests in", said)[1])
    (one, ones), (two, twos) = running.end().values()
    assert one + two >= requests > 0
    return one / (one + two), ones / (ones + twos)


POLLING = """
import json, selectors, socket, sys, time
port, count = map(int, sys.argv[1:])
HEAD = b"GET /%b HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n"
def ask(path):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(HEAD % path)
        return client.recv(65536).rpartition(b"\\r\\n\\r\\n")[2]
selector = selectors.DefaultSelector()
for _ in range(count):
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(HEAD % b"hold")
    selector.register(client, selectors.EVENT_READ)
deadline = time.monotonic() + 60
while int(ask(b"waiting")) < count:
    assert time.monotonic() < deadline, ask(b"waiting")
    time.sleep(0.1)
began = time.monotonic()
ask(b"wake")
woken = 0
while woken < count and time.monotonic() < began + 20:
    for key, _ in selector.select(1):
        if key.fileobj.recv(65536).endswith(b"news"):
            woken += 1
        selector.unregister(key.fileobj)
print(json.dumps([woken, time.monotonic() - began]))
"""


@pytest.mark.parametrize("backend", ["gevent", "eventlet"])
def test_two_thousand_who_wait_are_woken_at_once(site, backend):
    """On greenlets: as many threads would wait for one another."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < 2500:
        pytest.skip(f"this user may open {hard} files, and the server needs 2500: ulimit -Hn")
    running = site(backend, max_requests="2100")
    running.workers(1)
    command = [sys.executable, "-c", POLLING, str(running.server.server.port), "2000"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stderr + running.log()
    woken, seconds = json.loads(said.stdout)
    assert woken == 2000
    assert seconds < 1
