"""What the tests under load serve, in a process of its own, with `brubeck run`."""

from __future__ import annotations

import os
import resource
import time
from typing import Any

from brubeck_core import Brubeck, WebMessageHandler

if "LOAD_MAX_FILES" in os.environ:
    # A limit that the test's own process must not have.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(os.environ["LOAD_MAX_FILES"]), hard))


class Hello(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("Take five")
        return self.render()


class Sleep(WebMessageHandler):
    asleep = 0

    def get(self) -> Any:
        Sleep.asleep += 1
        app.concurrency.sleep(float(self.get_argument("seconds") or 0))
        Sleep.asleep -= 1
        self.set_body("slept")
        return self.render()


class Asleep(WebMessageHandler):
    def get(self) -> Any:
        self.set_body(str(Sleep.asleep))
        return self.render()


class CPUTime(WebMessageHandler):
    def get(self) -> Any:
        self.set_body(str(time.process_time()))
        return self.render()


app = Brubeck(
    handler_tuples=[
        (r"^/$", Hello),
        (r"^/sleep$", Sleep),
        (r"^/asleep$", Asleep),
        (r"^/cpu$", CPUTime),
    ]
)
