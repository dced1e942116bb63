"""`brubeck run --workers`: several processes, one service."""

import os
import signal
import socket
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from brubeck_testkit.interpreter import run_python
from brubeck_testkit.servers import HOST, free_port, serving

BRUBECK = [sys.executable, "-m", "brubeck_core", "run"]
BACKENDS = ["threads", "gevent", "eventlet"]
SECONDS = 40.0

APP = """
import os
from pathlib import Path
from brubeck_core import Brubeck

app = Brubeck()

@app.add_route("^/$")
def name(application, message):
    return f"{os.getpid()} VERSION"

@app.add_route("^/wait/(.+)$")
def wait(application, message, name):
    Path(f"begun-{name}").touch()
    while not Path("go").exists():
        application.concurrency.sleep(0.01)
    return "done"
"""

each_backend = pytest.mark.parametrize("backend", BACKENDS)


class Service:
    """A supervisor with workers that serve `APP` from `folder`."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder
        self.pid = server.process.pid

    def log(self):
        return self.server.output()

    def wait_until(self, condition):
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.01)

    def wait_for(self, text, times=1):
        self.wait_until(lambda: self.log().count(text) >= times)

    def pids(self):
        """Return the processes that serve or have served, in the order in which they came."""
        lines = [line for line in self.log().splitlines() if line.endswith(") serves")]
        return [int(line.split("worker ")[1].split()[0]) for line in lines]

    def answer(self):
        pid, version = self.server.get("/").text.split()
        return int(pid), version

    def reload(self):
        times = self.log().count(": reloaded") + 1
        os.kill(self.pid, signal.SIGHUP)
        self.wait_for(": reloaded", times)

    def write(self, version):
        (self.folder / "app.py").write_text(APP.replace("VERSION", version))


@contextmanager
def service(folder, *options, workers=2, backend="gevent"):
    port = free_port()
    (folder / "app.py").write_text(APP.replace("VERSION", "old"))
    command = [*BRUBECK, "app.py", "--workers", str(workers), "--concurrency", backend]
    with serving([*command, "--bind", f"{HOST}:{port}", *options], port, cwd=folder) as server:
        running = Service(server, folder)
        running.wait_for(") serves", times=workers)
        yield running


@each_backend
def test_requests_are_answered_by_every_worker(backend, tmp_path):
    with service(tmp_path, backend=backend) as running:
        pids = set(running.pids())
        assert len(pids) == 2
        assert running.pid not in pids
        answered = set()
        running.wait_until(lambda: answered.add(running.answer()[0]) or answered == pids)


@pytest.mark.parametrize(
    ("toml", "variables"),
    [("workers = 2", {}), ("", {"BRUBECK_WORKERS": "2"})],
    ids=["file", "environment"],
)
def test_the_number_is_a_setting(toml, variables, tmp_path):
    port = free_port()
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "brubeck.toml").write_text(toml)
    command = [*BRUBECK, "--bind", f"{HOST}:{port}"]
    with serving(command, port, cwd=tmp_path, env=variables) as server:
        Service(server, tmp_path).wait_for("(2 of 2) serves")


def test_a_program_that_runs_by_itself_says_that_it_is_alone(tmp_path):
    port = free_port()
    program = tmp_path / "program.py"
    program.write_text(f"{APP}\napp.run()\n")
    (tmp_path / "brubeck.toml").write_text("workers = 2\nconnection = 'wsgi'")
    env = {"BRUBECK_CONNECTION__WSGI__PORT": str(port)}
    with serving([sys.executable, str(program)], port, cwd=tmp_path, env=env) as server:
        assert "workers = 2 (brubeck.toml, key workers) is for `brubeck run`" in server.output()


# -- the end -----------------------------------------------------------------------------------

ENDS = {
    "the supervisor is told": lambda running: [(running.pid, signal.SIGTERM)],
    "all are told, as by systemd": lambda running: [
        (pid, signal.SIGTERM) for pid in (running.pid, *running.pids())
    ],
    "all are told, as by Ctrl-C": lambda running: [
        (pid, signal.SIGINT) for pid in (running.pid, *running.pids())
    ],
    "the supervisor is killed": lambda running: [(running.pid, signal.SIGKILL)],
}


@pytest.mark.parametrize(
    ("told", "backend"),
    [(told, "gevent") for told in ENDS]
    + [
        (told, backend)
        for told in ("the supervisor is told", "the supervisor is killed")
        for backend in ("threads", "eventlet")
    ],
)
def test_requests_in_flight_are_answered_at_the_end(told, backend, tmp_path):
    count = 10
    with service(tmp_path, backend=backend) as running, ThreadPoolExecutor(count) as pool:
        paths = [f"/wait/{number}" for number in range(count)]
        answers = [pool.submit(running.server.get, path) for path in paths]
        running.wait_until(lambda: len(list(tmp_path.glob("begun-*"))) == count)
        signals = ENDS[told](running)
        for pid, number in signals:
            os.kill(pid, number)
        running.wait_until(lambda: not accepts(running.server.port))
        (tmp_path / "go").touch()
        assert [answer.result(SECONDS).text for answer in answers] == ["done"] * count
        status = running.server.process.wait(SECONDS)
        assert status == (-signal.SIGKILL if signals[0][1] == signal.SIGKILL else 0), running.log()
        running.wait_until(lambda: all(is_gone(pid) for pid in running.pids()))


def accepts(port):
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


def is_gone(pid):
    """Say whether a process has ended; one that nobody has asked for its status has, too."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except FileNotFoundError:
        return Path("/proc").is_dir()  # it has ended between the two questions


# -- under load --------------------------------------------------------------------------------


class Load:
    """Clients that ask one thing after the other, and what became of that.

    Args:
        keep_alive: whether a client keeps its connection as long as the server does.
    """

    CLIENTS = 8

    def __init__(self, port, *, keep_alive):
        self._port = port
        self._head = b"" if keep_alive else b"Connection: close\r\n"
        self._ended = Event()
        self._pool = ThreadPoolExecutor(self.CLIENTS)
        self._clients = []
        #: The clients that have had an answer.
        self.answered = set()
        #: Answers by the process that gave them.
        self.answers = Counter()
        #: What went wrong, and which process the connection was with, if that is known.
        self.failures = []

    def __enter__(self):
        self._clients = [self._pool.submit(self._ask_on, each) for each in range(self.CLIENTS)]
        return self

    def __exit__(self, *error):
        self._ended.set()
        for client in self._clients:
            client.result(SECONDS)
        self._pool.shutdown()

    def _ask_on(self, number):
        while not self._ended.is_set():
            pid = None
            try:
                client = socket.create_connection((HOST, self._port), timeout=SECONDS)
                with client, client.makefile("rb") as reader:
                    again = True
                    # Idle for a moment, also before the first request.
                    while again and not self._ended.wait(0.01):
                        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n%b\r\n" % self._head)
                        pid, again = self._read(reader)
                        self.answers[pid] += 1
                        self.answered.add(number)
            except (EOFError, OSError) as error:
                self.failures.append((pid, error))

    @staticmethod
    def _read(reader):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = reader.readline()
            if not line:
                raise EOFError(head)
            head += line
        assert head.startswith(b"HTTP/1.1 200 "), head
        fields = dict(line.split(b": ", 1) for line in head.lower().splitlines()[1:] if line)
        body = reader.read(int(fields[b"content-length"]))
        return int(body.split()[0]), fields.get(b"connection") != b"close"


@pytest.mark.parametrize(
    ("keep_alive", "backend"), [(True, "threads"), (False, "gevent"), (True, "eventlet")]
)
def test_a_reload_under_load_fails_no_request(keep_alive, backend, tmp_path):
    with service(tmp_path, backend=backend) as running:
        old = running.pids()
        with Load(running.server.port, keep_alive=keep_alive) as load:
            running.wait_until(lambda: sum(load.answers.values()) > 100)
            running.reload()
            new = set(running.pids()) - set(old)
            running.wait_until(lambda: all(is_gone(pid) for pid in old))
            running.wait_until(lambda: sum(load.answers[pid] for pid in new) > 100)
        assert load.failures == []
        assert len(new) == 2


@each_backend
def test_a_worker_that_is_killed_costs_the_others_nothing(backend, tmp_path):
    with service(tmp_path, backend=backend) as running:
        killed, _ = running.pids()
        with Load(running.server.port, keep_alive=True) as load:
            # Of a connection without an answer nobody could say whose it was.
            running.wait_until(
                lambda: len(load.answered) == load.CLIENTS and load.answers[killed] > 10
            )
            os.kill(killed, signal.SIGKILL)
            running.wait_for(") serves", times=3)
            new = running.pids()[-1]
            before = sum(load.answers.values())
            running.wait_until(lambda: sum(load.answers.values()) > before + 100)
        assert {pid for pid, _ in load.failures} <= {killed}
        assert f"worker {killed} (1 of 2) was killed by SIGKILL; another one starts now" in (
            running.log()
        )
        assert not is_gone(new)


def test_clients_wait_while_the_only_worker_is_replaced(tmp_path):
    with service(tmp_path, workers=1) as running:
        (killed,) = running.pids()
        os.kill(killed, signal.SIGKILL)
        running.wait_for("was killed by SIGKILL")
        pid, _ = running.answer()
        assert pid not in (killed, running.pid)


# -- reloading ---------------------------------------------------------------------------------


def test_a_reload_brings_new_code(tmp_path):
    with service(tmp_path) as running:
        running.write("new")
        running.reload()
        running.wait_until(lambda: all(is_gone(pid) for pid in running.pids()[:2]))
        assert running.answer()[1] == "new"


def test_code_that_does_not_start_is_not_brought(tmp_path):
    with service(tmp_path) as running:
        (tmp_path / "app.py").write_text("raise RuntimeError('half a deployment')")
        os.kill(running.pid, signal.SIGHUP)
        running.wait_for("the reload is given up, and the workers that serve go on")
        assert running.log().count("RuntimeError: half a deployment") == 1
        assert running.answer()[0] in running.pids()
        running.write("mended")
        running.reload()
        running.wait_until(lambda: all(is_gone(pid) for pid in running.pids()[:2]))
        assert running.answer()[1] == "mended"


def test_a_reload_may_move_to_another_address(tmp_path):
    first, second = free_port(), free_port()
    (tmp_path / "app.py").write_text(APP)
    config = tmp_path / "brubeck.toml"
    text = f"workers = 2\n[connection.wsgi]\nbind = '{HOST}:{first}'\n"
    config.write_text(text)
    with serving(BRUBECK, first, cwd=tmp_path) as server:
        running = Service(server, tmp_path)
        running.wait_for(") serves", times=2)
        config.write_text(text.replace(str(first), str(second)))
        running.reload()
        assert accepts(second)
        running.wait_until(lambda: not accepts(first))


@pytest.mark.parametrize(
    ("backend", "server"),
    [("gevent", "pywsgi"), ("eventlet", "eventlet"), ("threads", "waitress")],
)
def test_other_servers_have_workers_too(backend, server, tmp_path):
    (tmp_path / "brubeck.toml").write_text(f"[connection.wsgi]\nserver = '{server}'")
    with service(tmp_path, backend=backend) as running:
        old = running.pids()
        running.reload()
        assert running.answer()[0] in running.pids()
        running.wait_until(lambda: all(is_gone(pid) for pid in old))
        assert running.answer()[0] in running.pids()[2:]


@each_backend
def test_handlers_of_mongrel2_are_workers_too(backend, tmp_path):
    """The Mongrel2 server may come later: ZeroMQ connects when it is there."""
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "brubeck.toml").write_text(
        "workers = 2\n"
        f"concurrency = '{backend}'\n"
        "[connection]\nuse = 'mongrel2'\n"
        f"[connection.mongrel2]\npull = 'ipc://{tmp_path}/pull'\npub = 'ipc://{tmp_path}/pub'\n"
    )
    # `serving` waits for a port, and a handler of Mongrel2 has none.
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with serving(BRUBECK, port, cwd=tmp_path) as server:
            running = Service(server, tmp_path)
            running.wait_for(") serves", times=2)
            old = running.pids()
            running.reload()
            running.wait_until(lambda: all(is_gone(pid) for pid in old))
            assert server.stop() == 0, running.log()


# -- mistakes ----------------------------------------------------------------------------------


def run_workers(folder, *arguments):
    launch = "from brubeck_core.bootstrap import main; main()"
    return run_python(launch, args=["run", *arguments], cwd=folder, timeout=SECONDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere:app", "--workers", "3"), "there is no module 'nowhere'"),
        (("--workers", "3", "--concurrency", "thread"), "Did you mean 'threads'?"),
        (("--workers", "-1"), "workers = -1 (option --workers): it has to be 0"),
        (("--workers", "many"), 'workers = "many" (option --workers): it has to be a whole number'),
    ],
)
def test_a_mistake_is_told_once_and_ends_it(arguments, said, tmp_path):
    done = run_workers(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr.count(said) == 1
    assert "Traceback" not in done.stderr


def test_an_address_in_use_is_told_once_and_ends_it(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    with socket.create_server((HOST, 0)) as taken:
        bind = f"{HOST}:{taken.getsockname()[1]}"
        done = run_workers(tmp_path, "--workers", "3", "--bind", bind)
    assert done.returncode == 2
    assert done.stderr.count(f"cannot serve on {bind}: Address already in use") == 1


def test_a_program_that_fails_is_told_once_and_ends_it(tmp_path):
    (tmp_path / "app.py").write_text("raise RuntimeError('not today')")
    done = run_workers(tmp_path, "--workers", "3")
    assert done.returncode == 1
    assert done.stderr.count("RuntimeError: not today") == 1


def test_the_supervisor_imports_neither_the_application_nor_a_backend(tmp_path):
    launch = (
        "import sys\n"
        "from brubeck_core.workers.supervisor import Supervisor\n"
        "Supervisor.run = lambda self: print(*sys.modules) or 0\n"
        "from brubeck_core.bootstrap import main\n"
        "main()\n"
    )
    (tmp_path / "app.py").touch()
    done = run_python(launch, args=["run", "--workers", "2"], cwd=tmp_path)
    modules = set(done.stdout.split())
    assert "brubeck_core.workers.crew" in modules, done.stderr
    assert not modules & {"app", "asyncio", "brubeck_core.app", "click", "gevent", "pluggy", "ssl"}
