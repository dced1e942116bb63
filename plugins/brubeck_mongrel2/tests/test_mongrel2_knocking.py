"""A server that stands still until a handler is connected, as the real one does with a notice.

It gives its subscription only after that, and nobody may wait for it.
"""

import subprocess

import pytest
import zmq
from brubeck_testkit.mongrel2 import FakeMongrel2
from brubeck_testkit.programs import require_program


class Standstill(FakeMongrel2):
    """Subscribes to answers only once it could send something."""

    def _open(self, pull_addr, pub_addr):
        super()._open(pull_addr, pub_addr)
        self._sub.setsockopt(zmq.UNSUBSCRIBE, self.sender.encode())

    def _try_send(self, message):
        sent = super()._try_send(message)
        if sent:
            self._sub.setsockopt(zmq.SUBSCRIBE, self.sender.encode())
        return sent


class Dying(FakeMongrel2):
    """Subscribes to no answers before it has begun again."""

    begun = 0

    def _open(self, pull_addr, pub_addr):
        super()._open(pull_addr, pub_addr)
        self.begun += 1
        if self.begun == 1:
            self._sub.setsockopt(zmq.UNSUBSCRIBE, self.sender.encode())


def test_who_waits_for_a_handler_gets_one(serve):
    with Standstill() as server:
        serve([("^/", lambda application, message: "news")], server.pull_addr, server.pub_addr)
        assert [server.request("GET", "/").text for _ in range(2)] == ["news", "news"]


def test_what_a_server_sent_that_is_gone_is_not_answered_to_the_next(serve):
    asked = []

    def note(application, message):
        asked.append(message.path)
        return "news"

    with Dying() as server:
        serve([("^/", note)], server.pull_addr, server.pub_addr)
        server.connect().send_request("GET", "/old")
        server.restart()
        assert server.request("GET", "/new").text == "news"
    assert asked == ["/new"]


@pytest.mark.parametrize("arguments", [[], ["--workers", "2"]], ids=["alone", "workers"])
def test_an_application_that_ended_under_load_is_started_again(site, arguments):
    """The real server has notices of lost clients for nobody then, more often than not."""
    wrk = require_program("wrk", install="apt-get install wrk")
    running = site("gevent", *arguments)
    url = f"http://127.0.0.1:{running.server.server.port}/"
    running.workers(1)
    try:
        for _ in range(4):
            subprocess.run([wrk, "-t1", "-c500", "-d1s", url], check=True, capture_output=True)
            running.end()
            running = running.another("gevent", *arguments)
            running.workers(1)
    finally:
        running.kill()
