"""Twenty people log in at once on gevent, and whoever asks for another page does not notice.

Served by the embedded server in a process of its own, with passwords as costly as they are by
default. Argon2id keeps the cores busy, so the machine's own noise is measured first.
"""

from __future__ import annotations

import http.client
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from time import monotonic, perf_counter
from urllib.parse import urlencode

from brubeck_testkit.servers import HOST, Server, free_port, serving

APP = """
import os

from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.auth import LoginMixin

class Login(WebMessageHandler, LoginMixin):
    def post(self):
        user = self.check_login(self.get_argument("username"), self.get_argument("password"))
        self.log_in(user)
        return "welcome"

class Other(WebMessageHandler):
    def get(self):
        return "other"

app = Brubeck(
    msg_conn=WSGIConnection(port=6767),
    concurrency="gevent",
    handler_tuples=[("^/login", Login), ("^/other", Other)],
)
line = app.accounts.passwords.hash("quiet river banks")
for number in range(20):
    app.user_store.create({"username": f"dave{number}", "password": line})
if os.environ.get("IN_THE_LOOP"):
    app.concurrency.offload = lambda function, *arguments: function(*arguments)
    del app.accounts
app.run()
"""

#: Seconds: what another page's 99th percentile stays under.
BOUND = 0.050
#: The machine is shared: a round that somebody else's work spoils is measured again.
ROUNDS = 4


def serve(tmp_path, **variables):
    port = free_port()
    program = tmp_path / "app.py"
    program.write_text(APP.replace("6767", str(port)))
    return serving([sys.executable, str(program)], port, env=variables, timeout=120)


def log_in(server: Server, number: int) -> str:
    form = urlencode({"username": f"dave{number}", "password": "quiet river banks"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return server.request("POST", "/login", body=form.encode(), headers=headers, timeout=120).text


def seconds_of_the_other_page(server: Server, goes_on: Callable[[], bool]) -> list[float]:
    """Ask for the other page as long as it goes on; return how long each answer took."""
    found = []
    with closing(http.client.HTTPConnection(HOST, server.port, timeout=60)) as connection:
        while goes_on() or len(found) < 10:
            begun = perf_counter()
            connection.request("GET", "/other")
            assert connection.getresponse().read() == b"other"
            found.append(perf_counter() - begun)
    return found


def percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


def p99_beside_logins(server: Server, people: int) -> float:
    with ThreadPoolExecutor(people) as threads:
        logins = [threads.submit(log_in, server, number) for number in range(people)]
        seconds = seconds_of_the_other_page(server, lambda: not all(map(Future.done, logins)))
        assert [login.result() for login in logins] == ["welcome"] * people
    return percentile(seconds, 0.99)


def quiet_p99(server: Server) -> float:
    ends = monotonic() + 1
    return percentile(seconds_of_the_other_page(server, lambda: monotonic() < ends), 0.99)


def test_twenty_logins_leave_the_loop_to_others(tmp_path, record_property):
    with serve(tmp_path) as server:
        found = []
        for _ in range(ROUNDS):
            quiet = quiet_p99(server)
            found.append((p99_beside_logins(server, 20), quiet))
            if found[-1][0] < BOUND:
                break
    record_property("p99", found)
    print("p99 beside the logins, and before them, in ms:", [[s * 1000 for s in f] for f in found])
    best, quiet = min(found)
    assert best < max(BOUND, 3 * quiet), f"p99 in seconds, beside the logins and before: {found}"


def test_hashing_in_the_loop_would_be_noticed(tmp_path):
    with serve(tmp_path, IN_THE_LOOP="1") as server:
        assert p99_beside_logins(server, 4) > BOUND
