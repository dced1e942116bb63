"""Tornado; started as ``python -m bench.peers.tornado_app PORT``."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import jinja2
import tornado.web

from bench.peers.content import (
    DOCUMENT,
    HELLO,
    NEWS_EVERY,
    PAGE,
    ROUTES,
    ROWS,
    TEMPLATES,
    form_answer,
)

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False
)


class Hello(tornado.web.RequestHandler):
    def get(self) -> None:
        self.finish(HELLO)


class Document(tornado.web.RequestHandler):
    def get(self) -> None:
        self.finish(DOCUMENT)


class Form(tornado.web.RequestHandler):
    def post(self) -> None:
        self.finish(form_answer(self.get_body_argument("name"), self.get_body_argument("city")))


class Page(tornado.web.RequestHandler):
    def get(self) -> None:
        self.finish(_environment.get_template(PAGE).render(heading="Songs", rows=ROWS))


class Sleep(tornado.web.RequestHandler):
    async def get(self) -> None:
        await asyncio.sleep(float(self.get_argument("seconds")))


class News(tornado.web.RequestHandler):
    async def get(self) -> None:
        waiters.append(event := asyncio.Event())
        await event.wait()
        self.finish(HELLO)


class Item(tornado.web.RequestHandler):
    def get(self, number: str) -> None:
        self.finish(number)


async def publish() -> None:
    while True:
        await asyncio.sleep(NEWS_EVERY)
        waiting = waiters[:]
        waiters.clear()
        for event in waiting:
            event.set()


async def main(port: int) -> None:
    routes: list[Any] = [
        (r"/", Hello),
        (r"/json", Document),
        (r"/form", Form),
        (r"/page", Page),
        (r"/sleep", Sleep),
        (r"/news", News),
        *((rf"/collection{n}/(\d+)", Item) for n in range(ROUTES)),
    ]
    tornado.web.Application(routes, log_function=lambda handler: None).listen(
        port, "127.0.0.1", backlog=4096
    )
    await publish()


waiters: list[asyncio.Event] = []

if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
