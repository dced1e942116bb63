"""Hello World, and three more handlers to try a server with.

Start it with `brubeck run examples/hello`, or serve `app` with any WSGI server.
"""

import time
from html import escape

from brubeck_core import Brubeck, HTTPError, WebMessageHandler

LONGEST_SLEEP = 10.0


class DemoHandler(WebMessageHandler):
    """The original's Hello World."""

    def get(self):
        self.set_body("Take five")
        return self.render()


class SlowHandler(WebMessageHandler):
    """Sleep, as a handler does that waits for a database, while others are served."""

    def get(self):
        time.sleep(self.seconds())
        self.set_body("Took its time")
        return self.render()

    def seconds(self):
        try:
            seconds = float(self.get_argument("seconds", "1"))
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds <= LONGEST_SLEEP:
            raise HTTPError(400, f"seconds is a number from 0 to {LONGEST_SLEEP:g}.")
        return seconds


class FactsHandler(WebMessageHandler):
    """A page that shows what the handler knows of its request."""

    def get(self):
        request = self.request
        facts = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "address": request.remote_addr,
            "concurrency": self.application.concurrency.name,
            **request.headers,
        }
        rows = "".join(f"<dt>{escape(k)}<dd>{escape(str(v))}" for k, v in facts.items())
        page = f"<!doctype html><html lang=en><title>Facts</title><h1>Facts</h1><dl>{rows}</dl>"
        self.set_body(page, {"Content-Type": "text/html; charset=utf-8"})
        return self.render()


app = Brubeck(
    handler_tuples=[
        (r"^/$", DemoHandler),
        (r"^/slow$", SlowHandler),
        (r"^/facts$", FactsHandler),
    ]
)


@app.add_route(r"^/greet/(?P<name>[\w-]+)$", method="GET")
def greet(application, message, name):
    """Answer from a plain function: text is a page, a dict would be JSON."""
    return f"Take five, {escape(name)}!"
