"""This project, as its users write it: class handlers. Everything else is in the environment."""

from __future__ import annotations

from typing import Any

from brubeck_core import Brubeck, JSONMessageHandler, WebMessageHandler
from brubeck_core.handlers.template import TemplateRendering

from bench.peers.content import (
    DOCUMENT,
    HELLO,
    NEWS_EVERY,
    PAGE,
    ROUTES,
    ROWS,
    form_answer,
)


class Hello(WebMessageHandler):
    def get(self) -> Any:
        self.set_body(HELLO)
        return self.render()


class Document(JSONMessageHandler):
    def get(self) -> Any:
        return DOCUMENT


class Form(WebMessageHandler):
    def post(self) -> Any:
        name, city = self.get_argument("name"), self.get_argument("city")
        self.set_body(form_answer(name or "", city or ""))
        return self.render()


class Page(TemplateRendering):
    def get(self) -> Any:
        return self.render_template(PAGE, heading="Songs", rows=ROWS)


class Sleep(WebMessageHandler):
    def get(self) -> Any:
        app.concurrency.sleep(float(self.get_argument("seconds") or 0))
        return self.render(200)


class News(WebMessageHandler):
    def get(self) -> Any:
        if not publishers:
            publishers.append(app.concurrency.spawn(publish))
        waiters.append(event := app.concurrency.event())
        event.wait(10)
        self.set_body(HELLO)
        return self.render()


class Item(WebMessageHandler):
    def get(self, number: str) -> Any:
        self.set_body(number)
        return self.render()


def publish() -> None:
    """Wake all who wait for news, time and again."""
    while True:
        app.concurrency.sleep(NEWS_EVERY)
        waiting = waiters[:]
        waiters.clear()
        for event in waiting:
            event.set()


waiters: list[Any] = []
publishers: list[Any] = []
app = Brubeck(
    handler_tuples=[
        (r"^/$", Hello),
        (r"^/json$", Document),
        (r"^/form$", Form),
        (r"^/page$", Page),
        (r"^/sleep$", Sleep),
        (r"^/news$", News),
        *((rf"^/collection{n}/(\d+)$", Item) for n in range(ROUTES)),
    ],
)
